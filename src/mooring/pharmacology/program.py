"""What the engine works on: jumps in time order, per subject. `schedule.py` makes it, `propagate.py` runs it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Program:
    """Jumps in time order, per subject.

    `A` (subjects, states, states) includes one state a rate at the end; `H` (subjects, outputs, states).
    Where covariates change in time there is an A and an H a period, (subjects, periods, …), and `periods`
    (subjects, jumps) says which holds after each jump.

    `times_h` (subjects, jumps), `jumps` (subjects, jumps, states), `resets` (subjects, jumps), `places`
    (jumps,) or (subjects, jumps): the place, among the person's doses, of the dose behind each jump.
    `amounts`: how many leading states are amounts. `dose_times_h` (subjects, doses): when doses start, inf
    where none does, for the trough. `until_h` (subjects,): where each one's time ends.
    """

    A: Array
    H: Array
    times_h: Array
    jumps: Array
    resets: npt.NDArray[np.bool_]
    places: Whole
    amounts: int
    dose_times_h: Array
    until_h: Array
    periods: Whole | None = None

    def after_jump(self, k: int) -> tuple[Array, Array]:
        """A and H of every subject between jump k and the next."""
        if self.periods is None:
            return self.A, self.H
        row = np.arange(len(self.A))
        return self.A[row, self.periods[:, k]], self.H[row, self.periods[:, k]]

    @property
    def idle(self) -> npt.NDArray[np.bool_]:
        """Which jumps (subjects, jumps) do nothing: they stand at the end for what would come after it."""
        idle: npt.NDArray[np.bool_] = (
            (self.times_h >= self.until_h[:, None]) & ~self.jumps.any(axis=2) & ~self.resets
        )
        if self.periods is not None:
            idle[:, 1:] &= self.periods[:, 1:] == self.periods[:, :-1]
        return idle

    def changes_at(self, k: int) -> bool:
        """Whether anybody's coefficients change at jump k."""
        if self.periods is None or k == 0:
            return False
        return bool((self.periods[:, k] != self.periods[:, k - 1]).any())
