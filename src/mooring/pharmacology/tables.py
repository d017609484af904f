"""Results as labelled arrays and tables (extra `science`)."""

from typing import Any

import numpy as np
import polars as pl
import xarray as xr

from mooring.pharmacology.provenance import DISCLAIMER
from mooring.pharmacology.result import Result

METRICS = {
    "cmax_ng_per_ml": "ng/mL",
    "tmax_h": "h",
    "auc_ng_h_per_ml": "ng·h/mL",
    "trough_ng_per_ml": "ng/mL",
}
TIME = {"units": "h", "long_name": "time since the start of the regimen"}


def to_xarray(result: Result) -> Any:
    """An `xarray.Dataset` of what `result` kept, with units, grades and sources as attributes."""
    if result.kept == "metrics":
        variables: dict[str, Any] = {
            name: (("subject", "output"), _metric(result, name), {"units": unit})
            for name, unit in METRICS.items()
        }
        coords: dict[str, Any] = {"subject": _ids(result), "output": list(result.outputs)}
    elif result.ragged:
        variables = {name: ("record", result[name], _about(result, name)) for name in result.outputs}
        coords = {
            "subject": ("record", _ids(result)[result.records.person]),
            "time": ("record", result.records.time_h, TIME),
            "row": ("record", result.records.row),
        }
    else:
        first = "quantile" if result.levels else "subject"
        variables = {
            name: ((first, "time"), _rows(result, name), _about(result, name)) for name in result.outputs
        }
        index = np.array(result.levels) if result.levels else _ids(result)
        coords = {first: index, "time": ("time", result.times_h, TIME)}
    about = {
        "model": result.model.id,
        "title": result.model.title,
        "regimen": str(result.regimen),
        "citation": result.cite(),
        "note": DISCLAIMER,
    }
    return xr.Dataset(variables, coords=coords, attrs=about)


def to_polars(result: Result) -> Any:
    """A long `polars.DataFrame` of what `result` kept."""
    people, outputs = len(result), len(result.outputs)
    if result.kept == "metrics":
        columns: dict[str, Any] = {
            "subject": np.repeat(_ids(result), outputs),
            "output": list(result.outputs) * people,
        }
        return pl.DataFrame(columns | {name: _metric(result, name).ravel() for name in METRICS})
    if result.ragged:
        seen = result.records
        kept = {"subject": _ids(result)[seen.person], "time_h": seen.time_h, "row": seen.row, "dv": seen.dv}
        return pl.DataFrame(kept | {name: result[name] for name in result.outputs})
    first = "quantile" if result.levels else "subject"
    index = np.array(result.levels) if result.levels else _ids(result)
    columns = {
        first: np.repeat(index, len(result.times_h)),
        "time_h": np.tile(result.times_h, len(index)),
    }
    return pl.DataFrame(columns | {name: _rows(result, name).ravel() for name in result.outputs})


def _ids(result: Result) -> np.ndarray:
    """The names of the people, numbers as numbers and text as text."""
    return np.array(result.ids)


def _rows(result: Result, name: str) -> np.ndarray:
    """Curves (subject, time) or quantiles (quantile, time) of one output."""
    return result.quantiles(name, result.levels) if result.levels else np.atleast_2d(result[name])


def _about(result: Result, name: str) -> dict[str, str]:
    output = result.model.output(name)
    return {"units": output.unit, "grade": result.grade(name), "site": output.site, "note": output.note}


def _metric(result: Result, name: str) -> np.ndarray:
    """One metric (subject, output)."""
    columns = [np.atleast_1d(getattr(result.metrics(output), name)) for output in result.outputs]
    return np.stack(columns, axis=1)
