"""From jump to jump, and to any time between: the walk, records, areas. Linear in jumps and in times.

`Powers` carries states over any time by exp(A q 2^j), each made once a subject from the one before it, and a
short Taylor series for the rest. The quantum q is a power of two of an hour, so that whole quanta and the rest
are exact. What is kept is exp(A q 2^j) − 1, so that rounding grows with the time that passes, not with the
number of squarings: the error at time t is at most a few ε (1 + ‖A‖₁ t) of what was given.
"""

import numpy as np

from mooring.pharmacology.program import Array, Program, Whole

# A grid point this close to a jump (hours) is at the jump: the rounding of clock times within a year.
SAME_TIME_H = 1e-11
PARTS_OF_NORM = 64.0
TERMS = 7  # (1/64)^8 / 8! is below 1e-18
VALUES_AT_ONCE = 1_000_000
SMALL = 12
# Above this a system counts as one that keeps what it gets (urine, a closed pair): it has no inverse to use.
CLOSED = 1e9


def times(matrices: Array, vectors: Array) -> Array:
    """Each matrix times its vector, (many, n, n) and (many, n); what is fastest for small ones."""
    if matrices.shape[-1] <= SMALL:
        return np.asarray(np.einsum("rij,rj->ri", matrices, vectors))
    return np.asarray((matrices @ vectors[:, :, None])[:, :, 0])


