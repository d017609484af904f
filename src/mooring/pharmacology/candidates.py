"""One person with several sets of random effects at once: what a fit evaluates, in one call of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.events import OBSERVATION, Events, one_of
from mooring.pharmacology.model import Model
from mooring.pharmacology.plan import Carried, SimulationPlan, records_of
from mooring.pharmacology.population import Population
from mooring.pharmacology.program import Array, Whole
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.spread import total_variance
from mooring.pharmacology.ways import check_ways
from mooring.pharmacology.working import run_chunk


@dataclass(frozen=True)
class Candidates(Population):
    """Copies of one person, each with random effects of its own: symbol → (copies,)."""

    given_effects: Mapping[str, Array] = field(default_factory=dict)

    def effects(self, start: int, stop: int) -> dict[str, Array]:
        """The effects that were given."""
        return {symbol: column[start:stop] for symbol, column in self.given_effects.items()}


@dataclass(frozen=True, eq=False)
class Measured:
    """The measurements of one person, and what a model predicts for them.

    `symbols` are the coefficients that are estimated; `observed` (measurements,) of the outputs `columns`.
    """

    model: Model
    table: Events
    covariates: Mapping[str, Any]
    symbols: tuple[str, ...]
    outputs: tuple[str, ...]
    columns: Whole
    rows: Whole
    observed: Array
    times_h: Array
    carried: Carried

    def predictions(self, effects: Array) -> Array:
        """Predictions (candidates, measurements) for random effects (candidates, symbols)."""
        named = {symbol: effects[:, place] for place, symbol in enumerate(self.symbols)}
        people = Candidates(
            self.model, len(effects), 0, self.covariates, between_occasions=False, given_effects=named
        )
        records = records_of(self.table)
        if records is None:
            raise PharmacologyError("the event table holds no observation")
        regimen = Regimen(self.table)
        plan = SimulationPlan(
            self.model, regimen, people, self.outputs, records.time_h, None, records, False, True,
            tuple(range(len(effects))), self.carried,
        )  # fmt: skip
        out = np.empty((len(effects), len(self.outputs), len(records)))
        run_chunk(plan, 0, len(effects), out=out)
        return np.asarray(out[:, self.columns, self.rows])


def measured(
    model: Model, regimen: Regimen, person: int, covariates: Mapping[str, Any], *, output: str | None,
    symbols: tuple[str, ...], carried: Carried,
) -> Measured:  # fmt: skip
    """The measurements of one person of the event table (`dv` where `mdv` is 0). Raises `PharmacologyError`."""
    table = regimen.events.of_people(person, person + 1)
    check_ways(model, table)
    seen = table.take(np.flatnonzero(one_of(table.evid, (OBSERVATION,))))
    kept = np.flatnonzero((seen.mdv == 0) & np.isfinite(seen.dv))
    if not len(kept):
        raise PharmacologyError(f"id {table.ids[0]!r} has no measurement: a row with evid 0 and a dv")
    names = _outputs(model, seen, output)
    outputs = tuple(dict.fromkeys(names[kept].tolist()))
    columns = np.array([outputs.index(name) for name in names[kept].tolist()])
    return Measured(
        model, replace(table, ids=(0,)), covariates, symbols, outputs, columns, kept, seen.dv[kept], seen.time_h[kept],
        carried,
    )  # fmt: skip


def _outputs(model: Model, seen: Events, output: str | None) -> np.ndarray:
    """Which output each measurement is of: the one that is named, the column `dvid`, or the only one."""
    if output is not None:
        return np.full(len(seen), model.output(output).name, dtype=object)
    if "dvid" in seen.covariates:
        return np.array([_of_dvid(model, cell) for cell in seen.covariates["dvid"].tolist()], dtype=object)
    if len(model.outputs) > 1:
        raise PharmacologyError(
            f"say which output was measured: output=, or a column 'dvid'; {', '.join(model.outputs)}"
        )
    return np.full(len(seen), model.outputs[0], dtype=object)


def _of_dvid(model: Model, cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer() and 1 <= cell <= len(model.outputs):
        return model.outputs[int(cell) - 1]
    return model.output(str(cell)).name


def prior_of(model: Model, symbols: tuple[str, ...]) -> Array:
    """The covariance of the random effects of these coefficients, as the model states it.

    A person has one set of effects in a fit, so what a model states between occasions is added.
    """
    known = [model.parameters[symbol] for symbol in symbols]
    omega = np.diag([total_variance(each) for each in known])
    for first, second, covariance in model.covariances:
        if first in symbols and second in symbols:
            a, b = symbols.index(first), symbols.index(second)
            omega[a, b] = omega[b, a] = covariance
    return omega
