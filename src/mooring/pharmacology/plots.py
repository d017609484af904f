"""Pictures for analysts (extra `plot`, matplotlib): curves on a linear or logarithmic axis, all people, checks.

Pages use the library's own SVG (`pictures.py`) and need no plotting library.
"""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from mooring.pharmacology.checks import PredictiveCheck
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.fitting import Estimates
from mooring.pharmacology.result import Result

MOST_LINES = 100
INK, PALE = "#2b4c5e", "#9fb8c4"


def curves(
    result: Result, output: str | None = None, *, log: bool = False, each: bool = False, ax: Any = None
) -> Any:
    """The curve, or the median with a band from 5 to 95 %; `each` draws people one by one (a spaghetti plot)."""
    if result.ragged:
        raise PharmacologyError("records of several people share no times; ask for times_h or until")
    name = output or result.outputs[0]
    axes = ax or plt.subplots()[1]
    rows = np.atleast_2d(result[name])
    if each:
        axes.plot(result.times_h, rows[:MOST_LINES].T, color=PALE, linewidth=0.7)
    if len(rows) > 1:
        low, middle, high = np.quantile(rows, (0.05, 0.5, 0.95), axis=0)
        if not each:
            axes.fill_between(result.times_h, low, high, color=PALE, alpha=0.5, label="5 to 95 %")
        axes.plot(result.times_h, middle, color=INK, label="median")
    else:
        axes.plot(result.times_h, rows[0], color=INK)
    axes.set_xlabel("hours")
    axes.set_ylabel(f"{name}, {result.model.output(name).unit}")
    axes.set_title(f"{result.model.id}, grade {result.grade(name)}")
    if log:
        axes.set_yscale("log")
    return axes


def predictive_check(check: PredictiveCheck, *, log: bool = False, ax: Any = None) -> Any:
    """The measurements, their percentiles, and the 95 % interval of the simulated ones."""
    axes = ax or plt.subplots()[1]
    axes.plot(check.times_h, check.values, "o", markersize=3, color=PALE)
    for level, row in enumerate(check.observed):
        axes.fill_between(check.middle_h, check.low[level], check.high[level], color=PALE, alpha=0.4)
        axes.plot(check.middle_h, row, color=INK, linestyle="-" if check.levels[level] == 0.5 else "--")
    axes.set_xlabel("hours")
    axes.set_ylabel(check.unit + (", prediction-corrected" if check.corrected else ""))
    if log:
        axes.set_yscale("log")
    return axes


def residuals(estimates: Estimates, *, ax: Any = None) -> Any:
    """Four panels: measured against predicted (individual, typical), weighted residuals over prediction and time."""
    table = {name: np.array(column) for name, column in estimates.table().items() if name != "id"}
    axes = ax if ax is not None else plt.subplots(2, 2, figsize=(9, 7))[1]
    for panel, (x, y) in zip(
        np.ravel(axes), (("ipred", "dv"), ("pred", "dv"), ("ipred", "iwres"), ("time", "iwres")), strict=True
    ):
        panel.plot(table[x], table[y], "o", markersize=3, color=INK)
        ends = (
            [0.0, float(max(table[x].max(), table[y].max()))] if y == "dv" else [0.0, float(table[x].max())]
        )
        panel.plot(ends, ends if y == "dv" else [0.0, 0.0], color=PALE)
        panel.set_xlabel(x)
        panel.set_ylabel(y)
    return axes
