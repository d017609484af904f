"""The event table: NONMEM's columns as arrays, joined, expanded, cut by person. Everything here is O(events).

`reading.py` makes one from a table of the user, `table_rules.py` holds its rules.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

TEXT = "U24"
# Our field ← NONMEM's column, its default. The kind of a column is the kind of its default.
COLUMNS: dict[str, tuple[str, Any]] = {
    "time_h": ("time", 0.0),
    "amt_mg": ("amt", 0.0),
    "rate_mg_per_h": ("rate", 0.0),
    "dur_h": ("dur", 0.0),
    "evid": ("evid", 1),
    "cmt": ("cmt", ""),
    "ii_h": ("ii", 0.0),
    "addl": ("addl", 0),
    "ss": ("ss", 0),
    "route": ("route", ""),
    "salt": ("salt", "base"),
    "drug": ("drug", ""),
    "per_kg": ("per_kg", False),
    "dv": ("dv", np.nan),
    "mdv": ("mdv", 0),
}
MODELLED_RATE, MODELLED_DURATION = -1.0, -2.0
OBSERVATION, DOSE, OTHER, RESET, RESET_AND_DOSE = 0, 1, 2, 3, 4


@dataclass(frozen=True, eq=False)
class Events:
    """One row an event, in the order of the table within each person.

    `person` counts people from 0 as they come; `ids` are their names, one a person. `clock_h` runs on where
    the table's own `time_h` restarts after a reset. `row` is the row of the user's table, from 1.
    `covariates` are columns of properties of people, by name, NaN where a cell is missing.
    """

    person: np.ndarray
    clock_h: np.ndarray
    row: np.ndarray
    time_h: np.ndarray
    amt_mg: np.ndarray
    rate_mg_per_h: np.ndarray
    dur_h: np.ndarray
    evid: np.ndarray
    cmt: np.ndarray
    ii_h: np.ndarray
    addl: np.ndarray
    ss: np.ndarray
    route: np.ndarray
    salt: np.ndarray
    drug: np.ndarray
    per_kg: np.ndarray
    dv: np.ndarray
    mdv: np.ndarray
    ids: tuple[Any, ...] = (0,)
    covariates: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.time_h)

    def take(self, rows: np.ndarray) -> "Events":
        """These rows, by number or by mask. A column that one value fills stays one value."""
        columns: dict[str, Any] = {name: picked(getattr(self, name), rows) for name in ROW_FIELDS}
        return replace(self, **columns, covariates={k: v[rows] for k, v in self.covariates.items()})

    def of_people(self, start: int, stop: int) -> "Events":
        """The rows of people start … stop − 1, who are then counted from 0."""
        a, b = np.searchsorted(self.person, [start, stop])
        columns: dict[str, Any] = {name: getattr(self, name)[a:b] for name in ROW_FIELDS}
        columns["person"] = columns["person"] - start
        extra = {name: column[a:b] for name, column in self.covariates.items()}
        return replace(self, **columns, ids=self.ids[start:stop], covariates=extra)

    @property
    def restarts(self) -> bool:
        """Whether the table's own times begin anew after a reset."""
        return not np.array_equal(self.clock_h, self.time_h)

    def as_columns(self) -> dict[str, np.ndarray]:
        """The table under NONMEM's names. An infusion shows both its `dur` and its `rate`."""
        columns = {"id": np.array(self.ids)[self.person]}
        columns |= {COLUMNS[name][0]: getattr(self, name).copy() for name in COLUMNS}
        timed = self.dur_h > 0
        columns["rate"][timed] = self.amt_mg[timed] / self.dur_h[timed]
        if np.isnan(self.dv).all() and not self.mdv.any():
            del columns["dv"], columns["mdv"]
        return columns | dict(self.covariates)


ROW_FIELDS = tuple(each.name for each in fields(Events) if each.name not in ("ids", "covariates"))


def filled_by_one(column: np.ndarray) -> bool:
    """Whether the column is one value seen many times, as every column is that a table leaves out."""
    return len(column) > 0 and column.strides[0] == 0


