"""The cells of a table, whatever made it: numbers, text and times by their dtype, and what counts as missing.

pandas, polars, pyarrow and dicts of lists come out alike. A duration is a duration and a timestamp a
timestamp: neither is ever read as the integer that stores it.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from mooring.pharmacology import units
from mooring.pharmacology.errors import EventError, UnitError
from mooring.pharmacology.units import Decimal

MISSING_WORDS = {"", ".", "NA", "N/A", "NaN", "nan", "null", "None", "<NA>"}
MISSING_TYPES = {"NAType", "NaTType"}
CLOCK = re.compile(r"\s*(\d{1,2}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?\s*")
PLAIN = {
    ".": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"),
    ",": re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?"),
}
HOUR = np.timedelta64(3_600_000_000_000, "ns")
TEXT = "U24"


def columns_of(table: object) -> dict[str, np.ndarray]:
    """Columns by lower-case name, without importing what made the table. Raises `EventError`."""
    if isinstance(table, Mapping):
        named = {str(name): _array(values) for name, values in table.items()}
    elif hasattr(table, "to_pydict"):  # pyarrow
        named = {str(name): _array(values) for name, values in table.to_pydict().items()}
    elif hasattr(table, "columns") and hasattr(table, "__getitem__"):  # pandas and polars
        named = {str(name): _array(table[name].to_numpy()) for name in table.columns}
    else:
        raise EventError(
            f"an event table is a dict, pandas, polars or pyarrow table, not {type(table).__name__}"
        )
    lowered = [name.lower() for name in named]
    twice = sorted({name for name in lowered if lowered.count(name) > 1})
    if twice:
        raise EventError(f"the event table has two columns called {', '.join(twice)}")
    return dict(zip(lowered, named.values(), strict=True))


def _array(values: Any) -> np.ndarray:
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    array = np.asarray(values)
    if isinstance(values, (list, tuple)) and array.dtype.kind in "US":
        # A list of numbers and text must not turn its numbers into text.
        array = np.array(values, dtype=object)
    return array


def is_missing(cell: object) -> bool:
    """None, NaN, NaT, pandas' NA, or one of the words by which tables leave a cell empty."""
    if cell is None or type(cell).__name__ in MISSING_TYPES:
        return True
    if isinstance(cell, str):
        return cell.strip() in MISSING_WORDS
    return bool(cell != cell)


def refuse(bad: np.ndarray, values: np.ndarray, column: str, says: str) -> None:
    """Raises `EventError` for the first row of `bad`."""
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        cell = values.tolist()[row] if values.dtype.kind not in "mM" else values[row]
        raise EventError(f"row {row + 1}, column {column!r}: {cell!r} {says}")


def numbers(values: np.ndarray, column: str, *, decimal: Decimal = ".") -> np.ndarray:
    """The column as floats; NaN where a cell is missing. Raises `EventError` for what is no number."""
    if values.dtype.kind in "iufb":
        return values.astype(float)
    if values.dtype.kind in "mM":
        raise EventError(f"row 1, column {column!r}: holds times, not numbers")
    return np.array([_number(cell, row, column, decimal) for row, cell in enumerate(values.tolist())])


def _number(cell: Any, row: int, column: str, decimal: Decimal) -> float:
    if is_missing(cell):
        return np.nan
    if isinstance(cell, str):
        if PLAIN[decimal].fullmatch(cell.strip()):
            return float(cell.strip().replace(",", "."))
    elif not isinstance(cell, (date, timedelta)):
        try:
            return float(cell)
        except (TypeError, ValueError):
            pass
    raise EventError(f"row {row + 1}, column {column!r}: {str(cell)!r} is not a number")


def quantities(values: np.ndarray, column: str, *, decimal: Decimal = ".") -> tuple[np.ndarray, np.ndarray]:
    """Doses (mg) or rates (mg/h), and which are per kg: bare numbers, or text with a unit such as "0.5 mg/kg".

    Moles are refused, because a table does not say the molar mass of its drug.
    """
    if values.dtype.kind in "iufbmM":
        return numbers(values, column, decimal=decimal), np.zeros(len(values), dtype=bool)
    read = [_quantity(cell, row, column, decimal) for row, cell in enumerate(values.tolist())]
    return np.array([number for number, _ in read], dtype=float), np.array(
        [each for _, each in read], dtype=bool
    )


def _quantity(cell: Any, row: int, column: str, decimal: Decimal) -> tuple[float, bool]:
    has_unit = isinstance(cell, str) and units.TEXT[decimal].fullmatch(cell.strip()) is not None
    if not has_unit or PLAIN[decimal].fullmatch(cell.strip()):
        return _number(cell, row, column, decimal), False
    try:
        if column == "amt":
            dose = units.amount(cell.strip(), decimal=decimal)
            number, per_kg, molar = dose.mg, dose.per_kg, dose.molar
        else:
            speed = units.rate(cell.strip(), decimal=decimal)
            number, per_kg, molar = speed.mg_per_h, speed.per_kg, speed.molar
    except UnitError as wrong:
        raise EventError(f"row {row + 1}, column {column!r}: {wrong}") from wrong
    if molar:
        raise EventError(f"row {row + 1}, column {column!r}: {cell!r} is in moles; write milligrams")
    return number, per_kg


