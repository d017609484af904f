"""What a simulation answers: curves or records, metrics, and where they come from."""

from typing import Any

import numpy as np

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.metrics import Metrics, Table
from mooring.pharmacology.model import Array
from mooring.pharmacology.parameters import Grade
from mooring.pharmacology.pictures import curves_svg
from mooring.pharmacology.plan import Records, SimulationPlan
from mooring.pharmacology.provenance import DISCLAIMER
from mooring.pharmacology.ways import grade_of
from mooring.pharmacology.working import exact_peaks, extra_module, hours_above


class Result:
    """Curves by name, `result["esketamine.venous"]` in ng/mL.

    One `Subject`: (times,). Several people, times for all of them: (subjects, times). An event table of several
    people without other times: (records,), one value for each observation row, in the order of the table;
    `records` says whose and when. `times_h` are the times; `ids` the names of the people. Shows itself as a
    picture in a notebook.
    """

    def __init__(
        self,
        plan: SimulationPlan,
        *,
        single: bool,
        table: Table | None,
        data: Array | None = None,
        quantiles: dict[str, Any] | None = None,
    ) -> None:
        self._plan, self._single, self._table = plan, single, table
        self._data, self._levels = data, quantiles
        self.model, self.regimen, self.outputs = plan.model, plan.regimen, plan.outputs
        self.times_h = plan.times_h

    def __len__(self) -> int:
        return len(self._plan.people)

    def __getitem__(self, output: str) -> Array:
        index = self._index(output)
        if self._data is None:
            raise PharmacologyError('no curves were kept; simulate with store="trajectories"')
        if self.ragged:
            return self._data[:, index]
        return self._data[0, index] if self._single else self._data[:, index]

    @property
    def ids(self) -> tuple[Any, ...]:
        """The names of the people: those of the event table, else their numbers from 0."""
        return self._plan.ids

    @property
    def ragged(self) -> bool:
        """Whether the values are records of several people, each with times of their own."""
        return self._plan.ragged

    @property
    def records(self) -> Records:
        """The observation rows behind the values. Raises `PharmacologyError` where times were asked for."""
        if self._plan.records is None:
            raise PharmacologyError("times were asked for, not the records of an event table")
        return self._plan.records

    def quantiles(self, output: str, levels: tuple[float, ...] = (0.05, 0.5, 0.95)) -> Array:
        """Quantiles over the people, (levels, times); those that were asked for if only they were kept."""
        index = self._index(output)
        if self._levels is not None:
            kept = list(self._levels["levels"])
            if not set(levels) <= set(kept):
                raise PharmacologyError(f"only the quantiles {tuple(kept)} were kept")
            picked: Array = self._levels["values"][[kept.index(each) for each in levels], index]
            return picked
        if self.ragged:
            raise PharmacologyError("records of several people share no times; ask for times_h or until")
        return np.quantile(np.atleast_2d(self[output]), list(levels), axis=0)

    def metrics(self, output: str) -> Metrics:
        """Peak, its time, area, trough and time above, of one output."""
        index = self._index(output)
        if self._table is None:
            raise PharmacologyError('no metrics were kept; simulate with store="metrics" or "trajectories"')
        table = self._table
        columns = (table.cmax, table.tmax_h, table.auc, table.trough)
        cmax, tmax_h, auc, trough = (self._one(np.asarray(each)[:, index]) for each in columns)
        unit = self.model.output(output).unit
        return Metrics(output, cmax, tmax_h, auc, trough, self, index, unit)

    def exact_peak(self, index: int) -> tuple[Any, Any]:
        """Peak and time of the output with this number, between the times too."""
        value, at = exact_peaks(self._plan, index)
        return self._one(value), self._one(at)

    def hours_above(self, index: int, threshold_ng_per_ml: float) -> Any:
        """Hours above a concentration of the output with this number."""
        return self._one(hours_above(self._plan, index, threshold_ng_per_ml))

    def _one(self, values: Array) -> Any:
        return float(values[0]) if self._single else values

    def grade(self, output: str) -> Grade:
        """How far to trust this output here: the weakest of the output and of every route that is used."""
        return grade_of(self.model, output, self.regimen.events)

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
        """An `xarray.Dataset` of what was kept, with units, grades and sources as attributes.

        Curves have the dimensions (subject, time), records (record,), quantiles (quantile, time), metrics
        (subject, output); `subject` holds the names of the people.
        """
        return extra_module("tables", "science").to_xarray(self)

    def to_polars(self) -> Any:
        """A long `polars.DataFrame` of what was kept: curves, records, quantiles or metrics."""
        return extra_module("tables", "science").to_polars(self)

    def _index(self, output: str) -> int:
        if output not in self.outputs:
            raise PharmacologyError(f"no output {output!r} here; there are {', '.join(self.outputs)}")
        return self.outputs.index(output)

    def __repr__(self) -> str:
        who = "1 person" if len(self) == 1 else f"{len(self)} people"
        what = f"{len(self.records)} records" if self.ragged else f"{len(self.times_h)} times"
        return f"<Result of {self.model.id}: {who}, {what}, {', '.join(self.outputs)}>"

    def to_svg(self, *, output: str | None = None) -> str:
        """A picture of one output: the curve, or the median with a band from 5 to 95 %."""
        name = output or self.outputs[0]
        levels = self.quantiles(name) if len(self) > 1 else np.atleast_2d(self[name])
        title = f"{name}, {self.model.id}, grade {self.grade(name)}"
        return curves_svg(self.times_h, levels, title=title, note=DISCLAIMER)

    def _repr_svg_(self) -> str | None:
        return None if (self._data is None and self._levels is None) or self.ragged else self.to_svg()
