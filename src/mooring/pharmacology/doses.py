"""The dosing rows of every subject side by side: base milligrams, rates, what was given before in a sitting."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mooring.pharmacology import events
from mooring.pharmacology.constants import BASE_FRACTION
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.events import DOSE, RESET, RESET_AND_DOSE, Events
from mooring.pharmacology.program import Array, Whole
from mooring.pharmacology.ways import kinds_of

SITTING_H = 1.0
LAST_PLACE = 2**31
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Periods:
    """When the coefficients of each subject change: `starts_h` (subjects, periods), −inf first, inf where none.

    `after` (subjects, periods): whether what stands at the start itself still belongs to the period before, as
    with NONMEM's covariates, which hold up to their row. `marks`: the same changes as the program is told of
    them, times (subjects, columns) and places (columns,) among the doses.
    """

    starts_h: Array
    after: Flags
    marks: tuple[tuple[Array, Whole], ...]

    @staticmethod
    def of_covariates(starts_h: Array, *, backward: bool) -> "Periods":
        """Periods that begin at these times, after everything else that happens then."""
        places = np.full(starts_h.shape[1] - 1, LAST_PLACE)
        return Periods(starts_h, np.full(starts_h.shape, backward), ((starts_h[:, 1:], places),))

    @staticmethod
    def whole(subjects: int) -> "Periods":
        """One period without an end."""
        return Periods(np.full((subjects, 1), -np.inf), np.zeros((subjects, 1), dtype=bool), ())

    def of_everybody(self, subjects: int) -> "Periods":
        """The same for so many people, where the table of one serves them all."""
        if len(self.starts_h) == subjects:
            return self
        shape = (subjects, self.starts_h.shape[1])
        return Periods(np.broadcast_to(self.starts_h, shape), np.broadcast_to(self.after, shape), self.marks)

    def at(self, time_h: Array) -> Whole:
        """The period of each time (subjects, many)."""
        period = np.zeros(time_h.shape, dtype=np.int64)
        for starts, after in zip(self.starts_h.T[1:], self.after.T[1:], strict=True):
            start = starts[:, None]
            period += np.where(after[:, None], start < time_h, start <= time_h)
        return period


@dataclass(frozen=True)
class Doses:
    """The dosing rows of every subject, arrays (subjects or 1, doses); absent rows have 0 mg and no rate.

    `kind` indexes `kinds`, the pairs of route and drug that occur. `before_mg`: what the same sitting gave by
    the same route. `row` is the row of the user's table. `period`: which covariates hold, if they change.
    """

    time_h: Array
    mg: Array
    rate_mg_per_h: Array
    dur_h: Array
    ii_h: Array
    ss: Whole
    reset: Flags
    kind: Whole
    kinds: tuple[tuple[str, str], ...]
    row: Whole
    before_mg: Array
    period: Whole | None = None

    @property
    def endless(self) -> Flags:
        """A constant infusion that has run for ever and goes on: a steady state, no amount, a rate."""
        endless: Flags = (self.ss > 0) & (self.mg == 0) & (self.rate_mg_per_h > 0)
        return endless

    @property
    def empties(self) -> Flags:
        """What comes before counts no more: a reset, or a steady state that replaces."""
        empties: Flags = self.reset | (self.ss == 1)
        return empties


def rows_by_person(table: Events, *, shared: bool, subjects: int) -> tuple[Events, Whole, Flags]:
    """The rows that give or reset, additional doses written out, and by subject their numbers and whether there is one.

    `shared`: the table's one person serves everybody, in one row of numbers.
    """
    table = events.expanded(table)
    kept = events.one_of(table.evid, (DOSE, RESET, RESET_AND_DOSE))
    rows = table if kept.all() else table.take(kept)
    if shared:
        every = np.arange(len(rows))[None, :]
        return rows, every, np.ones_like(every, dtype=bool)
    people = np.arange(subjects)
    first = np.searchsorted(rows.person, people, side="left")
    count = np.searchsorted(rows.person, people, side="right") - first
    nth = np.arange(max(int(count.max(initial=0)), 1))[None, :]
    there = nth < count[:, None]
    return rows, np.where(there, first[:, None] + nth, 0), there


def side_by_side(
    table: Events, *, shared: bool, subjects: int, weight_kg: Array, periods: Periods | None
) -> Doses:
    """The dosing rows by subject, base mg. `shared`: the table's one person serves everybody.

    `weight_kg` (subjects, 1 or periods).
    """
    rows, index, there = rows_by_person(table, shared=shared, subjects=subjects)
    if not len(rows):
        raise PharmacologyError("the regimen has no dose")
    base = np.select(
        [events.one_of(rows.salt, (salt,)) for salt in BASE_FRACTION], list(BASE_FRACTION.values()), 1.0
    )
    mg = (rows.amt_mg * base * (rows.evid != RESET))[index] * there
    rate = (np.maximum(rows.rate_mg_per_h, 0) * base)[index] * there
    time_h = np.where(there, rows.clock_h[index], 0.0)
    period = None if periods is None else periods.at(np.broadcast_to(time_h, (subjects, index.shape[1])))
    per_kg = events.picked(rows.per_kg, index)
    if per_kg.any():
        scale = np.where(per_kg, _weights(weight_kg, period), 1.0)
        mg, rate = mg * scale, rate * scale
    kind, kinds = kinds_of(rows)
    arrays: tuple[Any, ...] = np.broadcast_arrays(
        time_h,
        mg,
        rate,
        events.picked(rows.dur_h, index) * there,
        events.picked(rows.ii_h, index),
        np.where(there, events.picked(rows.ss, index), 0),
        events.picked(events.one_of(rows.evid, (RESET, RESET_AND_DOSE)), index) & there,
        events.picked(kind, index),
    )
    time_h, mg, rate, dur_h, ii_h, ss, reset, kind = arrays
    before = _before(time_h, mg, reset | (ss == 1), kind, kinds)
    return Doses(time_h, mg, rate, dur_h, ii_h, ss, reset, kind, kinds, rows.row[index], before, period)


def _weights(weight_kg: Array, period: Whole | None) -> Array:
    if np.isnan(weight_kg).any():
        raise PharmacologyError("a dose in mg/kg needs the weight: give Subject(weight_kg=…)")
    return weight_kg if period is None else np.take_along_axis(weight_kg, period, axis=1)


def _before(
    time_h: Array, mg: Array, empties: Flags, kind: Whole, kinds: tuple[tuple[str, str], ...]
) -> Array:
    """The mg of the same route given before each dose within the same sitting (an hour from its first)."""
    before = np.zeros(mg.shape)
    for route in dict.fromkeys(name for name, _ in kinds):
        numbers = [number for number, (name, _) in enumerate(kinds) if name == route]
        mine = np.isin(kind, numbers) if len(kinds) > 1 else np.ones(mg.shape, dtype=bool)
        started, total = np.full(len(mg), -np.inf), np.zeros(len(mg))
        for column in range(mg.shape[1]):
            started = np.where(empties[:, column], -np.inf, started)
            given = mine[:, column] & (mg[:, column] > 0)
            new = given & (time_h[:, column] - started > SITTING_H)
            started = np.where(new, time_h[:, column], started)
            total = np.where(new, 0.0, total)
            before[:, column] = np.where(given, total, before[:, column])
            total = total + np.where(given, mg[:, column], 0.0)
    return before
