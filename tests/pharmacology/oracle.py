"""An independent answer: the model's own equations, one jump at a time, in 50-digit arithmetic.

It shares only the matrices with the library: no blocks, no tables, no doubling, no float64 in between.
"""

import mpmath
import numpy as np

from mooring.pharmacology.simulation import Plan, program_of

DIGITS = 50


def exact(plan: Plan, row: int, times_h: list[float]) -> np.ndarray:
    """Outputs of subject `row` at `times_h` (ascending), (outputs, times)."""
    program = program_of(plan, row, row + 1)
    stops = [(float(at), 0, k) for k, at in enumerate(program.times_h[0])]
    stops += [(at, 1, j) for j, at in enumerate(times_h)]
    columns: list[list[float]] = []
    with mpmath.workdps(DIGITS):
        matrix, outputs = mpmath.matrix(program.A[0].tolist()), mpmath.matrix(program.H[0].tolist())
        z, now = mpmath.zeros(matrix.rows, 1), stops[0][0]
        for at, is_observation, index in sorted(stops):
            if at > now and any(z):
                z = mpmath.expm(matrix * (mpmath.mpf(at) - mpmath.mpf(now))) * z
            now = at
            if is_observation:
                columns.append([float(value) for value in outputs * z])
            else:
                z = mpmath.zeros(matrix.rows, 1) if program.resets[0, index] else z
                z += mpmath.matrix(program.jumps[0, index].tolist())
    return np.array(columns).T
