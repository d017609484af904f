"""Models with saturable steps or turnover, by SciPy's solver (extra `fit`); linear models never come here.

Between jumps dz/dt = A z + what the saturable flows move. LSODA chooses its steps; its tolerance is far below
what any measurement resolves, and stands in `RTOL`. The walk looks like that of a linear model, so records,
metrics, fits and checks work alike.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.model import Model, Values
from mooring.pharmacology.program import Array, Program, Whole
from mooring.pharmacology.walking import ProgramWalk

RTOL, ATOL_OF_PEAK = 1e-9, 1e-12
LOOKS = 64


@dataclass(frozen=True)
class Course:
    """The solution after one jump: `begins_h`, and states as a function of the time."""

    begins_h: float
    state: Any

    def at(self, time_h: float) -> Array:
        return np.asarray(self.state(time_h))


class SolverWalk(ProgramWalk):
    """A program walked by the solver. The states carry the areas of the outputs at their end."""

    def __init__(self, program: Program, model: Model, values: Values) -> None:
        self.model, self.values = model, values
        self.courses: dict[tuple[int, int], Course] = {}
        self.outputs = program.H.shape[-2]
        super().__init__(program)

    def _walked(self) -> tuple[Array, Array, Array]:
        program = self.program
        subjects, count, states = program.jumps.shape
        width = states + self.outputs
        before, after = np.zeros((subjects, count, width)), np.zeros((subjects, count, width))
        last = np.zeros((subjects, width))
        for s in range(subjects):
            z = np.zeros(width)
            scale = max(float(np.abs(program.jumps[s]).max(initial=0.0)), 1.0)
            for k in range(count):
                before[s, k] = z
                kept = np.concatenate([np.zeros(states), z[states:]]) if program.resets[s, k] else z
                z = after[s, k] = kept + np.concatenate([program.jumps[s, k], np.zeros(self.outputs)])
                end = program.times_h[s, k + 1] if k + 1 < count else program.until_h[s]
                z = self._solved(s, k, z, float(program.times_h[s, k]), float(end), scale)
            last[s] = z
        self.with_areas = before, after, last
        return before[..., :states], after[..., :states], last[..., :states]

    def _solved(self, s: int, k: int, z: Array, begin_h: float, end_h: float, scale: float) -> Array:
        if end_h <= begin_h:
            self.courses[s, k] = Course(begin_h, lambda time_h, z=z: z)
            return z
        which = int(self.which(np.array([s]), np.array([k]))[0])
        A, H, states = self.flat_A[which], self.flat_H[which], self.program.jumps.shape[2]
        names = self.model.compartments
        own = {name: float(np.ravel(value)[which]) for name, value in vars(self.values).items()}

        def slope(_: float, x: Array) -> Array:
            amounts = dict(zip(names, x[: len(names)].tolist(), strict=True))
            moved = A @ x[:states]
            for flow in self.model.saturable:
                rate = float(flow.amount_per_h({**own, **amounts}))
                if flow.source is not None:
                    moved[names.index(flow.source)] -= rate
                if flow.target is not None:
                    moved[names.index(flow.target)] += rate
            return np.concatenate([moved, H @ x[:states]])

        solution = solve_ivp(
            slope,
            (begin_h, end_h),
            z,
            method="LSODA",
            rtol=RTOL,
            atol=ATOL_OF_PEAK * scale,
            dense_output=True,
        )
        if not solution.success:
            raise PharmacologyError(
                f"{self.model.id} could not be solved after {begin_h:g} h: {solution.message}"
            )
        self.courses[s, k] = Course(begin_h, solution.sol)
        return np.asarray(solution.y[:, -1])

    def states_at(self, rows: Whole, time_h: Array, above: Whole | None = None) -> tuple[Array, Whole]:
        """States (many, n) of subjects `rows` at `time_h`, and which matrix holds there."""
        k = self._jump(rows, time_h, above)
        at = np.maximum(k, 0)
        states = self.program.jumps.shape[2]
        z = np.zeros((len(rows), states))
        for place, (row, jump, time) in enumerate(
            zip(rows.tolist(), k.tolist(), time_h.tolist(), strict=True)
        ):
            if jump >= 0:
                z[place] = self.courses[row, jump].at(time)[:states]
        return z, self.which(rows, at)

    def own_areas(self) -> Array:
        """The areas of the outputs (subjects, outputs)."""
        return np.asarray(self.with_areas[2][:, -self.outputs :])

    def own_peak(self, output: int, from_h: Array) -> tuple[Array, Array]:
        """The highest value of one output and its time: looked for closely, then by golden section."""
        subjects, jumps = self.program.times_h.shape
        best, when = np.full(subjects, -np.inf), np.full(subjects, np.nan)
        for s in range(subjects):
            for k in range(jumps):
                begin = max(float(self.program.times_h[s, k]), float(from_h[s]))
                end = float(self.program.times_h[s, k + 1] if k + 1 < jumps else self.program.until_h[s])
                if end < begin:
                    continue
                value, time = self._stretch_peak(s, k, output, begin, end)
                if value > best[s]:
                    best[s], when[s] = value, time
        return best, when

    def _stretch_peak(self, s: int, k: int, output: int, begin: float, end: float) -> tuple[float, float]:
        H = self.flat_H[int(self.which(np.array([s]), np.array([k]))[0]), output]
        course, states = self.courses[s, k], self.program.jumps.shape[2]

        def value(time: float) -> float:
            return float(H @ course.at(time)[:states])

        looks = np.unique(
            np.concatenate(
                [begin + (end - begin) * np.geomspace(1e-5, 1, LOOKS), np.linspace(begin, end, LOOKS)]
            )
        )
        seen = [value(time) for time in looks]
        top = int(np.argmax(seen))
        low, high = looks[max(top - 1, 0)], looks[min(top + 1, len(looks) - 1)]
        ratio = (np.sqrt(5) - 1) / 2
        for _ in range(50):
            a, b = high - ratio * (high - low), low + ratio * (high - low)
            low, high = (low, b) if value(a) > value(b) else (a, high)
        middle = float((low + high) / 2)
        return max((value(middle), middle), (seen[top], float(looks[top])))
