"""Occasions of dosing: when each begins, and the coefficients that are drawn anew for it.

An occasion begins with its first dose: six hours or more after the dose before it, or, where the event table
has a column `occ`, where that column changes from one dose to the next. Example: three sprays five minutes
apart twice a week are two occasions a week. What is in the body at that moment stays; how it moves changes.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from mooring.pharmacology import events
from mooring.pharmacology.doses import Flags, Periods, rows_by_person
from mooring.pharmacology.events import DOSE, RESET_AND_DOSE, Events
from mooring.pharmacology.model import PeopleArrays
from mooring.pharmacology.population import Population
from mooring.pharmacology.program import Array, Whole

OCCASION_H = 6.0
OCCASION_COLUMN = "occ"


@dataclass(frozen=True, eq=False)
class Occasions:
    """The dosing rows of every subject: `time_h`, and whether an occasion after the first `opens` (subjects, doses)."""

    time_h: Array
    opens: Flags

    @property
    def count(self) -> int:
        """The most occasions that anybody has."""
        return 1 + int(self.opens.sum(axis=1).max(initial=0))

    def of_people(self, start: int, stop: int) -> "Occasions":
        """Those of people start … stop − 1; one row serves everybody."""
        if len(self.opens) == 1:
            return self
        return Occasions(self.time_h[start:stop], self.opens[start:stop])


def occasions_of(table: Events, *, shared: bool, subjects: int) -> Occasions:
    """The occasions of an event table, its dosing rows side by side as the engine lays them out."""
    rows, index, there = rows_by_person(table, shared=shared, subjects=subjects)
    time_h = np.where(there, rows.clock_h[index], 0.0)
    gives = events.one_of(rows.evid, (DOSE, RESET_AND_DOSE)) & ((rows.amt_mg > 0) | (rows.rate_mg_per_h > 0))
    given = gives[index] & there
    place = np.where(given, np.arange(index.shape[1]), -1)
    before = np.maximum.accumulate(place, axis=1)
    before = np.concatenate([np.full((len(place), 1), -1), before[:, :-1]], axis=1)
    later = given & (before >= 0)
    previous = np.maximum(before, 0)
    if OCCASION_COLUMN in rows.covariates:
        named = rows.covariates[OCCASION_COLUMN][index]
        opens = later & (named != np.take_along_axis(named, previous, axis=1))
    else:
        opens = later & (time_h - np.take_along_axis(time_h, previous, axis=1) >= OCCASION_H)
    return Occasions(time_h, opens)


def divided(
    people: PeopleArrays, periods: Periods | None, occasions: Occasions, subjects: int
) -> tuple[PeopleArrays, Periods, Whole]:
    """The people, and the periods of their covariates, cut where occasions begin; the occasion of each period.

    Example: occasions at 0 and 168 h and a weight that changes after 100 h give three periods, of the occasions
    0, 0 and 1.
    """
    if periods is None:
        periods = Periods.whole(subjects)
    begins = np.where(occasions.opens, occasions.time_h, np.inf)
    own = np.sort(np.broadcast_to(begins, (subjects, begins.shape[1])), axis=1)[:, : occasions.count - 1]
    starts = np.concatenate(
        [np.broadcast_to(periods.starts_h, (subjects, periods.starts_h.shape[1])), own], axis=1
    )
    after = np.zeros(starts.shape, dtype=bool)
    after[:, : -own.shape[1]] = periods.after
    opens = np.zeros(starts.shape, dtype=bool)
    opens[:, -own.shape[1] :] = True
    order = np.lexsort((after, starts))
    starts, after, opens = (np.take_along_axis(each, order, axis=1) for each in (starts, after, opens))
    occasion: Whole = np.minimum(opens.cumsum(axis=1), occasions.count - 1)
    of_covariates: Whole = np.minimum((~opens).cumsum(axis=1) - 1, periods.starts_h.shape[1] - 1)
    columns = np.flatnonzero(occasions.opens.any(axis=0))
    marks = (*periods.marks, (begins[:, columns], columns))
    return _repeated(people, of_covariates), Periods(starts, after, marks), occasion


def _repeated(people: PeopleArrays, period: Whole) -> PeopleArrays:
    """The people with their properties in each of these periods, arrays (subjects, periods)."""

    def wide(column: Array) -> Array:
        if column.ndim == 1:
            return np.broadcast_to(column[:, None], period.shape)
        return np.take_along_axis(column, period, axis=1)

    columns: dict[str, Any] = {
        each.name: wide(getattr(people, each.name)) for each in fields(PeopleArrays) if each.name != "other"
    }
    return replace(people, **columns, other={name: wide(column) for name, column in people.other.items()})


def added(
    people: Population,
    effects: dict[str, Array],
    start: int,
    stop: int,
    *,
    count: int,
    occasion: Whole | None,
) -> dict[str, Array]:
    """The random effects of rows start … stop − 1 with those of occasions: (subjects,), or (subjects, periods)."""
    whole: dict[str, Array] = dict(effects)
    for symbol, drawn in people.occasion_effects(start, stop, occasions=count).items():
        between = effects.get(symbol, np.zeros(stop - start))
        if occasion is None:
            whole[symbol] = between + drawn[:, 0]
        else:
            whole[symbol] = between[:, None] + np.take_along_axis(drawn, occasion, axis=1)
    return whole
