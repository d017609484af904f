"""Results as labelled arrays and tables (extra `science`)."""

from typing import Any

import numpy as np
import polars as pl
import xarray as xr

from mooring.pharmacology.result import DISCLAIMER, Result


def to_xarray(result: Result) -> Any:
    """An `xarray.Dataset`: one variable an output, dimensions (subject, time), units and sources as attributes."""
    variables = {}
    for name in result.outputs:
        output = result.model.output(name)
        about = {"units": "ng/mL", "grade": output.grade, "site": output.site, "note": output.note}
        variables[name] = (("subject", "time"), np.atleast_2d(result[name]), about)
    return xr.Dataset(
        variables,
        coords={
            "subject": np.arange(len(result)),
            "time": (
                "time",
                result.times_h,
                {"units": "h", "long_name": "time since the start of the regimen"},
            ),
        },
        attrs={
            "model": result.model.id,
            "title": result.model.title,
            "regimen": str(result.regimen),
            "citation": result.cite(),
            "note": DISCLAIMER,
        },
    )


def to_polars(result: Result) -> Any:
    """A long `polars.DataFrame`: subject, time_h and a column an output, in ng/mL."""
    subjects, times = len(result), len(result.times_h)
    columns = {"subject": np.repeat(np.arange(subjects), times), "time_h": np.tile(result.times_h, subjects)}
    return pl.DataFrame(columns | {name: np.ravel(result[name]) for name in result.outputs})
