"""Covariates from the columns of an event table: by person, and changing in time where the rows change.

A missing cell holds what the row above it held. Between rows a value is carried by one of two rules:
"backward" (NONMEM's): from the row above up to its own row; "forward": from its own row on.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from mooring.pharmacology.doses import Periods
from mooring.pharmacology.events import Events
from mooring.pharmacology.model import Model, PeopleArrays
from mooring.pharmacology.program import Array, Whole
from mooring.pharmacology.subject import FLAGS, IMPAIRED, KNOWN, POSSIBLE, check_value

IN_PEOPLE = (
    "weight_kg",
    "age_years",
    "sex",
    "ancestry",
    "cyp2b6_inhibited",
    "renal_impairment",
    "hepatic_impairment",
    "pregnant",
)
LEVELS = {"renal_impairment": "renal", "hepatic_impairment": "hepatic"}


def names_of(model: Model, table: Events) -> tuple[str, ...]:
    """The columns that are covariates: those of every person, and those that the model itself reads."""
    own = {each.of for each in model.covariates} | set(model.own_covariates)
    return tuple(
        name
        for name, column in table.covariates.items()
        if name in own or (name in IN_PEOPLE and (name not in KNOWN or column.dtype.kind == "O"))
    )


def applied(
    model: Model, table: Events, people: PeopleArrays, *, backward: bool
) -> tuple[PeopleArrays, Periods | None]:
    """The people with what the table says of them, arrays (subjects,) or (subjects, periods)."""
    names = names_of(model, table)
    if not names:
        return people, None
    filled = {name: _filled(table.covariates[name], table.person) for name in names}
    for name in names:
        for value in dict.fromkeys(filled[name].tolist()):
            if value is not None and value == value and name in (*KNOWN, *POSSIBLE, *FLAGS):
                check_value(name, value, said="the event table: ")
    first = np.flatnonzero(np.concatenate([[True], table.person[1:] != table.person[:-1]]))
    changes = _changes(filled, table.person)
    if not changes.any():
        return _with(people, {name: column[first] for name, column in filled.items()}), None
    period = np.cumsum(changes) - np.cumsum(changes)[first][table.person]
    width, subjects = int(period.max()) + 1, len(table.ids)
    starts = np.full((subjects, width), np.inf)
    starts[:, 0] = -np.inf
    at = np.flatnonzero(changes)
    starts[table.person[at], period[at]] = table.clock_h[at - 1] if backward else table.clock_h[at]
    values = {}
    for name, column in filled.items():
        wide = np.repeat(column[first][:, None], width, axis=1)
        for row in at.tolist():
            wide[table.person[row], period[row] :] = column[row]
        values[name] = wide
    return _with(people, values), Periods.of_covariates(starts, backward=backward)


def _filled(column: np.ndarray, person: Whole) -> np.ndarray:
    """Missing cells filled from above within each person, the first ones from below."""
    there = np.array([value is not None and value == value for value in column.tolist()])
    if there.all():
        return column
    rows = np.arange(len(column))
    begins = np.concatenate([[True], person[1:] != person[:-1]])
    last = np.maximum.accumulate(np.where(there | begins, rows, 0))
    filled = column[last]
    ends = np.concatenate([person[1:] != person[:-1], [True]])
    there = np.array([value is not None and value == value for value in filled.tolist()])
    following = np.where(there | ends, rows, len(rows) - 1)
    return np.asarray(filled[np.minimum.accumulate(following[::-1])[::-1]])


def _changes(filled: Mapping[str, np.ndarray], person: Whole) -> np.ndarray:
    """Rows at which a covariate differs from the row above, of the same person."""
    changed = np.zeros(len(person), dtype=bool)
    for column in filled.values():
        changed[1:] |= (column[1:] != column[:-1]) & ~(
            (column[1:] != column[1:]) & (column[:-1] != column[:-1])
        )
    changed[1:] &= person[1:] == person[:-1]
    return changed


def _with(people: PeopleArrays, values: Mapping[str, np.ndarray]) -> PeopleArrays:
    """The people with these values; what the table does not say stays."""
    shape = next(iter(values.values())).shape
    rows = max(len(people.weight_kg), shape[0])
    shape = (rows, *shape[1:])

    def wide(column: Array) -> Array:
        return np.broadcast_to(column if len(shape) == 1 else column[:, None], shape)

    known: tuple[str, ...] = ("weight_kg", "age_years", "female", "asian", "japanese", "cyp2b6_inhibited")
    known += ("pregnant", *LEVELS.values())
    changed: dict[str, Any] = {name: wide(getattr(people, name)) for name in known}
    changed["other"] = {name: wide(column) for name, column in people.other.items()}
    for name, column in values.items():
        if name == "sex":
            changed["female"] = np.broadcast_to(
                np.select([column == "female", column == "male"], [1.0, 0.0], np.nan), shape
            )
        elif name == "ancestry":
            changed["japanese"] = np.broadcast_to((column == "japanese").astype(float), shape)
            changed["asian"] = np.broadcast_to(
                ((column == "asian") | (column == "japanese")).astype(float), shape
            )
        elif name in LEVELS:
            levels = np.select([column == level for level in IMPAIRED], [1.0, 2.0, 3.0], 0.0)
            changed[LEVELS[name]] = np.broadcast_to(levels, shape)
        elif name in known:
            changed[name] = np.broadcast_to(column.astype(float), shape)
        else:
            changed["other"][name] = np.broadcast_to(column, shape)
    return replace(people, **changed)
