"""The event table: NONMEM's columns as arrays, read, checked, expanded. Everything here is O(events)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from mooring.pharmacology.constants import BASE_FRACTION
from mooring.pharmacology.errors import EventError

# Our field ← NONMEM's column, its default, and whether it is a number.
COLUMNS: dict[str, tuple[str, Any]] = {
    "id": ("id", 0),
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
}
MODELLED_DURATION = -2.0
NOTHING = "."  # how NONMEM's tables write an empty cell
MOST_MG_AT_ONCE = 2000.0
MOST_MG_PER_KG_AT_ONCE = 20.0
TEXT = "U24"


@dataclass(frozen=True, eq=False)
class Events:
    """One row an event. `evid`: 0 observation, 1 dose, 2 other, 3 reset, 4 reset and dose."""

    id: np.ndarray
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

    def take(self, rows: np.ndarray) -> "Events":
        """These rows, by number or by mask. A column that one value fills stays one value."""
        return Events(**{each.name: picked(getattr(self, each.name), rows) for each in fields(self)})

    def as_columns(self) -> dict[str, np.ndarray]:
        """The table under NONMEM's names. An infusion shows both its `dur` and its `rate`."""
        columns = {COLUMNS[each.name][0]: getattr(self, each.name).copy() for each in fields(self)}
        timed = self.dur_h > 0
        columns["rate"][timed] = self.amt_mg[timed] / self.dur_h[timed]
        return columns

    def __len__(self) -> int:
        return len(self.time_h)


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


def _make(columns: Mapping[str, Any], length: int) -> Events:
    full = {}
    for name, (_, default) in COLUMNS.items():
        value = columns.get(name, default)
        kind: Any = TEXT if isinstance(default, str) else type(default)
        column = np.asarray(value, dtype=kind)
        full[name] = column if column.ndim else np.broadcast_to(column, (length,))
    return Events(**full)


EMPTY = _make({}, 0)


def one(**columns: Any) -> Events:
    """A table of one dose."""
    return _make(columns, 1)


def joined(tables: Sequence[Events]) -> Events:
    """The tables as one, each person's rows in the order of time (rows at one time keep their order)."""
    whole = Events(
        **{each.name: np.concatenate([getattr(t, each.name) for t in tables]) for each in fields(Events)}
    )
    return whole.take(np.lexsort((whole.time_h, whole.id)))


def shifted(table: Events, by_h: float) -> Events:
    """The same table, later by `by_h`."""
    return Events(
        **{**{f.name: getattr(table, f.name) for f in fields(table)}, "time_h": table.time_h + by_h}
    )


def first_doubled(table: Events) -> int | None:
    """The first row that repeats the row before it in everything; None where there is none."""
    if len(table) < 2:
        return None
    same = np.array(one_of(table.evid[1:], (1, 4)))
    for each in fields(table):
        column = getattr(table, each.name)
        if filled_by_one(column):
            continue
        same &= column[1:] == column[:-1]
        if not same.any():
            return None
    return int(np.flatnonzero(same)[0]) + 1


def expanded(table: Events) -> Events:
    """Additional doses (`addl`, `ii`) written out, sorted. A later reset (or `ss` 1) cancels those still pending."""
    if not table.addl.any():
        return table
    copies = np.where(one_of(table.evid, (1, 4)), table.addl, 0) + 1
    rows = np.repeat(np.arange(len(table)), copies)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(copies) - copies, copies)
    whole = table.take(rows)
    time_h = whole.time_h + nth * whole.ii_h
    first = nth == 0
    repeated = {
        "time_h": time_h,
        "ss": np.where(first, whole.ss, 0),
        "evid": np.where(first, whole.evid, 1),
        "addl": np.zeros_like(whole.addl),
    }
    whole = Events(**{**{f.name: getattr(whole, f.name) for f in fields(whole)}, **repeated})
    resets = np.flatnonzero(one_of(table.evid, (3, 4)) | (one_of(table.evid, (1,)) & (table.ss == 1)))
    if len(resets):
        following = np.searchsorted(resets, rows, side="right")
        reset = resets[np.minimum(following, len(resets) - 1)]
        theirs = (following < len(resets)) & (table.id[reset] == table.id[rows])
        whole = whole.take(first | ~theirs | (time_h < table.time_h[reset]))
    return whole.take(np.lexsort((whole.time_h, whole.id)))


