"""The exact peak of an output and its time, between the times of any grid.

Between jumps an output is H exp(A t) z, smooth, and turns where H A exp(A t) z is zero. Every stretch between
jumps is seen at times that grow by at most half (from a sixteenth of the fastest rate on); where the slope
turns from up to down the turn is found by Newton's method kept inside its bracket.
"""

import numpy as np

from mooring.pharmacology.program import Array, Whole
from mooring.pharmacology.walking import ProgramWalk

NEWTON_STEPS = 12


class HighestSeen:
    """The highest value so far of each subject, and when."""

    def __init__(self, subjects: int) -> None:
        self.value = np.zeros(subjects)
        self.time_h = np.full(subjects, np.nan)

    def take(self, rows: Whole, values: Array, times_h: Array) -> None:
        """Values of subjects, one or none each; a later one counts only if it is higher."""
        known = ~np.isnan(self.time_h[rows])
        higher = (values > self.value[rows] * (1 + 1e-14)) | ~known
        self.value[rows] = np.where(higher, values, self.value[rows])
        self.time_h[rows] = np.where(higher, times_h, self.time_h[rows])


def peaks(walk: ProgramWalk, output: int, *, from_h: Array) -> tuple[Array, Array]:
    """The highest concentration of one output from `from_h` (subjects,) to the end, and its time."""
    program = walk.program
    subjects, jumps = program.times_h.shape
    everybody = np.arange(subjects)
    seen = HighestSeen(subjects)
    start = np.maximum(from_h, 0.0)
    seen.take(everybody, walk.outputs_at(everybody, start)[:, output], start)
    for k in range(jumps):
        begins = np.maximum(program.times_h[:, k], from_h)
        ends = program.times_h[:, k + 1] if k + 1 < jumps else program.until_h
        rows = np.flatnonzero((ends >= begins) & (walk.after[:, k] != 0).any(axis=1))
        if len(rows):
            _stretch(walk, output, rows, k, begins[rows], ends[rows], seen)
    return seen.value, seen.time_h


def _stretch(
    walk: ProgramWalk, output: int, rows: Whole, k: int, begins: Array, ends: Array, seen: HighestSeen
) -> None:
    """One stretch between jumps, for the subjects `rows`."""
    which = walk.which(rows, np.full(len(rows), k))
    A, h = walk.flat_A[which], walk.flat_H[which, output]
    slope = np.einsum("si,sij->sj", h, A)
    z = walk.powers.moved(which, walk.after[rows, k], begins - walk.program.times_h[rows, k])
    left, at = z, begins
    seen.take(rows, (h * z).sum(axis=1), begins)
    rising = (slope * z).sum(axis=1) > 0
    quantum_h = 1 / walk.powers.per_h[which]
    for factor in _factors(float(((ends - begins) / quantum_h).max())):
        there = np.minimum(begins + factor * quantum_h, ends)
        right = walk.powers.moved(which, left, there - at)
        rises = (slope * right).sum(axis=1) > 0
        turns = np.flatnonzero(rising & ~rises & (there > at))
        if len(turns):
            value, time_h = _turn(
                walk, which[turns], (A[turns], h[turns], slope[turns]), left[turns], at[turns], there[turns]
            )
            seen.take(rows[turns], value, time_h)
        left, at, rising = right, there, rises
    seen.take(rows, (h * left).sum(axis=1), ends)


def _factors(quanta: float) -> list[float]:
    """1, 1.5, 2, 3, 4, 6 … quanta from the start of a stretch, up to its length."""
    factors, factor = [], 1.0
    while factor < quanta:
        factors += [factor, 1.5 * factor]
        factor *= 2
    return [*(each for each in factors if each < quanta), max(quanta, 1.0)]


def _turn(
    walk: ProgramWalk,
    which: Whole,
    equations: tuple[Array, Array, Array],
    left: Array,
    at: Array,
    there: Array,
) -> tuple[Array, Array]:
    """Where the slope is zero between `at` and `there`: value and time."""
    A, h, slope = equations
    bend = np.einsum("si,sij->sj", slope, A)
    low, high = np.zeros_like(at), there - at
    t = high / 2
    for _ in range(NEWTON_STEPS):
        z = walk.powers.moved(which, left, t)
        down = (slope * z).sum(axis=1)
        low, high = np.where(down > 0, t, low), np.where(down > 0, high, t)
        curved = (bend * z).sum(axis=1)
        step = t - down / np.where(curved != 0, curved, 1.0)
        inside = (step > low) & (step < high) & (curved != 0)
        t = np.where(inside, step, (low + high) / 2)
    z = walk.powers.moved(which, left, t)
    return (h * z).sum(axis=1), at + t
