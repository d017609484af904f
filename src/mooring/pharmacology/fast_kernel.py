"""What `fast.py` compiles: one subject, from its matrices to its curves and peaks.

Matrices are held transposed, in rows of eight numbers, a register of the processor: z → z exp(A t)ᵀ adds up
rows. All in one file: Numba's store of compiled code looks only at the file of the function that is called.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba as nb
import numpy as np
import numpy.typing as npt

from mooring.pharmacology.propagate import MOST_PARTS, ROUNDING

Array = npt.NDArray[np.float64]

LANE = 8
ROUNDED_UP = 1 + 1e-12  # more than all roundings of one weighted sum
ROUNDED_TIME = 1e-15  # how far the sum of two times may be off, as a part of it
SMALLEST = 1e-18  # a term of a series below this part of the first is none
# Lets the compiler fuse multiply and add and vectorise a maximum; nothing that reorders sums.
SAFE_MATH = {"contract", "nnan", "nsz"}
Function = TypeVar("Function", bound=Callable[..., Any])


def _kernel(*, fastmath: set[str] | bool = False) -> Callable[[Function], Function]:
    """Compiles a function that makes no array, so that none is counted; counting took seven tenths of the time."""
    compiling: Any = nb.njit
    compiled: Callable[[Function], Function] = compiling(cache=True, _nrt=False, fastmath=fastmath)
    return compiled


@_kernel(fastmath=SAFE_MATH)
def _product(X: Array, Y: Array, Z: Array) -> None:
    """Z = X Y, square matrices with rows padded to lanes."""
    for i in range(X.shape[0]):
        for c in range(X.shape[1]):
            Z[i, c] = 0.0
        for j in range(X.shape[0]):
            x = X[i, j]
            if x != 0.0:
                for lane in range(0, X.shape[1], LANE):
                    for c in range(LANE):
                        Z[i, lane + c] += x * Y[j, lane + c]


@_kernel(fastmath=SAFE_MATH)
def _climbed(z: Array, ladder: Array, rung: int, y: Array) -> None:
    """z = z ladder[rung]; y is work space. Matrices are named by number: a slice would count references."""
    for c in range(len(y)):
        y[c] = 0.0
    for j in range(ladder.shape[1]):
        x = z[j]
        if x != 0.0:
            for lane in range(0, len(y), LANE):
                for c in range(LANE):
                    y[lane + c] += x * ladder[rung, j, lane + c]
    for c in range(len(y)):
        z[c] = y[c]


@_kernel()
def _norm(AT: Array) -> float:
    """The largest sum of a column of A."""
    worst = 0.0
    for j in range(AT.shape[0]):
        column = 0.0
        for i in range(AT.shape[0]):
            column += abs(AT[j, i])
        worst = max(worst, column)
    return worst


@_kernel()
def _degree(norm: float) -> int:
    """Terms of the exponential series, after which what is left out is rounding next to the first."""
    degree, left = 1, 0.5 * norm
    while left > SMALLEST and degree < 18:
        degree += 1
        left *= norm / (degree + 1)
    return degree


@_kernel(fastmath=SAFE_MATH)
def _doubled(F: Array, Y: Array) -> None:
    """F = (1 + F)² − 1; Y is work space."""
    _product(F, F, Y)
    for i in range(F.shape[0]):
        for c in range(F.shape[1]):
            F[i, c] = 2.0 * F[i, c] + Y[i, c]


@_kernel()
def _expm1(AT: Array, dt: float, F: Array, X: Array, Y: Array) -> None:
    """F = exp(A dt)ᵀ − 1, by scaling, Taylor (Horner) and squaring; X and Y are work space."""
    norm, squarings = _norm(AT) * dt, 0
    while norm > 0.25:
        norm *= 0.5
        squarings += 1
    scale, degree = dt * 0.5**squarings, _degree(norm)
    for i in range(AT.shape[0]):
        for c in range(AT.shape[1]):
            X[i, c] = AT[i, c] * scale
            F[i, c] = X[i, c] / degree
    for d in range(degree - 1, 0, -1):
        _product(X, F, Y)
        for i in range(AT.shape[0]):
            for c in range(AT.shape[1]):
                F[i, c] = (X[i, c] + Y[i, c]) / d
    for _ in range(squarings):
        _doubled(F, Y)


@_kernel()
def _moved(
    AT: Array, norm: float, dt: float, z: Array, term: Array, y: Array, F: Array, X: Array, Y: Array
) -> None:
    """z = z exp(A dt)ᵀ, by the Taylor series on the vector in steps of norm at most 1/2."""
    if dt <= 0.0:
        return
    steps, degree, h = max(int(np.ceil(norm * dt * 2.0)), 1), 1, 1.0
    by = AT
    if steps > MOST_PARTS:
        _expm1(AT[0], dt, F[0], X, Y)
        by, steps = F, 1
    else:
        h = dt / steps
        degree = _degree(norm * h)
    for _ in range(steps):
        for c in range(len(z)):
            term[c] = z[c]
        for d in range(1, degree + 1):
            _climbed(term, by, 0, y)
            for c in range(len(z)):
                term[c] *= h / d
                z[c] += term[c]


@_kernel()
def _steps(ladder: Array, dt: float, by: float, end: float, z: Array, y: Array) -> float:
    """z later by the whole steps of the grid in `by`, up to the time `end`; answers what is left, but no rounding."""
    near = max(ROUNDING * max(by, dt), ROUNDED_TIME * end)
    steps = int(np.floor((by + near) / dt))
    if steps >> len(ladder):
        return by
    for j in range(len(ladder)):
        if steps >> j & 1:
            _climbed(z, ladder, j, y)
    rest = by - steps * dt
    return rest if abs(rest) > near else 0.0


@_kernel(fastmath=SAFE_MATH)
def _weighted(t: Array, n: int, w: Array, length: int, y: Array) -> None:
    """y[k] = Σ t[i, k] w[i], i < n: up to six states in one pass, so that y is written once where it can be."""
    a, b, c, d, e, f = w[0], w[1], w[2], w[3], w[4], w[5]  # there are eight at least
    i = 6 if n >= 6 else 5 if n == 5 else 3 if n >= 3 else 1
    if n >= 6:
        for k in range(length):
            three = a * t[0, k] + b * t[1, k] + c * t[2, k]
            y[k] = three + d * t[3, k] + e * t[4, k] + f * t[5, k]
    elif n == 5:
        for k in range(length):
            three = a * t[0, k] + b * t[1, k] + c * t[2, k]
            y[k] = three + d * t[3, k] + e * t[4, k]
    elif n >= 3:
        for k in range(length):
            y[k] = a * t[0, k] + b * t[1, k] + c * t[2, k]
    else:
        for k in range(length):
            y[k] = a * t[0, k]
    while i + 2 < n:
        a, b, c = w[i], w[i + 1], w[i + 2]
        for k in range(length):
            y[k] += a * t[i, k] + b * t[i + 1, k] + c * t[i + 2, k]
        i += 3
    while i < n:
        for k in range(length):
            y[k] += w[i] * t[i, k]
        i += 1


@_kernel(fastmath=SAFE_MATH)
def _top_of(m: Array, length: int) -> float:
    """The largest of the first `length` numbers of m, which is used up.

    Half is held against half, so that no comparison waits for the one before it: four times as fast as in a row.
    """
    while length > 1:
        half = (length + 1) // 2
        for k in range(length - half):
            a, b = m[k], m[k + half]
            m[k] = a if a > b else b
        length = half
    return float(m[0])


@_kernel(fastmath=SAFE_MATH)
def _tables(
    AT: Array, H: Array, dt: float, ladder: Array, table: Array, tops: Array, F: Array, X: Array, Y: Array, m: Array
) -> None:  # fmt: skip
    """What carries one subject over the grid, until its coefficients change.

    ladder[j] = exp(A dt 2^j)ᵀ; table[o, i, k] = (H exp(A k dt))[o, i], k < B; tops[l, o, i]: the most that a
    unit of state i can add to an output within B 2^l points. Of twice as long it is at most the larger of the
    first half's, and the second half's of what the state has then become.
    """
    n, outputs, done, rung = AT.shape[0], H.shape[0], 1, 0
    _expm1(AT, dt, F, X, Y)
    for j in range(len(ladder)):
        for i in range(n):
            for c in range(F.shape[1]):
                ladder[j, i, c] = F[i, c]
            ladder[j, i, i] += 1.0
        _doubled(F, Y)
    for o in range(outputs):
        for i in range(n):
            table[o, i, 0] = H[o, i]
    while done < table.shape[2]:
        for o in range(outputs):
            for i in range(n):
                _weighted(table[o], n, ladder[rung, i], done, table[o, i, done:])
        done, rung = 2 * done, rung + 1
    for o in range(outputs):
        for i in range(n):
            for k in range(table.shape[2]):
                m[k] = abs(table[o, i, k])
            tops[0, o, i] = _top_of(m, table.shape[2])
        for level in range(tops.shape[0] - 1):
            for i in range(n):
                later = 0.0
                for a in range(n):
                    later += tops[level, o, a] * abs(ladder[rung + level, i, a])
                tops[level + 1, o, i] = max(tops[level, o, i], later)


@_kernel()
def _may_exceed(tops: Array, level: int, o: int, z: Array, peak: float) -> bool:
    """Whether any point within reach of the state z can lie above the peak of an output; never wrongly no."""
    most = 0.0
    for i in range(tops.shape[2]):
        most += tops[level, o, i] * abs(z[i])
    return most * ROUNDED_UP > peak


@_kernel()
def _quiet(tops: Array, level: int, z: Array, peak: Array, row: int) -> bool:
    """Whether no output can rise above its peak within B 2^level points of the state z."""
    quiet = True
    for o in range(tops.shape[1]):
        quiet = quiet and not _may_exceed(tops, level, o, z, peak[row, o])
    return quiet


@_kernel(fastmath=SAFE_MATH)
def _reduce(
    values: Array, length: int, at: int, o: int, peak: Array, where: Array,
    above: Array, row: int, dt: float, threshold: float, held: Array, m: Array,
) -> None:  # fmt: skip
    """Take `length` values of output o of subject `row`, from grid point `at` on, into the running metrics."""
    for k in range(length):
        m[k] = values[k]
    best = _top_of(m, length)
    if best > peak[row, o]:
        peak[row, o] = best
        for k in range(length):
            if values[k] == best:
                where[row, o] = at + k
                break
    if threshold > 0.0:
        left = held[o]
        for k in range(length):
            right = values[k] - threshold
            if at + k > 0 and (left > 0.0 or right > 0.0):
                part = 1.0
                if left <= 0.0 or right <= 0.0:
                    part = max(left, right) / abs(left - right)
                above[row, o] += part * dt
            left = right
        held[o] = left


@_kernel()
def _skipped(
    ladder: Array, tops: Array, rung: int, left: int, z: Array, y: Array, peak: Array, row: int
) -> int:  # fmt: skip
    """Points, of the `left` ones, that cannot hold a peak; z goes on to the first after them."""
    if 1 << rung >= left or not _quiet(tops, 0, z, peak, row):
        return 0  # of a longer stretch no less may come
    level: int = tops.shape[0] - 1
    while level > 0 and (1 << (rung + level) >= left or not _quiet(tops, level, z, peak, row)):
        level -= 1
    _climbed(z, ladder, rung + level, y)
    return 1 << (rung + level)


@_kernel()
def _segment(
    ladder: Array, table: Array, tops: Array, z: Array, y: Array, point: int, stop: int, clock: Any, keep: bool,
    out: Array, held: Array, peak: Array, where: Array, above: Array, row: int, m: Array,
) -> int:  # fmt: skip
    """Grid points `point` … `stop` − 1 from the state z at `point`; answers the last point whose state z then is.

    Where curves are not kept, stretches that cannot reach above the peak so far are passed over at once.
    """
    dt, threshold, rung = clock[1], clock[4], clock[5]
    while True:
        if not keep and threshold <= 0.0:
            points = _skipped(ladder, tops, rung, stop - point, z, y, peak, row)
            if points:
                point += points
                continue
        length = min(1 << rung, stop - point)
        for o in range(table.shape[0]):
            searched = threshold > 0.0 or _may_exceed(tops, 0, o, z, peak[row, o])
            if keep or searched:
                values = out[row, o, point : point + length] if keep else out[0, 0]
                n = table.shape[1]  # without the last states where they add nothing
                while n > 1 and (z[n - 1] == 0.0 or tops[0, o, n - 1] == 0.0):
                    n -= 1
                _weighted(table[o], n, z, length, values)
                if searched:
                    _reduce(values, length, point, o, peak, where, above, row, dt, threshold, held, m)
        if point + length >= stop:
            return point
        _climbed(z, ladder, rung, y)
        point += length


@_kernel()
def _subject(
    row: int, As: Array, Hs: Array, times: Array, points: Any, jumps: Array, resets: Any, periods: Any, clock: Any,
    keep: bool, out: Array, before: Array, after: Array, last: Array, peak: Array, where: Array, above: Array,
    AT: Array, H: Array, z: Array, term: Array, y: Array, F: Array, X: Array, Y: Array, ladder: Array, table: Array,
    tops: Array, held: Array, m: Array,
) -> None:  # fmt: skip
    """One subject from the first jump to the end; curves where they are kept, peaks always.

    `As` and `Hs` by subject and period; `clock` is (start, dt, count, until, threshold, rung of a block).
    """
    start, dt, count, until, threshold = clock[:5]
    n, norm, point = As.shape[2], 0.0, points[row, 0]
    z[:], held[:] = 0.0, -threshold
    for o in range(Hs.shape[2]):
        peak[row, o], where[row, o] = 0.0, 0
        for k in range(point if keep else 0):
            out[row, o, k] = 0.0
    for s in range(times.shape[1]):
        if s == 0 or periods[row, s] != periods[row, s - 1]:
            for j in range(n):
                for i in range(n):
                    AT[0, j, i] = As[row, periods[row, s], i, j]
                for o in range(Hs.shape[2]):
                    H[o, j] = Hs[row, periods[row, s], o, j]
            norm = _norm(AT[0])
            _tables(AT[0], H, dt, ladder, table, tops, F[0], X, Y, m)
        for i in range(n):
            before[row, s, i] = z[i]
            z[i] = (0.0 if resets[row, s] else z[i]) + jumps[row, s, i]
            after[row, s, i] = z[i]
        end, stop, now = until, count, times[row, s]
        if s + 1 < times.shape[1]:
            end, stop = times[row, s + 1], points[row, s + 1]
        if stop > point:
            gap = start + point * dt - now
            if gap > ROUNDED_TIME * max(now, dt):
                _moved(AT, norm, gap, z, term, y, F, X, Y)
            point = _segment(
                ladder, table, tops, z, y, point, stop, clock, keep, out, held, peak, where, above, row, m
            )
            now, point = start + point * dt, stop
        _moved(AT, norm, _steps(ladder, dt, end - now, end, z, y), z, term, y, F, X, Y)
    for i in range(n):
        last[row, i] = z[i]


@nb.njit(cache=True, nogil=True)
def propagate_subjects(
    first: int, stop: int, system: Any, jumping: Any, clock: Any, keep: bool, out: Array, states: Any, reduced: Any,
    B: int, rungs: int, levels: int,
) -> None:  # fmt: skip
    """Subjects `first` … `stop` − 1. Without `keep`, `out` is room for one block."""
    As, Hs = system
    times, points, jumps, resets, periods = jumping
    before, after, last = states
    peak, where, above = reduced
    outputs, n = Hs.shape[2], As.shape[2]
    width = (n + LANE - 1) // LANE * LANE
    values = out if keep else np.empty((1, 1, B))
    AT, F, X, Y = np.zeros((1, n, width)), np.zeros((1, n, width)), np.zeros((n, width)), np.zeros((n, width))
    H, z, term, y = np.zeros((outputs, n)), np.zeros(width), np.zeros(width), np.zeros(width)
    ladder, table = np.zeros((rungs, n, width)), np.empty((outputs, n, B))
    tops, held, m = np.empty((levels + 1, outputs, n)), np.zeros(outputs), np.empty(B)
    for row in range(first, stop):
        _subject(
            row, As, Hs, times, points, jumps, resets, periods, clock, keep, values, before, after, last, peak,
            where, above, AT, H, z, term, y, F, X, Y, ladder, table, tops, held, m,
        )  # fmt: skip
