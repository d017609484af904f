"""An independent answer: the model's own equations, one jump at a time, in 50-digit arithmetic.

It shares only the matrices with the library: no blocks, no tables, no doubling, no float64 in between.
"""

import mpmath
import numpy as np

from mooring.pharmacology.simulation import Plan, program_of

DIGITS = 50


def exact(plan: Plan, row: int, times_h: list[float]) -> np.ndarray:
    """Outputs of subject `row` at `times_h`, (outputs, times)."""
    program = program_of(plan, row, row + 1)
    with mpmath.workdps(DIGITS):
        A = mpmath.matrix(program.A[0].tolist())
        H = mpmath.matrix(program.H[0].tolist())
        jumps = [mpmath.matrix(jump.tolist()) for jump in program.jumps[0]]
        columns = []
        for time_h in times_h:
            z, at = mpmath.zeros(A.rows, 1), None
            for k, jump_h in enumerate(program.times_h[0]):
                if jump_h > time_h:
                    break
                if at is not None and jump_h > at:
                    z = mpmath.expm(A * (mpmath.mpf(jump_h) - mpmath.mpf(at)), method="taylor") * z
                z = (mpmath.zeros(A.rows, 1) if program.resets[0, k] else z) + jumps[k]
                at = jump_h
            if at is not None:
                z = mpmath.expm(A * (mpmath.mpf(time_h) - mpmath.mpf(at)), method="taylor") * z
            columns.append([float(value) for value in H * z])
    return np.array(columns).T
