"""What is asked of a curve: peak, its time, area, trough, time above a concentration."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.occasions import OCCASION_H
from mooring.pharmacology.program import Program
from mooring.pharmacology.walking import SAME_TIME_H, areas

Array = npt.NDArray[np.float64]


class PeakSource(Protocol):
    """What can still be asked of a simulation when metrics are read."""

    def exact_peak(self, index: int) -> tuple[Any, Any]: ...

    def hours_above(self, index: int, threshold_ng_per_ml: float) -> Any: ...


@dataclass(frozen=True)
class Metrics:
    """The metrics of one output; numbers for one person, arrays (subjects,) for several.

    `cmax_ng_per_ml` and `tmax_h` are exact, wherever between the times asked for the peak lies; they are worked
    out when they are first read. `grid_cmax_ng_per_ml` and `grid_tmax_h` are the highest of the times themselves.
    The area is exact, from the first dose to the last time. The trough is the concentration just before the last
    occasion of dosing that has begun by the last time (doses less than six hours apart are one occasion), or at
    the last time if there is only one. The names say ng/mL, the unit of the library; a model of one's own may
    answer in another `unit`.
    """

    output: str
    grid_cmax_ng_per_ml: Any
    grid_tmax_h: Any
    auc_ng_h_per_ml: Any
    trough_ng_per_ml: Any
    _asked: PeakSource
    _index: int
    unit: str = "ng/mL"

    @cached_property
    def _exact(self) -> tuple[Any, Any]:
        return self._asked.exact_peak(self._index)

    @property
    def cmax_ng_per_ml(self) -> Any:
        """The peak, ng/mL."""
        return self._exact[0]

    @property
    def tmax_h(self) -> Any:
        """When the peak is, hours."""
        return self._exact[1]

    def time_above_h(self, threshold_ng_per_ml: float) -> Any:
        """Hours above `threshold_ng_per_ml`, between the times by straight lines."""
        if not threshold_ng_per_ml > 0:
            raise PharmacologyError(f"a threshold is above zero, not {threshold_ng_per_ml!r}")
        return self._asked.hours_above(self._index, float(threshold_ng_per_ml))

    def __repr__(self) -> str:
        if np.ndim(self.cmax_ng_per_ml):
            return f"<Metrics of {self.output}: {len(self.cmax_ng_per_ml)} people, median peak {np.median(self.cmax_ng_per_ml):.4g} {self.unit}>"
        return (
            f"<Metrics of {self.output}: peak {self.cmax_ng_per_ml:.4g} {self.unit} at {self.tmax_h:.3g} h, "
            f"area {self.auc_ng_h_per_ml:.4g} h·{self.unit}, trough {self.trough_ng_per_ml:.3g} {self.unit}>"
        )


@dataclass(frozen=True)
class Table:
    """The metrics of all outputs of some subjects, each array (subjects, outputs); the peak is the grid's."""

    cmax: Array
    tmax_h: Array
    auc: Array
    trough: Array

    @staticmethod
    def joined(tables: "list[Table]") -> "Table":
        names = ("cmax", "tmax_h", "auc", "trough")
        return Table(*(np.concatenate([getattr(each, name) for each in tables]) for name in names))


def trough_of(program: Program, before: Array, last: Array) -> Array:
    """Concentrations just before the last occasion that has begun (subjects, outputs)."""
    times = np.sort(program.dose_times_h, axis=1)
    given = np.isfinite(times)
    gaps = np.diff(np.where(given, times, np.nan), axis=1, prepend=-np.inf)
    opens = given & (np.nan_to_num(gaps, nan=0.0, posinf=np.inf) >= OCCASION_H)
    at = np.where(opens, times, -np.inf).max(axis=1)
    several = opens.sum(axis=1) > 1
    k = np.minimum((program.times_h < at[:, None] - SAME_TIME_H).sum(axis=1), before.shape[1] - 1)
    row = np.arange(len(before))
    z = np.where(several[:, None], before[row, k], last)
    H = program.H
    if program.periods is not None:
        H = H[row, program.periods[row, np.where(several, np.maximum(k - 1, 0), before.shape[1] - 1)]]
    result: Array = (H @ z[:, :, None])[:, :, 0]
    return result


def table_of(
    program: Program,
    states: tuple[Array, Array, Array],
    peaks: tuple[Array, Array],
    area: Array | None = None,
) -> Table:
    """The metrics of one chunk, from its states (before, after, last), its peaks (value, time), and its areas."""
    before, _, last = states
    auc = areas(program, states) if area is None else area
    return Table(peaks[0], peaks[1], auc, trough_of(program, before, last))


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
