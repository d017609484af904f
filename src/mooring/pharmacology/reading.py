"""A table of the user becomes an `Events`, by NONMEM's rules. Everything is O(rows).

People are blocks of rows with one id: the same id further down is another person, as in NONMEM, unless
`repeated_ids="joined"`. Times may begin anew at a row that resets. Covariates are columns.
"""

from difflib import get_close_matches
from typing import Any, Literal

import numpy as np

from mooring.pharmacology import cells, table_rules
from mooring.pharmacology.errors import EventError
from mooring.pharmacology.events import (
    COLUMNS,
    DOSE,
    OBSERVATION,
    RESET,
    RESET_AND_DOSE,
    Events,
    made,
    one_of,
)
from mooring.pharmacology.units import Decimal

RepeatedIds = Literal["separate", "joined"]
OURS = {theirs: ours for ours, (theirs, _) in COLUMNS.items()}
COVARIATE_NAMES = {"wt": "weight_kg", "weight": "weight_kg", "age": "age_years"}
# Names that people write for a column of ours; as covariates they would be silently unused.
MISTAKEN = {
    "dose": "amt",
    "amount": "amt",
    "dose_mg": "amt",
    "duration": "dur",
    "compartment": "cmt",
    "times": "time",
    "hours": "time",
    "interval": "ii",
    "infusion_rate": "rate",
}


def read(
    table: object,
    *,
    decimal: Decimal = ".",
    repeated_ids: RepeatedIds = "separate",
    limited: bool = True,
) -> Events:
    """The table as `Events`, checked. Raises `EventError` naming the row (from 1) and the column."""
    columns = cells.columns_of(table)
    if "time" not in columns:
        raise EventError("the event table has no column 'time'")
    if len({len(values) for values in columns.values()}) != 1:
        raise EventError("the columns of the event table differ in length")
    count = len(columns["time"])
    _check_names(columns)
    person, ids, order = _people(columns.pop("id", None), count, repeated_ids)
    columns = {name: values[order] for name, values in columns.items()}
    begins = np.flatnonzero(np.concatenate([[True], person[1:] != person[:-1]])[:count])
    first = np.repeat(begins, np.diff(np.append(begins, count)))
    time_h = cells.times_h(columns.pop("time"), columns.pop("date", None), first, decimal=decimal)
    _whole(time_h, "time", np.ones(count, bool), "is missing or not finite", order)
    named = _named(columns, count, decimal, order)
    clock_h = _running(time_h, person, named["evid"])
    extra = {
        COVARIATE_NAMES.get(name, name): _covariate(values)
        for name, values in columns.items()
        if name not in OURS
    }
    named |= {"time_h": time_h, "clock_h": clock_h, "person": person, "row": order + 1}
    events = made(named, count, ids=ids, covariates=extra)
    table_rules.check(events, limited=limited)
    return events


def _check_names(columns: dict[str, Any]) -> None:
    """A column that is neither NONMEM's nor a property of people, but looks like one of ours, is refused."""
    for name in columns:
        meant = MISTAKEN.get(name)
        if meant is None and name not in OURS and name not in COVARIATE_NAMES and len(name) > 2:
            near = get_close_matches(name, ["amt", "rate", "evid", "addl", "route", "time", "salt"], 1, 0.85)
            meant = near[0] if near else None
        if meant is not None and meant not in columns:
            raise EventError(f"the event table has columns that are not known: {name}; is it {meant!r}?")


def _people(
    named: np.ndarray | None, count: int, repeated: RepeatedIds
) -> tuple[np.ndarray, tuple[Any, ...], np.ndarray]:
    """For each row its person (from 0), the names of the people, and the order of rows by person."""
    if named is None or not count:
        return np.zeros(count, np.int64), (0,), np.arange(count)
    if repeated not in ("separate", "joined"):
        raise EventError(f'repeated_ids is {repeated!r}; it is "separate" or "joined"')
    cells.refuse(
        np.array([cells.is_missing(cell) for cell in named.tolist()])
        if named.dtype.kind in "OUf"
        else np.zeros(count, bool),
        named,
        "id",
        "is missing",
    )
    if named.dtype.kind == "f" and (named == np.floor(named)).all():
        named = named.astype(np.int64)
    block = np.cumsum(np.concatenate([[False], named[1:] != named[:-1]]))
    begins = np.concatenate([[0], np.flatnonzero(np.diff(block)) + 1])
    names = named[begins].tolist()
    if repeated == "separate" or len(set(names)) == len(names):
        return block.astype(np.int64), tuple(names), np.arange(count)
    number = {name: index for index, name in enumerate(dict.fromkeys(names))}
    person = np.array([number[name] for name in names], dtype=np.int64)[block]
    order = np.argsort(person, kind="stable")
    return person[order], tuple(number), order


def _weigh(named: dict[str, np.ndarray], by_weight: dict[str, np.ndarray]) -> None:
    """`per_kg` where a unit says so; what a row gives and how fast must say the same."""
    said = [column for column in by_weight.values() if column.any()]
    if not said:
        return
    if len(by_weight) == 2:
        amt, rate = np.nan_to_num(named["amt_mg"]) > 0, np.nan_to_num(named["rate_mg_per_h"]) > 0
        odd = np.flatnonzero(amt & rate & (by_weight["amt"] != by_weight["rate"]))
        if len(odd):
            raise EventError(
                f"row {odd[0] + 1}, columns 'amt' and 'rate': one is per kg of weight, the other is not"
            )
    together = np.logical_or.reduce(said)
    named["per_kg"] = np.logical_or(np.nan_to_num(named.get("per_kg", 0.0)) != 0, together).astype(float)