def picked(column: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """`column[rows]`, without reading a column that one value fills."""
    if not filled_by_one(column):
        taken: np.ndarray = column[rows]
        return taken
    shape = (int(rows.sum()),) if rows.dtype == bool else rows.shape
    one_value: np.ndarray = np.broadcast_to(column[0], shape)
    return one_value


def made(columns: Mapping[str, Any], length: int, **more: Any) -> Events:
    """A table of `length` rows; a column that is left out holds its default in every row."""
    full: dict[str, Any] = {}
    for name, (_, default) in COLUMNS.items():
        kind: Any = TEXT if isinstance(default, str) else type(default)
        column = np.asarray(columns.get(name, default), dtype=kind)
        full[name] = column if column.ndim else np.broadcast_to(column, (length,))
    full["person"] = np.asarray(columns.get("person", np.zeros(length, np.int64)), dtype=np.int64)
    full["clock_h"] = np.asarray(columns.get("clock_h", full["time_h"]), dtype=float)
    full["row"] = np.asarray(columns.get("row", np.arange(1, length + 1)), dtype=np.int64)
    return Events(**full, **more)


EMPTY = made({}, 0)


def one(**columns: Any) -> Events:
    """A table of one dose."""
    return made(columns, 1)


def joined(tables: Sequence[Events]) -> Events:
    """The tables as one: people are the same where their names are, their rows in the order of time.

    Rows at one time keep the order in which the tables are named.
    """
    tables = [each for each in tables if len(each)] or [EMPTY]
    names: dict[tuple[Any, int], int] = {}
    people = []
    for table in tables:
        seen: dict[Any, int] = {}
        numbers = []
        for name in table.ids:
            seen[name] = seen.get(name, 0) + 1
            numbers.append(names.setdefault((name, seen[name]), len(names)))
        people.append(np.array(numbers, dtype=np.int64)[table.person])
    columns = {name: np.concatenate([getattr(t, name) for t in tables]) for name in ROW_FIELDS}
    columns |= {"person": np.concatenate(people), "row": np.arange(1, len(columns["row"]) + 1)}
    shown = {name for table in tables for name in table.covariates}
    extra = {
        name: np.concatenate([t.covariates.get(name, np.full(len(t), np.nan, dtype=object)) for t in tables])
        for name in sorted(shown)
    }
    whole = Events(**columns, ids=tuple(name for name, _ in names), covariates=extra)
    return whole.take(np.lexsort((whole.clock_h, whole.person)))


def shifted(table: Events, by_h: float) -> Events:
    """The same table, later by `by_h`."""
    return replace(table, time_h=table.time_h + by_h, clock_h=table.clock_h + by_h)


def expanded(table: Events) -> Events:
    """Additional doses (`addl`, `ii`) written out, sorted. A later reset (or `ss` 1) cancels those still pending."""
    if not table.addl.any():
        return table
    copies = np.where(one_of(table.evid, (DOSE, RESET_AND_DOSE)), table.addl, 0) + 1
    rows = np.repeat(np.arange(len(table)), copies)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(copies) - copies, copies)
    whole = table.take(rows)
    later_h = nth * whole.ii_h
    first = nth == 0
    clock_h = whole.clock_h + later_h
    whole = replace(
        whole,
        clock_h=clock_h,
        time_h=whole.time_h + later_h,
        ss=np.where(first, whole.ss, 0),
        evid=np.where(first, whole.evid, DOSE),
        addl=np.zeros_like(whole.addl),
    )
    empties = one_of(table.evid, (RESET, RESET_AND_DOSE)) | (one_of(table.evid, (DOSE,)) & (table.ss == 1))
    resets = np.flatnonzero(empties)
    if len(resets):
        following = np.searchsorted(resets, rows, side="right")
        reset = resets[np.minimum(following, len(resets) - 1)]
        theirs = (following < len(resets)) & (table.person[reset] == table.person[rows])
        whole = whole.take(first | ~theirs | (clock_h < table.clock_h[reset]))
    return whole.take(np.lexsort((whole.clock_h, whole.person)))


def one_of(column: np.ndarray, words: Collection[Any]) -> np.ndarray:
    """Where the column holds one of the words (much faster than `np.isin` on few words)."""
    if filled_by_one(column):
        return np.broadcast_to(column[0] in words, column.shape)
    found = np.zeros(len(column), dtype=bool)
    for word in words:
        found |= column == word
    return found
