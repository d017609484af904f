r"""Exact propagation of linear systems in blocks, in NumPy.

Between jumps \(dz/dt = A z\) with constant A (input rates are states), so that \(y(t_b + k\,dt) =
H e^{A k\,dt} z_b\). The table \(H e^{A k\,dt}\), k < B, is made once a subject by doubling; each block of B
outputs is one small matrix product, and the next block starts from \(e^{A B\,dt} z_b\). There is no step
size and no error to choose: the exponential is exact to rounding, for repeated rates too.

Every subject is worked out by itself (stacked products of its own matrices), so numbers do not depend on
who else is in the chunk.
"""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.program import Array, Program, Whole
from mooring.pharmacology.walking import SAME_TIME_H, Powers, is_closed

# Coefficients 1/k! of the Taylor polynomial; degree 12 at norm 1/4 is exact to 1e-17.
TAYLOR = [1.0]
for _k in range(1, 13):
    TAYLOR.append(TAYLOR[-1] / _k)
NORM = 0.25
# A rest of a step smaller than this part of the time is rounding, not time.
ROUNDING = 1e-14
# Above this many parts of a series the exponential itself is cheaper.
MOST_PARTS = 8


def expm1(X: Array) -> Array:
    """exp(X) − 1 of each matrix of X (subjects, n, n), by scaling, Taylor and squaring.

    Squared as (1 + F)² − 1 = 2F + F², so that a rounding error is relative to F and does not double with
    every squaring while F is small: what is lost grows with the norm of X, not with that of its parts.
    """
    norm = np.abs(X).sum(axis=1).max(axis=1, initial=0.0)
    with np.errstate(divide="ignore"):
        squarings = np.maximum(np.ceil(np.log2(norm / NORM)), 0).astype(int)
    X = X * (0.5**squarings)[:, None, None]
    one = np.eye(X.shape[1])
    X2 = X @ X
    X3 = X2 @ X
    X4 = X2 @ X2
    F = TAYLOR[8] * one + TAYLOR[9] * X + TAYLOR[10] * X2 + TAYLOR[11] * X3 + TAYLOR[12] * X4
    F = TAYLOR[4] * one + TAYLOR[5] * X + TAYLOR[6] * X2 + TAYLOR[7] * X3 + X4 @ F
    F = X + TAYLOR[2] * X2 + TAYLOR[3] * X3 + X4 @ F
    for done in range(int(squarings.max(initial=0))):
        more = squarings > done
        if more.all():
            F = 2 * F + F @ F
        else:
            F[more] = 2 * F[more] + F[more] @ F[more]
    return F


def periodic(A: Array, one_interval: Array, every_h: float) -> Array:
    """The state at the end of an interval that repeats for ever: x = (I − exp(A T))⁻¹ x₁."""
    _check_open(A)
    F = expm1(A * every_h)
    return np.asarray(np.linalg.solve(-F, one_interval[:, :, None])[:, :, 0], np.float64)


def steady(A: Array, rate: Array) -> Array:
    """The state under a constant input for ever: A x + r = 0."""
    _check_open(A)
    return np.asarray(np.linalg.solve(A, -rate[:, :, None])[:, :, 0], np.float64)


def _check_open(A: Array) -> None:
    if is_closed(A):
        raise PharmacologyError("there is no steady state: a compartment never gives back what enters it")


class Ladder:
    """exp(A dt 2^j), each from the one before it, and what follows from them: any number of steps of dt."""

    def __init__(self, A: Array, dt_h: float) -> None:
        self.A, self.dt_h = A, dt_h
        self.less_one = [expm1(A * dt_h)]
        self.one = np.eye(A.shape[1])
        self.rungs = [self.less_one[0] + self.one]
        self.norm = np.abs(A).sum(axis=1).max(axis=1, initial=0.0)

    @cached_property
    def powers(self) -> Powers:
        """For rests that are long next to the rates."""
        return Powers(self.A)

    def rung(self, j: int) -> Array:
        """exp(A dt 2^j)."""
        while len(self.rungs) <= j:
            F = self.less_one[-1]
            self.less_one.append(2 * F + F @ F)
            self.rungs.append(self.less_one[-1] + self.one)
        return self.rungs[j]

    def ahead(self, z: Array, by_h: Array) -> Array:
        """exp(A t) z, t (subjects,): whole steps by the rungs, the rest by the Taylor series."""
        steps = np.floor(by_h / self.dt_h + ROUNDING).astype(np.int64)
        for j in range(int(steps.max(initial=0)).bit_length()):
            bit = (steps >> j & 1).astype(bool)
            if bit.any():
                z = np.where(bit[:, None], (self.rung(j) @ z[:, :, None])[:, :, 0], z)
        rest = by_h - steps * self.dt_h
        return self._series(z, np.where(np.abs(rest) <= ROUNDING * np.maximum(by_h, self.dt_h), 0.0, rest))

    def _series(self, z: Array, by_h: Array) -> Array:
        """exp(A t) z for t of at most about a step, in parts of norm at most 1/2; by the exponential if long."""
        parts = np.ceil(2 * self.norm * np.abs(by_h)).astype(np.int64)
        long = parts > MOST_PARTS
        if long.any():
            far = self.powers.moved(np.arange(len(z)), z, np.where(long, by_h, 0.0))
            z = np.where(long[:, None], far, z)
            parts = np.where(long, 0, parts)
        h = by_h / np.maximum(parts, 1)
        for part in range(int(parts.max(initial=0))):
            term, total = z, z
            for degree in range(1, 16):
                term = (self.A @ term[:, :, None])[:, :, 0] * (h / degree)[:, None]
                total = total + term
            z = np.where((part < parts)[:, None], total, z)
        return z