class Powers:
    """exp(A t) z for many matrices A (matrices, n, n), states and times."""

    def __init__(self, A: Array) -> None:
        self.A = np.ascontiguousarray(A)
        norm = np.abs(self.A).sum(axis=-2).max(axis=-1, initial=0.0)
        exponent = np.ceil(np.log2(np.maximum(norm * PARTS_OF_NORM, 2.0**-20)))
        self.per_h = 2.0**exponent
        self.rungs = [self._first()]

    def _first(self) -> Array:
        """exp(A q) − 1, by its Taylor polynomial in Horner's form."""
        X = self.A / self.per_h[:, None, None]
        total = X / (TERMS + 1)
        for degree in range(TERMS, 0, -1):
            total = (X + X @ total) / degree
        return np.asarray(total)

    def rung(self, j: int) -> Array:
        """exp(A q 2^j) − 1."""
        while len(self.rungs) <= j:
            F = self.rungs[-1]
            self.rungs.append(2 * F + F @ F)
        return self.rungs[j]

    def moved(self, which: Whole, z: Array, by_h: Array) -> Array:
        """The states z (many, n) of the matrices `which` (many,), later by `by_h` (many,) ≥ 0."""
        size = max(VALUES_AT_ONCE // max(self.A.shape[1] ** 2, 1), 1)
        if len(z) <= size:
            return self._moved(which, z, by_h)
        edges = range(0, len(z), size)
        return np.concatenate(
            [self._moved(which[a : a + size], z[a : a + size], by_h[a : a + size]) for a in edges]
        )

    def _moved(self, which: Whole, z: Array, by_h: Array) -> Array:
        per_h = self.per_h[which]
        steps = np.floor(by_h * per_h).astype(np.int64)
        z = self._series(which, z.copy(), by_h - steps / per_h)
        everybody = len(which) == len(self.A) and bool((which == np.arange(len(which))).all())
        for j in range(int(steps.max(initial=0)).bit_length()):
            rows = np.flatnonzero(steps >> j & 1)
            if not len(rows):
                continue
            F = self.rung(j)
            F = F if everybody and len(rows) == len(which) else F[which[rows]]
            z[rows] += times(F, z[rows])
        return z

    def _series(self, which: Whole, z: Array, rest_h: Array) -> Array:
        """Within a quantum: the Taylor series on the vector."""
        rows = np.flatnonzero(rest_h > 0)
        if not len(rows):
            return z
        A, h = self.A[which[rows]], rest_h[rows, None]
        term = z[rows]
        total = term.copy()
        for degree in range(1, TERMS + 1):
            term = times(A, term) * (h / degree)
            total += term
        z[rows] = total
        return z


class ProgramWalk:
    """A program walked once: states before and after every jump, and the means to go on from there."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.flat_A = program.A.reshape(-1, *program.A.shape[-2:])
        self.flat_H = program.H.reshape(-1, *program.H.shape[-2:])
        self.powers = Powers(self.flat_A)
        self.before, self.after, self.last = self._walked()

    def which(self, rows: Whole, jumps: Whole) -> Whole:
        """The matrix that holds for subjects `rows` after their `jumps`."""
        periods = self.program.periods
        return rows if periods is None else rows * self.program.A.shape[1] + periods[rows, jumps]

    def _walked(self) -> tuple[Array, Array, Array]:
        program = self.program
        subjects, count, states = program.jumps.shape
        before, after = np.zeros((subjects, count, states)), np.zeros((subjects, count, states))
        z, rows = np.zeros((subjects, states)), np.arange(subjects)
        for k in range(count):
            if k:
                z = self._on(rows, z, k - 1, program.times_h[:, k])
            before[:, k] = z
            if program.resets[:, k].any():
                z = np.where(program.resets[:, k, None], 0.0, z)
            z = after[:, k] = z + program.jumps[:, k]
        return before, after, self._on(rows, z, count - 1, program.until_h)

    def _on(self, rows: Whole, z: Array, k: int, to_h: Array) -> Array:
        by_h = np.maximum(to_h - self.program.times_h[:, k], 0.0)
        if not by_h.any() or not z.any():
            return z
        return self.powers.moved(self.which(rows, np.full(len(rows), k)), z, by_h)

    def states_at(self, rows: Whole, time_h: Array, above: Whole | None = None) -> tuple[Array, Whole]:
        """States (many, n) of subjects `rows` at `time_h`, and which matrix holds there.

        `above` (many,): how many of the person's doses stand in rows above; None: what happens at that
        time has happened. Before the first jump everything is 0.
        """
        k = self._jump(rows, time_h, above)
        started = k >= 0
        at = np.maximum(k, 0)
        z = np.where(started[:, None], self.after[rows, at], 0.0)
        by_h = np.maximum(time_h - self.program.times_h[rows, at], 0.0)
        which = self.which(rows, at)
        return self.powers.moved(which, z, np.where(started, by_h, 0.0)), which

    def _jump(self, rows: Whole, time_h: Array, above: Whole | None) -> Whole:
        """The last jump that each of these moments sees; −1 where none."""
        jumps = self.program.times_h.shape[1]
        size = max(4_000_000 // jumps, 1)
        found = np.empty(len(rows), dtype=np.int64)
        for a in range(0, len(rows), size):
            cut = slice(a, a + size)
            times = self.program.times_h[rows[cut]]
            at = time_h[cut, None]
            seen = times <= at + SAME_TIME_H
            if above is not None:
                not_yet = self.program.places[rows[cut]] >= above[cut, None]
                seen &= (times < at - SAME_TIME_H) | ~not_yet
            found[cut] = jumps - 1 - seen[:, ::-1].argmax(axis=1)
            found[cut][~seen.any(axis=1)] = -1
        return found

    def outputs_at(self, rows: Whole, time_h: Array, above: Whole | None = None) -> Array:
        """Outputs (many, outputs) of subjects `rows` at `time_h`."""
        z, which = self.states_at(rows, time_h, above)
        size = max(VALUES_AT_ONCE // max(self.flat_H.shape[1] * z.shape[1], 1), 1)
        pieces = [
            np.einsum("roi,ri->ro", self.flat_H[which[a : a + size]], z[a : a + size])
            for a in range(0, max(len(z), 1), size)
        ]
        return np.concatenate(pieces)

    def own_areas(self) -> Array | None:
        """Areas of the outputs where the walk itself knows them; None where `areas` works them out."""
        return None

    def own_peak(self, output: int, from_h: Array) -> tuple[Array, Array] | None:
        """The exact peak where the walk itself finds it; None where `peaks` does."""
        return None

    @property
    def states(self) -> tuple[Array, Array, Array]:
        """Before and after every jump (subjects, jumps, states), and at the end (subjects, states)."""
        return self.before, self.after, self.last


def advance(program: Program) -> Array:
    """The states at the end (subjects, states)."""
    return ProgramWalk(program).last


def is_closed(A: Array) -> bool:
    """Whether some compartment never gives back what enters it. The first person's matrix says it for all."""
    if not A.size:
        return False
    first = A.reshape(-1, *A.shape[-2:])[0]
    singular = np.linalg.svd(first, compute_uv=False)
    return bool(singular[-1] * CLOSED <= singular[0])


def areas(program: Program, states: tuple[Array, Array, Array]) -> Array:
    """Exact areas under the outputs from the first jump to the end: ∫x = A⁻¹(x − everything that came in).

    Where A has no inverse, or changes in time, the area is a state of its own, carried over each stretch.
    """
    before, after, last = states
    n = program.amounts
    ends = np.concatenate([program.times_h[:, 1:], program.until_h[:, None]], axis=1)
    lengths = np.maximum(ends - program.times_h, 0.0)
    if program.periods is not None or is_closed(program.A[..., :n, :n]):
        return _areas_by_stretch(program, after, lengths)
    came_in = program.jumps[:, :, :n].sum(axis=1)
    came_in = came_in - np.where(program.resets[:, :, None], before[:, :, :n], 0.0).sum(axis=1)
    rates = (after[:, :, n:] * lengths[:, :, None]).sum(axis=1)
    came_in = came_in + (program.A[:, :n, n:] @ rates[:, :, None])[:, :, 0]
    integral = np.linalg.solve(program.A[:, :n, :n], (last[:, :n] - came_in)[:, :, None])
    result: Array = (program.H[:, :, :n] @ integral)[:, :, 0]
    return result


def _areas_by_stretch(program: Program, after: Array, lengths: Array) -> Array:
    """The areas as states: d(area)/dt = H z, added up over the stretches between jumps."""
    A = program.A.reshape(-1, *program.A.shape[-2:])
    H = program.H.reshape(-1, *program.H.shape[-2:])
    states, outputs = A.shape[1], H.shape[1]
    wider = np.zeros((len(A), states + outputs, states + outputs))
    wider[:, :states, :states], wider[:, states:, :states] = A, H
    powers = Powers(wider)
    rows, total = np.arange(len(after)), np.zeros((len(after), outputs))
    for k in range(after.shape[1]):
        which = rows if program.periods is None else rows * program.A.shape[1] + program.periods[:, k]
        z = np.concatenate([after[:, k], np.zeros((len(after), outputs))], axis=1)
        total += powers.moved(which, z, lengths[:, k])[:, states:]
    return total
