"""An independent answer: the matrix exponential of the model's own equations, in more than 50 digits.

It shares only the matrices with the library: no blocks, no tables, no doubling, no float64 in between. Numbers
are integers in units of 2^-BITS, taken from the float64 matrices and times exactly; exp(A t) z is its Taylor
series, in steps short enough that cancellation costs at most SPAN / ln 2 bits. `test_engine.py` holds it
against `mpmath.expm` at 50 digits.
"""

from fractions import Fraction
from math import ceil

import numpy as np

from mooring.pharmacology.plan import SimulationPlan
from mooring.pharmacology.working import program_of

BITS = 320  # 96 digits
SPAN = 48.0


class Fixed:
    """A linear system in fixed-point arithmetic: `matrix` float64 (states, states)."""

    def __init__(self, matrix: np.ndarray) -> None:
        self.rows = [[(j, Fraction(float(row[j]))) for j in np.flatnonzero(row)] for row in matrix]
        self.norm = float(np.abs(matrix).sum(axis=0).max(initial=0.0))

    def moved(self, z: list[int], dt_h: Fraction) -> list[int]:
        """exp(A dt) z."""
        steps = max(ceil(self.norm * float(dt_h) / SPAN), 1)
        scaled = [[(j, round(a * dt_h / steps * (1 << BITS))) for j, a in row] for row in self.rows]
        for _ in range(steps):
            term, degree = z, 0
            while any(abs(each) > 1 for each in term):
                degree += 1
                term = [(sum(a * term[j] for j, a in row) >> BITS) // degree for row in scaled]
                z = [a + b for a, b in zip(z, term, strict=True)]
        return z


def fixed(number: float) -> int:
    return round(Fraction(float(number)) * (1 << BITS))


def exact(plan: SimulationPlan, row: int, times_h: list[float]) -> np.ndarray:
    """Outputs of subject `row` at `times_h` (ascending), (outputs, times)."""
    program = program_of(plan, row, row + 1)
    stops = [(float(at), 0, k) for k, at in enumerate(program.times_h[0])]
    stops += [(at, 1, j) for j, at in enumerate(times_h)]
    system = Fixed(program.A[0])
    z, now = [0] * len(program.A[0]), stops[0][0]
    columns: list[list[float]] = []
    for at, is_observation, index in sorted(stops):
        if at > now and any(z):
            z = system.moved(z, Fraction(at) - Fraction(now))
        now = at
        if is_observation:
            weights = [[Fraction(float(each)) for each in output] for output in program.H[0]]
            sums = [sum(w * x for w, x in zip(output, z, strict=True) if w) for output in weights]
            columns.append([float(Fraction(each) / (1 << BITS)) for each in sums])
            continue
        z = [0] * len(z) if program.resets[0, index] else z
        z = [x + fixed(jump) for x, jump in zip(z, program.jumps[0, index], strict=True)]
    return np.array(columns).T
