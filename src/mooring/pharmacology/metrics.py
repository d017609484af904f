"""What is asked of a curve: peak, its time, area, trough, time above a concentration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.propagate import SAME_TIME_H, areas
from mooring.pharmacology.schedule import Program

Array = npt.NDArray[np.float64]
OCCASION_H = 6.0


@dataclass(frozen=True)
class Metrics:
    """The metrics of one output; numbers for one person, arrays (subjects,) for several.

    Peak and its time are over the times asked for. The area is exact, from the first dose to the last time.
    The trough is the concentration just before the last occasion of dosing (doses less than six hours apart
    are one occasion), or at the last time if there is only one.
    """

    output: str
    cmax_ng_per_ml: Any
    tmax_h: Any
    auc_ng_h_per_ml: Any
    trough_ng_per_ml: Any
    _above: Callable[[float], Any]

    def time_above_h(self, threshold_ng_per_ml: float) -> Any:
        """Hours above `threshold_ng_per_ml`, between the times by straight lines."""
        if not threshold_ng_per_ml > 0:
            raise PharmacologyError(f"a threshold is above zero, not {threshold_ng_per_ml!r}")
        return self._above(float(threshold_ng_per_ml))

    def __repr__(self) -> str:
        if np.ndim(self.cmax_ng_per_ml):
            return f"<Metrics of {self.output}: {len(self.cmax_ng_per_ml)} people, median peak {np.median(self.cmax_ng_per_ml):.4g} ng/mL>"
        return (
            f"<Metrics of {self.output}: peak {self.cmax_ng_per_ml:.4g} ng/mL at {self.tmax_h:.3g} h, "
            f"area {self.auc_ng_h_per_ml:.4g} ng·h/mL, trough {self.trough_ng_per_ml:.3g} ng/mL>"
        )


@dataclass(frozen=True)
class Table:
    """The metrics of all outputs of some subjects, each array (subjects, outputs)."""

    cmax: Array
    tmax_h: Array
    auc: Array
    trough: Array

    @staticmethod
    def joined(tables: "list[Table]") -> "Table":
        names = ("cmax", "tmax_h", "auc", "trough")
        return Table(*(np.concatenate([getattr(each, name) for each in tables]) for name in names))


def trough_of(program: Program, before: Array, last: Array) -> Array:
    """Concentrations just before the last occasion (subjects, outputs)."""
    times = np.sort(program.dose_times_h, axis=1)
    given = np.isfinite(times)
    gaps = np.diff(np.where(given, times, np.nan), axis=1, prepend=-np.inf)
    opens = given & (np.nan_to_num(gaps, nan=0.0, posinf=np.inf) >= OCCASION_H)
    at = np.where(opens, times, -np.inf).max(axis=1)
    several = opens.sum(axis=1) > 1
    k = np.minimum((program.times_h < at[:, None] - SAME_TIME_H).sum(axis=1), before.shape[1] - 1)
    z = np.where(several[:, None], before[np.arange(len(before)), k], last)
    result: Array = (program.H @ z[:, :, None])[:, :, 0]
    return result


def table_of(
    program: Program, walked: tuple[Array, Array, Array], peaks: tuple[Array, Array], *, until_h: float
) -> Table:
    """The metrics of one chunk, from its states and its peaks (value, time)."""
    before, after, last = walked
    area = areas(program, before, after, last, until_h=until_h)
    return Table(peaks[0], peaks[1], area, trough_of(program, before, last))


def time_above(times_h: Array, values: Array, threshold: float) -> Array:
    """Hours above `threshold` (…,) of `values` (…, times), straight lines between the times."""
    over = values - threshold
    left, right = over[..., :-1], over[..., 1:]
    width = np.diff(times_h)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(left > 0, left, right) / np.abs(left - right)
    part = np.where((left > 0) & (right > 0), 1.0, np.where((left > 0) | (right > 0), share, 0.0))
    result: Array = (part * width).sum(axis=-1)
    return result
