"""The compiled path (extra `fast`): the same exact block propagation as `propagate.py`, in Numba.

One subject is one serial kernel; populations run the same kernel over their subjects in threads, so that
numbers do not depend on how many.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.fast_kernel import propagate_subjects
from mooring.pharmacology.program import Program
from mooring.pharmacology.propagate import block_length, first_points

Array = npt.NDArray[np.float64]

SUBJECTS_A_THREAD = 8
THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    program: Program, grid: tuple[float, float], count: int, until_h: float, out: Array | None,
    threshold: float | None, *, threads: int = 0,
) -> tuple[tuple[Array, Array, Array], tuple[Array, Any], Array | None]:  # fmt: skip
    """All subjects of a chunk: states (before, after, last), peaks (value, index of time), hours above.

    `threads` 0: as many as there are cores, where there are people enough.
    """
    subjects, jumps, states = program.jumps.shape
    outputs = program.H.shape[-2]
    shape = (subjects, jumps, states)
    walked = np.empty(shape), np.empty(shape), np.empty((subjects, states))
    reduced = (
        np.empty((subjects, outputs)), np.empty((subjects, outputs), np.int64), np.zeros((subjects, outputs))
    )  # fmt: skip
    periods = program.periods if program.periods is not None else np.zeros((subjects, jumps), np.int64)
    points = first_points(program, *grid, count)
    columns = (program.times_h, points, program.jumps, program.resets, periods)
    system = (
        program.A.reshape(subjects, -1, states, states),
        program.H.reshape(subjects, -1, outputs, states),
    )
    B = block_length(count)
    rungs = max(count.bit_length(), B.bit_length())
    levels = rungs - B.bit_length() if out is None and threshold is None else 0
    clock = (
        float(grid[0]),
        float(grid[1]),
        count,
        float(until_h),
        float(threshold or 0.0),
        B.bit_length() - 1,
    )
    target = out if out is not None else np.empty((1, outputs, 1))
    jumping = tuple(np.ascontiguousarray(each) for each in columns)
    arguments = (system, jumping, clock, out is not None, target, walked, reduced, B, rungs, levels)
    _in_threads(subjects, threads or min(THREADS, subjects // SUBJECTS_A_THREAD), arguments)
    return walked, (reduced[0], reduced[1]), reduced[2] if threshold is not None else None


def _in_threads(subjects: int, threads: int, arguments: tuple[Any, ...]) -> None:
    """Every subject once; the kernel holds no lock of the interpreter."""
    if threads < 2:
        propagate_subjects(0, subjects, *arguments)
        return
    edges = [subjects * i // threads for i in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(propagate_subjects, *each, *arguments) for each in pairwise(edges)]
        for each in running:
            each.result()