def _named(
    columns: dict[str, np.ndarray], count: int, decimal: Decimal, order: np.ndarray
) -> dict[str, np.ndarray]:
    """Our columns with the right kinds. Cells of a dose may be missing where the row gives none."""
    named: dict[str, np.ndarray] = {}
    by_weight: dict[str, np.ndarray] = {}
    for theirs, values in columns.items():
        if theirs not in OURS:
            continue
        ours, default = OURS[theirs], COLUMNS[OURS[theirs]][1]
        if isinstance(default, str):
            named[ours] = cells.words(values, default)
        elif theirs in ("dur", "ii"):
            named[ours] = cells.durations_h(values, theirs, decimal=decimal)
        elif theirs in ("amt", "rate"):
            named[ours], by_weight[theirs] = cells.quantities(values, theirs, decimal=decimal)
        else:
            named[ours] = cells.numbers(values, theirs, decimal=decimal)
    _weigh(named, by_weight)
    if "evid" not in named:
        amount = np.nan_to_num(named.get("amt_mg", np.zeros(count)), nan=0.0)
        rate = np.nan_to_num(named.get("rate_mg_per_h", np.zeros(count)), nan=0.0)
        endless = (rate > 0) & (np.nan_to_num(named.get("ss", np.zeros(count)), nan=0.0) > 0)
        if "amt_mg" in named:
            unclear = np.isnan(named["amt_mg"]) & _gives(named, count)
            says = "is missing or not finite; a row without a dose has evid 0"
            _whole(np.where(unclear, np.nan, 0.0), "amt", unclear, says, order)
        named["evid"] = np.where((amount != 0) | endless, DOSE, OBSERVATION).astype(float)
    dosing = one_of(named["evid"], (DOSE, RESET_AND_DOSE))
    for ours, values in named.items():
        theirs, default = COLUMNS[ours]
        if isinstance(default, str) or ours == "dv":
            continue
        needed = np.ones(count, bool) if ours == "evid" else dosing & (ours == "amt_mg")
        _whole(values, theirs, needed, "is missing or not finite", order)
        filled = np.where(np.isnan(values), default, values)
        _whole(np.where(np.isinf(filled), np.nan, 0.0), theirs, np.ones(count, bool), "is not finite", order)
        if isinstance(default, int) and not isinstance(default, bool):
            odd = filled != np.floor(filled)
            _whole(np.where(odd, np.nan, 0.0), theirs, odd, "is not a whole number", order)
        named[ours] = filled.astype(type(default))
    return named


def _gives(named: dict[str, np.ndarray], count: int) -> np.ndarray:
    """Rows that without an amount still look like doses: they name a rate, a duration, repeats or a route."""
    looks = np.zeros(count, bool)
    for name in ("rate_mg_per_h", "dur_h", "addl", "ss"):
        if name in named:
            looks |= np.nan_to_num(named[name], nan=0.0) > 0
    if "mdv" in named or "dv" in named:
        return looks
    return looks | (named["route"] != "") if "route" in named else looks


def _whole(values: np.ndarray, column: str, where: np.ndarray, says: str, order: np.ndarray) -> None:
    bad = where & ~np.isfinite(values)
    if bad.any():
        row = int(order[np.flatnonzero(bad)[0]]) + 1
        raise EventError(f"row {row}, column {column!r}: {says}")


def _running(time_h: np.ndarray, person: np.ndarray, evid: np.ndarray) -> np.ndarray:
    """Time that never falls at a reset: where the table begins anew, the clock goes on from the row above."""
    back = np.zeros(len(time_h), dtype=bool)
    if len(time_h) > 1:
        back[1:] = (time_h[1:] < time_h[:-1]) & (person[1:] == person[:-1])
    back &= one_of(evid, (RESET, RESET_AND_DOSE))
    rows = np.flatnonzero(back)
    if not len(rows):
        return time_h
    added = np.zeros(len(time_h))
    added[rows] = time_h[rows - 1] - time_h[rows]
    total = np.cumsum(added)
    begins = np.concatenate([[True], person[1:] != person[:-1]])
    before = np.where(begins, total - added, 0.0)
    # `before` at a person's first row is what people above them added; it is carried along their rows.
    starts = np.flatnonzero(begins)
    return np.asarray(time_h + total - np.repeat(before[starts], np.diff(np.append(starts, len(time_h)))))


def _covariate(values: np.ndarray) -> np.ndarray:
    """A property of people: floats where it holds numbers, else text; missing is NaN or None."""
    if values.dtype.kind in "iufb":
        return values.astype(float)
    gaps = [cells.is_missing(cell) for cell in values.tolist()]
    try:
        return np.array([np.nan if gap else float(c) for c, gap in zip(values.tolist(), gaps, strict=True)])
    except (TypeError, ValueError):
        cleaned = [None if gap else cell for cell, gap in zip(values.tolist(), gaps, strict=True)]
        return np.array(cleaned, dtype=object)