def observed(table: Events) -> tuple[np.ndarray, np.ndarray]:
    """The times of observation rows, each once, and which of them come before a dose of their own time.

    Rows count in their order, as in NONMEM: a row that stands before the dose does not see it.
    """
    if not (seen := np.flatnonzero(one_of(table.evid, (0,)))).size:
        return np.zeros(0), np.zeros(0, dtype=bool)
    new = (table.id[1:] != table.id[:-1]) | (table.time_h[1:] != table.time_h[:-1])
    moment = np.concatenate([[0], np.cumsum(new)])
    dosing = np.flatnonzero(one_of(table.evid, (1, 3, 4)))
    first = np.full(moment[-1] + 1, -1)
    first[moment[dosing][::-1]] = dosing[::-1]
    dose = first[moment[seen]]
    times, place = np.unique(table.time_h[seen], return_inverse=True)
    before, after = np.zeros(len(times), dtype=bool), np.zeros(len(times), dtype=bool)
    before[place[seen < dose]] = True
    after[place[(dose >= 0) & (seen > dose)]] = True
    return times, before & ~after


def read(table: object) -> Events:
    """The table as `Events`, checked. Raises `EventError` naming the row (from 1) and the column."""
    columns = {name.lower(): values for name, values in _columns(table).items()}
    unknown = sorted(set(columns) - {nonmem for nonmem, _ in COLUMNS.values()} - {"dv", "mdv"})
    if unknown:
        raise EventError(f"the event table has columns that are not known: {', '.join(unknown)}")
    if "time" not in columns:
        raise EventError("the event table has no column 'time'")
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1:
        raise EventError("the columns of the event table differ in length")
    named = {
        ours: _typed(columns[theirs], theirs, default)
        for ours, (theirs, default) in COLUMNS.items()
        if theirs in columns
    }
    if "evid" not in named:
        named["evid"] = np.where(named.get("amt_mg", np.zeros(lengths.copy().pop())) > 0, 1, 0)
    events = _make(named, lengths.pop())
    _check(events)
    return events


def _columns(table: object) -> dict[str, np.ndarray]:
    """Columns of a dict, or of a pandas, polars or pyarrow table, without importing any of them."""
    if isinstance(table, Mapping):
        return {str(name): np.asarray(values) for name, values in table.items()}
    if hasattr(table, "to_pydict"):  # pyarrow
        return {str(name): np.asarray(values) for name, values in table.to_pydict().items()}
    if hasattr(table, "columns") and hasattr(table, "__getitem__"):  # pandas and polars
        return {str(name): np.asarray(table[name].to_numpy()) for name in table.columns}
    raise EventError(f"an event table is a dict, pandas, polars or pyarrow table, not {type(table).__name__}")


def _typed(values: np.ndarray, column: str, default: Any) -> np.ndarray:
    if isinstance(default, str):
        if values.dtype.kind == "U" and not (values == NOTHING).any():
            return values.astype(TEXT)
        return np.array([_word(each, default) for each in values.tolist()], dtype=TEXT)
    if values.dtype.kind in "UO" and column != "time":
        values = np.array([default if each == NOTHING else each for each in values.tolist()], dtype=object)
    try:
        numbers = values.astype(float)
    except (TypeError, ValueError):
        for row, each in enumerate(values):
            try:
                float(each)
            except (TypeError, ValueError):
                raise EventError(f"row {row + 1}, column {column!r}: {str(each)!r} is not a number") from None
        raise
    _refuse(~np.isfinite(numbers), values, column, "is missing or not finite")
    if isinstance(default, int) and values.dtype.kind in "fO":
        _refuse(numbers != np.floor(numbers), values, column, "is not a whole number")
    return numbers.astype(type(default))