def words(values: np.ndarray, default: str) -> np.ndarray:
    """The column as text; `default` where a cell is missing; a number that a table made a float (2.0) is "2"."""
    if values.dtype.kind == "U" and not np.isin(values, list(MISSING_WORDS)).any():
        return values.astype(TEXT)
    return np.array([_word(cell, default) for cell in values.tolist()], dtype=TEXT)


def _word(cell: Any, default: str) -> str:
    if is_missing(cell):
        return default
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def durations_h(values: np.ndarray, column: str, *, decimal: Decimal = ".") -> np.ndarray:
    """Lengths of time in hours: numbers are hours, durations and text with a unit are what they say."""
    if values.dtype.kind in "iufb":
        return values.astype(float)
    if values.dtype.kind == "m":
        return np.asarray(values.astype("timedelta64[ns]") / HOUR, dtype=float)
    if values.dtype.kind == "M":
        raise EventError(f"row 1, column {column!r}: holds timestamps, not durations")
    return np.array([_duration(cell, row, column, decimal) for row, cell in enumerate(values.tolist())])


def _duration(cell: Any, row: int, column: str, decimal: Decimal) -> float:
    if not is_missing(cell) and (isinstance(cell, (timedelta, np.timedelta64)) or _has_unit(cell, decimal)):
        try:
            return units.hours(cell, decimal=decimal)
        except UnitError as refused:
            raise EventError(f"row {row + 1}, column {column!r}: {refused}") from None
    return _number(cell, row, column, decimal)


def _has_unit(cell: Any, decimal: Decimal) -> bool:
    return isinstance(cell, str) and units.TEXT[decimal].fullmatch(cell) is not None


def times_h(
    values: np.ndarray, dates: np.ndarray | None, first: np.ndarray, *, decimal: Decimal = "."
) -> np.ndarray:
    """The column `time` in hours. Timestamps and clock times count from the first row of their person.

    `first` (rows,) is the row at which each row's person begins. `dates`: the column `date`, if there is one.
    """
    if dates is not None:
        moments = np.array(
            [_day(cell, row) for row, cell in enumerate(dates.tolist())], dtype="datetime64[ns]"
        )
        of_day = np.array([_of_day(cell, row, decimal) for row, cell in enumerate(values.tolist())])
        return _since(moments + np.round(of_day * 3.6e12).astype("timedelta64[ns]"), first)
    if values.dtype.kind == "M":
        return _since(values.astype("datetime64[ns]"), first)
    if values.dtype.kind in "iufbm":
        return durations_h(values, "time", decimal=decimal)
    kinds = [_kind(cell, decimal) for cell in values.tolist()]
    odd = next((row for row, kind in enumerate(kinds) if kind != kinds[0]), None)
    if odd is not None:
        raise EventError(
            f"row {odd + 1}, column 'time': {str(values[odd])!r} is {kinds[odd]}; the rows above hold {kinds[0]}"
        )
    if not len(values) or kinds[0] in ("a number", "a duration"):
        return durations_h(values, "time", decimal=decimal)
    if kinds[0] == "a clock time":
        of_day = np.array([_of_day(cell, row, decimal) for row, cell in enumerate(values.tolist())])
        return np.asarray(of_day - of_day[first])
    return _since(np.array([_moment(cell) for cell in values.tolist()], dtype="datetime64[ns]"), first)


def _kind(cell: Any, decimal: Decimal) -> str:
    if isinstance(cell, datetime):
        return "a timestamp" if cell.tzinfo is None else "a timestamp with a time zone"
    if isinstance(cell, timedelta) or _has_unit(cell, decimal):
        return "a duration" if not isinstance(cell, str) or not _iso(cell) else _kind(_iso(cell), decimal)
    if isinstance(cell, str) and CLOCK.fullmatch(cell):
        return "a clock time"
    if isinstance(cell, str) and (moment := _iso(cell)) is not None:
        return _kind(moment, decimal)
    return "a number"


def _iso(text: str) -> datetime | None:
    """A timestamp written as ISO 8601; a number or a length of time is none."""
    if "-" not in text[4:]:
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _moment(cell: Any) -> np.datetime64:
    moment: Any = _iso(cell) if isinstance(cell, str) else cell
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return np.datetime64(moment.isoformat(), "ns")


def _day(cell: Any, row: int) -> Any:
    try:
        return np.datetime64(str(cell)[:10], "D").astype("datetime64[ns]")
    except ValueError:
        raise EventError(
            f"row {row + 1}, column 'date': {str(cell)!r} is not a day such as 2026-11-29"
        ) from None


def _of_day(cell: Any, row: int, decimal: Decimal) -> float:
    """Hours since midnight, of "9:30", "09:30:15" or a number of hours."""
    found = CLOCK.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return _duration(cell, row, "time", decimal)
    return int(found.group(1)) + int(found.group(2)) / 60 + float(found.group(3) or 0) / 3600


def _since(moments: np.ndarray, first: np.ndarray) -> np.ndarray:
    refuse(np.isnat(moments), moments, "time", "is missing")
    return np.asarray((moments - moments[first]) / HOUR, dtype=float)
