"""A simulation resolved and checked before any number is worked out: who, what, when, and how."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from mooring.pharmacology import events
from mooring.pharmacology.events import DOSE, OBSERVATION, RESET, RESET_AND_DOSE, Events
from mooring.pharmacology.model import Model
from mooring.pharmacology.occasions import Occasions, occasions_of
from mooring.pharmacology.population import Population
from mooring.pharmacology.program import Array, Whole
from mooring.pharmacology.regimen import Regimen

Carried = Literal["backward", "forward"]


@dataclass(frozen=True, eq=False)
class Records:
    """The observation rows of an event table, in its order: a record each, also two at one time.

    `person` counts people from 0; `clock_h` is the running time, `time_h` the table's own; `above`: how many
    dosing rows of the person stand above; `row` is the row of the table, from 1; `dv` and `mdv` as there.
    """

    person: Whole
    clock_h: Array
    time_h: Array
    above: Whole
    row: Whole
    dv: Array
    mdv: Whole

    def __len__(self) -> int:
        return len(self.person)

    def of_people(self, start: int, stop: int) -> slice:
        """The records of people start … stop − 1."""
        a, b = np.searchsorted(self.person, [start, stop])
        return slice(int(a), int(b))


def records_of(table: Events) -> Records | None:
    """The observation rows of a table, None where it has none. O(rows)."""
    rows = np.flatnonzero(events.one_of(table.evid, (OBSERVATION,)))
    if not len(rows):
        return None
    seen = table.take(rows)
    whole = events.expanded(table)
    given = whole.take(np.flatnonzero(events.one_of(whole.evid, (DOSE, RESET, RESET_AND_DOSE))))
    person = np.concatenate([given.person, seen.person])
    clock = np.concatenate([given.clock_h, seen.clock_h])
    row = np.concatenate([given.row, seen.row])
    is_dose = np.concatenate([np.ones(len(given), np.int64), np.zeros(len(seen), np.int64)])
    order = np.lexsort((row, clock, person))
    above = np.empty(len(order), np.int64)
    above[order] = np.cumsum(is_dose[order])
    above = above[len(given) :] - np.searchsorted(given.person, seen.person)
    return Records(seen.person, seen.clock_h, seen.time_h, above, seen.row, seen.dv, seen.mdv)


@dataclass(frozen=True, eq=False)
class SimulationPlan:
    """All that a chunk needs. `grid` is (start_h, step_h) where the times are evenly spaced.

    `records`: what is asked are the table's own records, not `times_h` for everybody. `shared`: one table serves
    everybody. `ids` are the names of the people. `carried`: how covariates hold between rows.
    """

    model: Model
    regimen: Regimen
    people: Population
    outputs: tuple[str, ...]
    times_h: Array
    grid: tuple[float, float] | None
    records: Records | None
    fast: bool
    shared: bool
    ids: tuple[Any, ...]
    carried: Carried = "backward"

    @cached_property
    def occasions(self) -> Occasions | None:
        """When occasions of dosing begin, where the model varies between them; else None."""
        people = self.people
        if not (people.model.occasion_effects and people.between_occasions and people.cv_percent is None):
            return None
        return occasions_of(self.regimen.events, shared=self.shared, subjects=len(people))

    @property
    def most_periods(self) -> int:
        """The most occasions of anybody: each has matrices of its own, so fewer people are held at once."""
        return 1 if self.occasions is None else self.occasions.count

    @property
    def ragged(self) -> bool:
        """Whether each person has times of their own."""
        return self.records is not None and not self.shared

    @property
    def until_h(self) -> float:
        return float(self.times_h[-1] if self.records is None else self.records.clock_h.max())

    def ends_h(self, start: int, stop: int) -> Array:
        """Where the time of each person ends: at the last record of their own, or with everybody."""
        if not self.ragged or self.records is None:
            return np.full(stop - start, self.until_h)
        cut = self.records.of_people(start, stop)
        ends = np.zeros(stop - start)
        np.maximum.at(ends, self.records.person[cut] - start, self.records.clock_h[cut])
        return ends


def chunks(n: int, size: int) -> list[tuple[int, int]]:
    """Rows 0 … n − 1 in pieces of at most `size`."""
    return [(start, min(start + size, n)) for start in range(0, n, size)]
