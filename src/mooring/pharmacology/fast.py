"""The compiled kernel (extra `fast`): the same exact block propagation as `propagate.py`, in Numba.

One subject is one serial kernel; populations run the same kernel over their subjects in threads, so that
numbers do not depend on how many.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numba as nb
import numpy as np
import numpy.typing as npt

from mooring.pharmacology.program import Program
from mooring.pharmacology.propagate import MOST_PARTS, block_length
from mooring.pharmacology.walking import SAME_TIME_H

Array = npt.NDArray[np.float64]

SUBJECTS_A_THREAD = 8
THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
ROUNDED_UP = 1 + 1e-12  # more than all roundings of one weighted sum
# Lets the compiler fuse multiply and add and vectorise a maximum; nothing that reorders sums.
SAFE_MATH = {"contract", "nnan", "nsz"}


@nb.njit(cache=True, inline="always")
def _times(E: Array, z: Array, y: Array) -> None:
    """y = E z."""
    for i in range(len(z)):
        total = 0.0
        for j in range(len(z)):
            total += E[i, j] * z[j]
        y[i] = total


@nb.njit(cache=True)
def _product(X: Array, Y: Array, Z: Array) -> None:
    """Z = X Y, small square matrices."""
    n = X.shape[0]
    for i in range(n):
        for j in range(n):
            Z[i, j] = 0.0
        for k in range(n):
            x = X[i, k]
            if x != 0.0:
                for j in range(n):
                    Z[i, j] += x * Y[k, j]


@nb.njit(cache=True)
def _one_norm(A: Array) -> float:
    worst = 0.0
    for j in range(A.shape[0]):
        column = 0.0
        for i in range(A.shape[0]):
            column += abs(A[i, j])
        worst = max(worst, column)
    return worst


@nb.njit(cache=True)
def _doubled(F: Array, Y: Array) -> None:
    """F = (1 + F)² − 1; Y is work space."""
    _product(F, F, Y)
    n = F.shape[0]
    for i in range(n):
        for j in range(n):
            F[i, j] = 2.0 * F[i, j] + Y[i, j]


@nb.njit(cache=True)
def _expm1(A: Array, dt: float, F: Array, X: Array, Y: Array) -> None:
    """F = exp(A dt) − 1, by scaling, Taylor (Horner, degree 13) and squaring; X and Y are work space."""
    n = A.shape[0]
    norm, squarings = _one_norm(A) * dt, 0
    while norm > 0.25:
        norm *= 0.5
        squarings += 1
    scale = dt * 0.5**squarings
    for i in range(n):
        for j in range(n):
            X[i, j] = A[i, j] * scale
            F[i, j] = X[i, j] / 13.0
    for degree in range(12, 0, -1):
        _product(X, F, Y)
        for i in range(n):
            for j in range(n):
                F[i, j] = (X[i, j] + Y[i, j]) / degree
    for _ in range(squarings):
        _doubled(F, Y)


@nb.njit(cache=True)
def _moved(A: Array, norm: float, dt: float, z: Array, y: Array, term: Array) -> None:
    """z = exp(A dt) z, by the Taylor series on the vector in steps of norm at most 1/2."""
    if dt <= 0.0:
        return
    steps = max(int(np.ceil(norm * dt * 2.0)), 1)
    n = len(z)
    if steps > MOST_PARTS:
        F, X, Y = np.empty((n, n)), np.empty((n, n)), np.empty((n, n))
        _expm1(A, dt, F, X, Y)
        _times(F, z, y)
        for i in range(n):
            z[i] += y[i]
        return
    h = dt / steps
    for _ in range(steps):
        for i in range(n):
            term[i] = z[i]
        for degree in range(1, 16):
            _times(A, term, y)
            factor = h / degree
            for i in range(n):
                term[i] = y[i] * factor
                z[i] += term[i]


@nb.njit(cache=True, fastmath=SAFE_MATH)
def _block(t: Array, w: Array, length: int, y: Array) -> None:
    """y[k] = Σ t[i, k] w[i]: up to six states in one pass, so that y is written once where it can be."""
    n = len(w)
    while n > 1 and w[n - 1] == 0.0:
        n -= 1
    a = w[0]
    if n >= 6:
        b, c, d, e, f = w[1], w[2], w[3], w[4], w[5]
        for k in range(length):
            y[k] = a * t[0, k] + b * t[1, k] + c * t[2, k] + d * t[3, k] + e * t[4, k] + f * t[5, k]
        i = 6
    elif n == 5:
        b, c, d, e = w[1], w[2], w[3], w[4]
        for k in range(length):
            y[k] = a * t[0, k] + b * t[1, k] + c * t[2, k] + d * t[3, k] + e * t[4, k]
        i = 5
    else:
        for k in range(length):
            y[k] = a * t[0, k]
        i = 1
    while i + 2 < n:
        a, b, c = w[i], w[i + 1], w[i + 2]
        for k in range(length):
            y[k] += a * t[i, k] + b * t[i + 1, k] + c * t[i + 2, k]
        i += 3
    while i < n:
        a = w[i]
        for k in range(length):
            y[k] += a * t[i, k]
        i += 1


@nb.njit(cache=True, fastmath=SAFE_MATH | {"reassoc"})
def _highest(values: Array, length: int) -> float:
    """The largest value; a maximum may be taken in any order."""
    best = values[0]
    for k in range(1, length):
        if values[k] > best:
            best = values[k]
    return float(best)


@nb.njit(cache=True)
def _tables(A: Array, H: Array, dt: float, table: Array, ladder: Array) -> None:
    """table[o, i, k] = (H exp(A k dt))[o, i], k < B, and ladder[j] = exp(A dt 2^j) up to exp(A dt B)."""
    n, outputs = A.shape[0], H.shape[0]
    F, X, Y = np.empty((n, n)), np.empty((n, n)), np.empty((n, n))
    _expm1(A, dt, F, X, Y)
    rungs = len(ladder) - 1
    for j in range(rungs + 1):
        ladder[j] = F
        for i in range(n):
            ladder[j, i, i] += 1.0
        _doubled(F, Y)
    table[:, :, 0] = H
    done = 1
    for j in range(rungs):
        E = ladder[j]
        for o in range(outputs):
            for a in range(n):
                for i in range(n):
                    e = E[a, i]
                    if a == 0:
                        for k in range(done):
                            table[o, i, done + k] = table[o, a, k] * e
                    elif e != 0.0:
                        for k in range(done):
                            table[o, i, done + k] += table[o, a, k] * e
        done *= 2


@nb.njit(cache=True)
def _tops(table: Array, tops: Array) -> None:
    """tops[o, i] = max over k of |table[o, i, k]|: what a state can add to an output within a block."""
    for o in range(table.shape[0]):
        for i in range(table.shape[1]):
            best = 0.0
            for k in range(table.shape[2]):
                best = max(best, abs(table[o, i, k]))
            tops[o, i] = best


@nb.njit(cache=True, inline="always")
def _may_exceed(tops: Array, z: Array, peak: float) -> bool:
    """Whether any point of the block that starts at the state z can lie above `peak`; never wrongly no."""
    most = 0.0
    for i in range(len(z)):
        most += tops[i] * abs(z[i])
    return most * ROUNDED_UP > peak


@nb.njit(cache=True)
def _jump(z: Array, jump: Array, reset: bool, before: Array, after: Array) -> None:
    for i in range(len(z)):
        before[i] = z[i]
        z[i] = (0.0 if reset else z[i]) + jump[i]
        after[i] = z[i]


@nb.njit(cache=True, fastmath=SAFE_MATH)
def _reduce(
    values: Array,
    length: int,
    at: int,
    o: int,
    peak: Array,
    where: Array,
    dt: float,
    threshold: float,
    held: Array,
    above: Array,
) -> None:
    """Take `length` values of output o, which start at grid point `at`, into the running metrics."""
    best = _highest(values, length)
    if best > peak[o]:
        peak[o] = best
        for k in range(length):
            if values[k] == best:
                where[o] = at + k
                break
    if threshold > 0.0:
        left = held[o]
        for k in range(length):
            right = values[k] - threshold
            if at + k > 0 and (left > 0.0 or right > 0.0):
                part = 1.0
                if left <= 0.0 or right <= 0.0:
                    part = max(left, right) / abs(left - right)
                above[o] += part * dt
            left = right
        held[o] = left


@nb.njit(cache=True)
def _segment(
    table: Array,
    tops: Array,
    ladder: Array,
    z: Array,
    w: Array,
    point: int,
    stop: int,
    clock: Any,
    keep: bool,
    curves: Array,
    scratch: Array,
    held: Array,
    peaks: Any,
) -> float:
    """Grid points `point` … `stop` − 1 from the state z at `point`; leaves z at the last one, answers its time.

    A block that cannot reach above the peak so far is not searched for one, nor computed where curves are
    not kept.
    """
    start, dt, _, _, threshold, _ = clock
    while True:
        length = min(table.shape[2], stop - point)
        for o in range(table.shape[0]):
            searched = threshold > 0.0 or _may_exceed(tops[o], z, peaks[0][o])
            if keep or searched:
                target = curves[o, point : point + length] if keep else scratch
                _block(table[o], z, length, target)
                if searched:
                    _reduce(target, length, point, o, peaks[0], peaks[1], dt, threshold, held, peaks[2])
        # On to the next block, or to the last grid point of the segment.
        ahead = length if point + length < stop else length - 1
        for j in range(len(ladder)):
            if ahead >> j & 1:
                _times(ladder[j], z, w)
                z[:] = w
        if point + length >= stop:
            return float(start + (stop - 1) * dt)
        point += length


@nb.njit(cache=True)
def _subject(
    row: int, system: Any, jumping: Any, clock: Any, keep: bool, out: Array, states: Any, reduced: Any
) -> None:
    """One subject from the first jump to the end; curves into `out` if `keep`, peaks always.

    `system` is (A, H), `jumping` (times, jumps, resets), `clock` (start, dt, count, until, threshold, rungs),
    `states` (before, after, last), `reduced` (peak, where, above): arrays of all subjects.
    """
    A, H = system[0][row], system[1][row]
    times, jumps, resets = jumping[0][row], jumping[1][row], jumping[2][row]
    start, dt, count, until, threshold, rungs = clock
    before, after = states[0][row], states[1][row]
    peaks = (reduced[0][row], reduced[1][row], reduced[2][row])
    curves = out[row if keep else 0]
    n, outputs = A.shape[0], H.shape[0]
    B = 1 << rungs
    table, tops, ladder = np.empty((outputs, n, B)), np.empty((outputs, n)), np.empty((rungs + 1, n, n))
    _tables(A, H, dt, table, ladder)
    _tops(table, tops)
    norm = _one_norm(A)
    z, w, y, term = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    scratch, held = np.empty(B), np.full(outputs, -threshold)
    point = min(max(int(np.ceil((times[0] - start - SAME_TIME_H) / dt)), 0), count)
    peaks[0][:] = 0.0
    peaks[1][:] = 0
    if keep:
        curves[:, :point] = 0.0
    for s in range(len(times)):
        _jump(z, jumps[s], resets[s], before[s], after[s])
        end, stop, now = until, count, times[s]
        if s + 1 < len(times):
            end = times[s + 1]
            stop = min(max(int(np.ceil((end - start - SAME_TIME_H) / dt)), 0), count)
        if stop > point:
            _moved(A, norm, max(start + point * dt - now, 0.0), z, y, term)
            now = _segment(table, tops, ladder, z, w, point, stop, clock, keep, curves, scratch, held, peaks)
            point = stop
        _moved(A, norm, end - now, z, y, term)
    states[2][row, :] = z


@nb.njit(cache=True, nogil=True)
def _subjects(
    first: int,
    stop: int,
    system: Any,
    jumping: Any,
    clock: Any,
    keep: bool,
    out: Array,
    states: Any,
    reduced: Any,
) -> None:
    for i in range(first, stop):
        _subject(i, system, jumping, clock, keep, out, states, reduced)


def _in_threads(subjects: int, *arguments: Any) -> None:
    """Every subject once, in as many threads as there are cores; the kernel holds no lock of the interpreter."""
    threads = min(THREADS, subjects // SUBJECTS_A_THREAD)
    if threads < 2:
        _subjects(0, subjects, *arguments)
        return
    edges = [subjects * i // threads for i in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(_subjects, *each, *arguments) for each in pairwise(edges)]
        for each in running:
            each.result()


def run(
    program: Program,
    grid: tuple[float, float],
    count: int,
    until_h: float,
    out: Array | None,
    threshold: float | None,
) -> tuple[tuple[Array, Array, Array], tuple[Array, Any], Array | None]:
    """All subjects of a chunk: states (before, after, last), peaks (value, index of time), hours above."""
    subjects, jumps, states = program.jumps.shape
    outputs = program.H.shape[1]
    walked = (
        np.empty((subjects, jumps, states)),
        np.empty((subjects, jumps, states)),
        np.empty((subjects, states)),
    )
    reduced = (
        np.empty((subjects, outputs)),
        np.empty((subjects, outputs), np.int64),
        np.zeros((subjects, outputs)),
    )
    jumping = tuple(np.ascontiguousarray(each) for each in (program.times_h, program.jumps, program.resets))
    rungs = block_length(count).bit_length() - 1
    clock = (float(grid[0]), float(grid[1]), count, float(until_h), float(threshold or 0.0), rungs)
    target = out if out is not None else np.empty((1, outputs, 1))
    _in_threads(subjects, (program.A, program.H), jumping, clock, out is not None, target, walked, reduced)
    return walked, (reduced[0], reduced[1]), reduced[2] if threshold is not None else None
