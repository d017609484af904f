"""Results leave as columns: a dict, CSV, a NONMEM table, pandas. polars and xarray stand in `tables.py`."""

import csv
import io
from importlib import import_module
from typing import Any

import numpy as np

from mooring.pharmacology.errors import MissingExtra
from mooring.pharmacology.result import Result


def columns_of(result: Result) -> dict[str, np.ndarray]:
    """One row a person and time (or a record): id, time, the outputs; a record's row, dv and mdv too."""
    ids = np.array(result.ids)
    if result.levels:
        levels = np.array(result.levels)
        columns = {
            "quantile": np.repeat(levels, len(result.times_h)),
            "time": np.tile(result.times_h, len(levels)),
        }
        return columns | {name: result.quantiles(name, result.levels).ravel() for name in result.outputs}
    if result.ragged:
        seen = result.records
        columns = {
            "id": ids[seen.person],
            "time": seen.time_h,
            "row": seen.row,
            "dv": seen.dv,
            "mdv": seen.mdv,
        }
        return columns | {name: result[name] for name in result.outputs}
    columns = {"id": np.repeat(ids, len(result.times_h)), "time": np.tile(result.times_h, len(ids))}
    return columns | {name: np.atleast_2d(result[name]).ravel() for name in result.outputs}


def to_csv(result: Result) -> str:
    """Comma-separated text with a head; numbers to the last digit, missing ones empty."""
    return _written(columns_of(result), ",")


def to_nonmem(result: Result) -> str:
    """A table as NONMEM writes and reads them: spaces, upper-case names of at most 20 letters, "." for missing."""
    columns = {_short(name): column for name, column in columns_of(result).items()}
    return _written(columns, " ", missing=".")


def to_pandas(result: Result) -> Any:
    """A `pandas.DataFrame` of the same columns."""
    try:
        pandas = import_module("pandas")
    except ModuleNotFoundError as missing:
        raise MissingExtra("this needs pandas: install the extra 'science'") from missing
    return pandas.DataFrame(columns_of(result))


def _short(name: str) -> str:
    return name.replace(".", "_").upper()[:20]


def _written(columns: dict[str, np.ndarray], sign: str, *, missing: str = "") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sign, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*(column.tolist() for column in columns.values()), strict=True):
        writer.writerow([missing if cell != cell else cell for cell in row])
    return text.getvalue()
