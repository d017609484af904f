"""An independent answer: the matrix exponential of the model's own equations, in interval arithmetic.

It shares only the matrices with the library: no blocks, no tables, no doubling, no float64 in between. Arb (of the
FLINT library) computes exp(A t) in balls of `DIGITS` decimal digits, taken from the float64 matrices and times
exactly, and says how far each entry can be off; an answer whose bound is not below `BOUND` is refused.
"""

import numpy as np
from flint import arb, arb_mat, ctx

from mooring.pharmacology.plan import SimulationPlan
from mooring.pharmacology.working import program_of

DIGITS = 75
BOUND = 1e-50
"""How far the oracle itself may be off, relative to the amounts moved."""


def moved(matrix: np.ndarray, z: arb_mat, dt_h: arb) -> arb_mat:
    """exp(A dt) z; `matrix` float64 (states, states), `z` (states, 1)."""
    ctx.dps = DIGITS
    after = (arb_mat(matrix.tolist()) * dt_h).exp() * z
    largest = max(abs(float(each)) for each in z.entries())
    assert all(float(each.rad()) <= BOUND * largest for each in after.entries())
    return after


def column(numbers: np.ndarray) -> arb_mat:
    """Float64 numbers, exactly, as (numbers, 1)."""
    return arb_mat([[float(each)] for each in numbers])


def exact(plan: SimulationPlan, row: int, times_h: list[float]) -> np.ndarray:
    """Outputs of subject `row` at `times_h` (ascending), (outputs, times)."""
    ctx.dps = DIGITS
    program = program_of(plan, row, row + 1)
    stops = [(float(at), 0, k) for k, at in enumerate(program.times_h[0])]
    stops += [(at, 1, j) for j, at in enumerate(times_h)]
    outputs = arb_mat(program.H[0].tolist())
    nothing = column(np.zeros(len(program.A[0])))
    z, now = nothing, stops[0][0]
    columns: list[list[float]] = []
    for at, is_observation, index in sorted(stops):
        if at > now and any(each != 0 for each in z.entries()):
            z = moved(program.A[0], z, arb(at) - arb(now))
        now = at
        if is_observation:
            columns.append([float(each) for each in (outputs * z).entries()])
            continue
        z = (nothing if program.resets[0, index] else z) + column(program.jumps[0, index])
    return np.array(columns).T