def _refuse(bad: np.ndarray, values: np.ndarray, column: str, says: str) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise EventError(f"row {row + 1}, column {column!r}: {values.tolist()[row]!r} {says}")


def _word(each: Any, default: str) -> str:
    """A cell as text; a number that a table made a float (2.0) is the compartment 2."""
    if each is None or each != each or each == NOTHING:
        return default
    return str(int(each)) if isinstance(each, float) and each.is_integer() else str(each)


def one_of(column: np.ndarray, words: Collection[Any]) -> np.ndarray:
    """Where the column holds one of the words (much faster than `np.isin` on few words)."""
    if filled_by_one(column):
        return np.broadcast_to(column[0] in words, column.shape)
    found = np.zeros(len(column), dtype=bool)
    for word in words:
        found |= column == word
    return found


def _too_much(table: Events) -> np.ndarray:
    """More than 2 g at once, or 100 g over any time."""
    at_once = (table.rate_mg_per_h == 0) & (table.dur_h == 0)
    most = np.where(table.per_kg, MOST_MG_PER_KG_AT_ONCE, MOST_MG_AT_ONCE)
    too_much: np.ndarray = table.amt_mg > np.where(at_once, most, 1e5)
    return too_much


def _falls(column: np.ndarray) -> np.ndarray:
    """Where a value is below the one before it."""
    return np.concatenate([[False], column[1:] < column[:-1]])[: len(column)]


def _check(table: Events) -> None:
    """Every rule of a table; the first row that breaks one is named."""
    dosing = one_of(table.evid, (1, 4))
    zero_ss = (table.ss > 0) & (table.ii_h <= 0) & (table.rate_mg_per_h > 0) & (table.amt_mg == 0)
    unsorted = _falls(table.time_h) & np.concatenate([[False], table.id[1:] == table.id[:-1]])[: len(table)]
    rules: tuple[tuple[str, np.ndarray, str], ...] = (
        ("evid", ~one_of(table.evid, (0, 1, 2, 3, 4)), "must be 0, 1, 2, 3 or 4"),
        ("id", _falls(table.id), "is below the row before it; sort the table by id and time"),
        ("time", table.time_h < 0, "must not be negative"),
        ("time", unsorted, "is earlier than the row before it; sort the table by id and time"),
        ("amt", dosing & (table.amt_mg <= 0) & ~zero_ss, "must be above zero for a dose"),
        ("amt", _too_much(table), "is more than any person is given; the unit is mg"),
        (
            "rate",
            (table.rate_mg_per_h < 0) & (table.rate_mg_per_h != MODELLED_DURATION),
            "must be zero, above zero, or -2",
        ),
        ("dur", table.dur_h < 0, "must not be negative"),
        ("addl", table.addl < 0, "must not be negative"),
        ("ii", (table.addl > 0) & (table.ii_h <= 0), "must be above zero where addl is"),
        ("ii", (table.ss > 0) & (table.ii_h <= 0) & ~zero_ss, "must be above zero where ss is"),
        ("ss", ~one_of(table.ss, (0, 1, 2)), "must be 0, 1 or 2"),
        ("salt", dosing & ~one_of(table.salt, BASE_FRACTION), f"must be one of {', '.join(BASE_FRACTION)}"),
        (
            "route",
            dosing & (table.route == "") & (table.cmt == ""),
            "is missing; name a route or a compartment",
        ),
    )
    for column, broken, says in rules:
        if broken.any():
            raise EventError(f"row {int(np.flatnonzero(broken)[0]) + 1}, column {column!r}: {says}")
    if (doubled := first_doubled(table)) is not None:
        raise EventError(f"row {doubled + 1}, column 'time': repeats the row before it")
