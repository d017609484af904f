"""What a simulation answers: curves, metrics, and where they come from."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from mooring.pharmacology.errors import MissingExtra, PharmacologyError
from mooring.pharmacology.metrics import Metrics, Table, time_above
from mooring.pharmacology.model import Array
from mooring.pharmacology.pictures import curves_svg

if TYPE_CHECKING:
    from mooring.pharmacology.simulation import Plan

DISCLAIMER = "A model's typical answer, for teaching and research; it gives no dosing advice."


class Result:
    """Curves by name, `result["esketamine.venous"]` in ng/mL, (times,) for one `Subject`, else (subjects, times).

    `times_h` are the times; `outputs` the names. Shows itself as a picture in a notebook.
    """

    def __init__(
        self,
        plan: "Plan",
        *,
        single: bool,
        table: Table | None,
        data: Array | None = None,
        quantiles: dict[str, Any] | None = None,
        above: Callable[[float], Array] | None = None,
    ) -> None:
        self._plan, self._single, self._table = plan, single, table
        self._data, self._levels, self._above = data, quantiles, above
        self.model, self.regimen, self.outputs = plan.model, plan.regimen, plan.outputs
        self.times_h = plan.times_h

    def __len__(self) -> int:
        return len(self._plan.people)

    def __getitem__(self, output: str) -> Array:
        index = self._index(output)
        if self._data is None:
            raise PharmacologyError('no curves were kept; simulate with store="trajectories"')
        return self._data[0, index] if self._single else self._data[:, index]

    def quantiles(self, output: str, levels: tuple[float, ...] = (0.05, 0.5, 0.95)) -> Array:
        """Quantiles over the people, (levels, times); those that were asked for if only they were kept."""
        index = self._index(output)
        if self._levels is not None:
            kept = list(self._levels["levels"])
            if not set(levels) <= set(kept):
                raise PharmacologyError(f"only the quantiles {tuple(kept)} were kept")
            picked: Array = self._levels["values"][[kept.index(each) for each in levels], index]
            return picked
        return np.quantile(np.atleast_2d(self[output]), list(levels), axis=0)

    def metrics(self, output: str) -> Metrics:
        """Peak, its time, area, trough and time above, of one output."""
        index = self._index(output)
        if self._table is None:
            raise PharmacologyError('no metrics were kept; simulate with store="metrics" or "trajectories"')
        columns = (self._table.cmax, self._table.tmax_h, self._table.auc, self._table.trough)
        picked: list[Any] = [float(each[0, index]) if self._single else each[:, index] for each in columns]
        cmax, tmax, auc, trough = picked
        return Metrics(output, cmax, tmax, auc, trough, lambda threshold: self._time_above(index, threshold))

    def _time_above(self, index: int, threshold: float) -> Any:
        if isinstance(self._data, np.ndarray):
            hours = time_above(self.times_h, self._data[:, index], threshold)
        else:
            again = import_module("mooring.pharmacology.simulation")
            pieces = [
                again.run_chunk(self._plan, *rows, threshold=threshold)[0][:, index]
                for rows in again.chunks(len(self), again.CHUNK)
            ]
            hours = np.concatenate(pieces)
        return float(hours[0]) if self._single else hours

    def cite(self) -> str:
        """The references behind these numbers, one a line."""
        return self.model.cite()

    @property
    def kept(self) -> str:
        """What is held: "trajectories", "metrics" or "quantiles"."""
        if self._levels is not None:
            return "quantiles"
        return "metrics" if self._data is None else "trajectories"

    @property
    def levels(self) -> tuple[float, ...]:
        """The quantiles that were kept; none where something else was."""
        return () if self._levels is None else tuple(self._levels["levels"])

    def to_xarray(self) -> Any:
        """An `xarray.Dataset` of what was kept, with units and sources as attributes.

        Curves have the dimensions (subject, time), quantiles (quantile, time), metrics (subject, output).
        """
        return self._tables().to_xarray(self)

    def to_polars(self) -> Any:
        """A long `polars.DataFrame` of what was kept: curves, quantiles or metrics, names with their units."""
        return self._tables().to_polars(self)

    def _tables(self) -> Any:
        try:
            return import_module("mooring.pharmacology.tables")
        except ModuleNotFoundError as missing:
            raise MissingExtra(f"this needs {missing.name}: install the extra 'science'") from missing

    def _index(self, output: str) -> int:
        if output not in self.outputs:
            raise PharmacologyError(f"no output {output!r} here; there are {', '.join(self.outputs)}")
        return self.outputs.index(output)

    def __repr__(self) -> str:
        who = "1 person" if len(self) == 1 else f"{len(self)} people"
        return f"<Result of {self.model.id}: {who}, {len(self.times_h)} times, {', '.join(self.outputs)}>"

    def to_svg(self, *, output: str | None = None) -> str:
        """A picture of one output: the curve, or the median with a band from 5 to 95 %."""
        name = output or self.outputs[0]
        levels = self.quantiles(name) if len(self) > 1 else np.atleast_2d(self[name])
        return curves_svg(
            self.times_h,
            levels,
            title=f"{name}, {self.model.id}, grade {self.model.output(name).grade}",
            note=DISCLAIMER,
        )

    def _repr_svg_(self) -> str | None:
        return None if self._data is None and self._levels is None else self.to_svg()