def block_length(count: int) -> int:
    """Outputs in a block: the power of two near √count that balances tables and products."""
    return int(2 ** np.clip(np.round(np.log2(max(count, 1)) / 2), 3, 7))


def tables(ladder: Ladder, H: Array, B: int) -> Array:
    """H exp(A k dt), k < B, as (subjects, outputs, states, B)."""
    subjects, outputs, states = H.shape
    table = np.empty((subjects, B, outputs, states))
    table[:, 0] = H
    for j in range(B.bit_length() - 1):
        done = 1 << j
        flat = table[:, :done].reshape(subjects, done * outputs, states)
        table[:, done : 2 * done] = (flat @ ladder.rung(j)).reshape(subjects, done, outputs, states)
    return np.ascontiguousarray(table.transpose(0, 2, 3, 1))


def first_points(program: Program, start_h: float, dt_h: float, count: int) -> Whole:
    """The first grid point that each jump reaches (subjects, jumps); `count` where it reaches none."""
    first = np.clip(np.ceil((program.times_h - start_h - SAME_TIME_H) / dt_h), 0, count)
    return np.where(program.idle, count, first).astype(np.int64)


class GridTables:
    """What carries a chunk over a grid between two changes of its coefficients: ladder, table, powers of a block."""

    def __init__(self, A: Array, H: Array, dt_h: float, B: int) -> None:
        self.ladder = Ladder(A, dt_h)
        self.table = tables(self.ladder, H, B)
        self.powers = tuple(self.ladder.rung(B.bit_length() - 1 + j).transpose(0, 2, 1) for j in range(3))


def on_grid(
    program: Program, *, start_h: float, dt_h: float, until_h: float, out: Array
) -> tuple[Array, Array, Array]:
    """Outputs at start + k dt into `out` (subjects, outputs, times), filled whole; answers as `walk` does."""
    subjects, jumps, states = program.jumps.shape
    count = out.shape[2]
    B = block_length(count)
    made = GridTables(*program.after_jump(0), dt_h, B)
    first = first_points(program, start_h, dt_h, count)
    stop = np.concatenate([first[:, 1:], np.full((subjects, 1), count)], axis=1)
    ends = np.concatenate([program.times_h[:, 1:], np.full((subjects, 1), until_h)], axis=1)
    before, after = np.zeros((subjects, jumps, states)), np.zeros((subjects, jumps, states))
    z = np.zeros((subjects, states))
    for s in np.flatnonzero(first[:, 0]):
        out[s, :, : first[s, 0]] = 0.0
    for k in range(jumps):
        before[:, k] = z
        if program.resets[:, k].any():
            z = np.where(program.resets[:, k, None], 0.0, z)
        after[:, k] = z = z + program.jumps[:, k]
        if program.changes_at(k):
            made = GridTables(*program.after_jump(k), dt_h, B)
        here = stop[:, k] > first[:, k]
        now = np.where(
            here, np.maximum(start_h + first[:, k] * dt_h, program.times_h[:, k]), program.times_h[:, k]
        )
        if here.any():
            z = made.ladder.ahead(z, now - program.times_h[:, k])
            _segment(out, made.table, made.powers, z, first[:, k], stop[:, k])
        z = made.ladder.ahead(z, ends[:, k] - now)
    return before, after, z


def _segment(
    out: Array,
    table: Array,
    powers: tuple[Array, ...],
    z: Array,
    first: npt.NDArray[np.int64],
    stop: npt.NDArray[np.int64],
) -> None:
    """The outputs from grid point `first`, where the state is z, up to `stop`."""
    B = table.shape[3]
    four = _first_four(z, powers)
    for done in range(0, int((stop - first).max()), 4 * B):
        for o in range(out.shape[1]):
            _place(out[:, o], (four @ table[:, o]).reshape(len(out), 4 * B), first + done, stop)
        four = four @ powers[2]


def _first_four(z: Array, powers: tuple[Array, ...]) -> Array:
    """z, P z, P² z, P³ z as rows (subjects, 4, states).

    Always four at a time: the shape of a product can change its last bit, and it must not depend on how
    long the segments of other people are.
    """
    four = np.empty((len(z), 4, z.shape[1]))
    four[:, 0] = z
    four[:, 1:2] = four[:, 0:1] @ powers[0]
    four[:, 2:4] = four[:, 0:2] @ powers[1]
    return four


def _place(out: Array, values: Array, first: npt.NDArray[np.int64], stop: npt.NDArray[np.int64]) -> None:
    """`values` (subjects, many) into `out` (subjects, times) from `first`, as far as `stop`."""
    if (first == first[0]).all() and (stop == stop[0]).all():
        out[:, first[0] : stop[0]][:, : values.shape[1]] = values[:, : max(stop[0] - first[0], 0)]
        return
    for s, (a, b) in enumerate(zip(first.tolist(), stop.tolist(), strict=True)):
        if b > a:
            out[s, a : min(b, a + values.shape[1])] = values[s, : b - a]
