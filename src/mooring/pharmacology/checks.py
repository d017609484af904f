"""Does a model describe measured data? Visual predictive checks, also prediction-corrected.

The data's own design is simulated many times, residual error included; in each bin of time the percentiles of
the measurements are laid over those of the simulations. Prediction-corrected (Bergstrand 2011): every value is
scaled by the typical prediction, so that different doses and covariates share a picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.model import Model, Residual
from mooring.pharmacology.models import model as model_of
from mooring.pharmacology.population import Population, of_subject
from mooring.pharmacology.program import Array, Whole
from mooring.pharmacology.randomness import normals
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.simulation import simulate
from mooring.pharmacology.subject import Subject

RESIDUAL_STREAM = 200
LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False)
class PredictiveCheck:
    """One check. Rows are `levels`; columns are bins.

    `observed` (levels, bins): percentiles of the measurements. `low`, `middle`, `high` (levels, bins): the 95 %
    interval of the same percentiles over the simulations. `inside`: the share of observed percentiles within.
    """

    levels: tuple[float, ...]
    edges_h: Array
    middle_h: Array
    counts: Whole
    observed: Array
    low: Array
    middle: Array
    high: Array
    times_h: Array
    values: Array
    unit: str
    corrected: bool

    @property
    def inside(self) -> float:
        return float(((self.observed >= self.low) & (self.observed <= self.high)).mean())

    def __repr__(self) -> str:
        kind = "prediction-corrected, " if self.corrected else ""
        return f"<PredictiveCheck: {kind}{len(self.middle_h)} bins, {100 * self.inside:.0f} % of percentiles inside>"


def vpc(
    model: Model | str,
    regimen: Regimen,
    who: Subject | None = None,
    *,
    output: str | None = None,
    residual: Residual | None = None,
    replicates: int = 200,
    seed: int = 1,
    bins: int | Sequence[float] = 8,
    levels: tuple[float, ...] = LEVELS,
    prediction_corrected: bool = False,
) -> PredictiveCheck:
    """A visual predictive check of the measurements of an event table (`dv`, `mdv`).

    `bins`: how many, with about as many measurements each, or their edges in hours. Raises `PharmacologyError`
    without measurements or residual error.
    """
    model = model_of(model) if isinstance(model, str) else model
    name = model.outputs[0] if output is None and len(model.outputs) == 1 else model.output(output or "").name
    error = residual or model.residuals.get(name)
    if error is None:
        raise PharmacologyError(f"{model.id} states no residual error of {name}; give residual=Residual(…)")
    typical = simulate(model, regimen, who or Subject(), outputs=[name])
    records = typical.records
    kept = np.flatnonzero((records.mdv == 0) & np.isfinite(records.dv))
    if not len(kept):
        raise PharmacologyError("the event table holds no measurement")
    times, observed, predicted = records.time_h[kept], records.dv[kept], typical[name].ravel()[kept]
    edges = _edges(times, bins)
    place = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, len(edges) - 2)
    scale = _corrections(predicted, place) if prediction_corrected else np.ones(len(times))
    drawn = _replicates(model, regimen, who or Subject(), name, error, replicates, seed)[:, kept] * scale
    counts = np.bincount(place, minlength=len(edges) - 1)
    simulated = _percentiles(drawn, place, levels)
    low, middle, high = np.quantile(simulated, (0.025, 0.5, 0.975), axis=0)
    return PredictiveCheck(
        levels,
        edges,
        np.array([np.median(times[place == b]) for b in range(len(counts))]),
        counts,
        _percentiles((observed * scale)[None, :], place, levels)[0],
        low,
        middle,
        high,
        times,
        observed * scale,
        model.output(name).unit,
        prediction_corrected,
    )


def _edges(times: Array, bins: int | Sequence[float]) -> Array:
    if not isinstance(bins, int):
        edges = np.asarray(bins, dtype=float)
        if len(edges) < 2 or (np.diff(edges) <= 0).any():
            raise PharmacologyError("the edges of bins ascend, and are two at least")
    else:
        edges = np.unique(np.quantile(times, np.linspace(0, 1, bins + 1)))
        edges[-1] += 1e-9
    place = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, len(edges) - 2)
    empty = np.flatnonzero(np.bincount(place, minlength=len(edges) - 1) == 0)
    if len(empty):
        raise PharmacologyError(
            f"no measurement lies between {edges[empty[0]]:g} and {edges[empty[0] + 1]:g} h"
        )
    return np.asarray(edges)


def _corrections(predicted: Array, place: Whole) -> Array:
    """What scales a value to the bin: the median typical prediction of the bin over its own."""
    if (predicted <= 0).any():
        predicted = np.where(predicted > 0, predicted, np.nan)
    medians = np.array([np.nanmedian(predicted[place == b]) for b in range(int(place.max()) + 1)])
    return np.nan_to_num(medians[place] / predicted, nan=1.0)


def _replicates(
    model: Model, regimen: Regimen, who: Subject, name: str, error: Residual, replicates: int, seed: int
) -> Array:
    """Simulated measurements (replicates, records), each replicate with people and errors of its own."""
    people = Population(model, len(regimen.events.ids), seed, of_subject(who))
    drawn = []
    for replicate in range(replicates):
        result = simulate(model, regimen, replace(people, seed=seed + replicate), outputs=[name])
        values = result[name].ravel()
        z = normals(seed=seed + replicate, stream=RESIDUAL_STREAM, start=0, stop=1, width=len(values))[0]
        drawn.append(values * np.exp(error.log_sd * z) if error.log_sd else values + error.sd(values) * z)
    return np.array(drawn)


def _percentiles(values: Array, place: Whole, levels: tuple[float, ...]) -> Array:
    """Percentiles (rows, levels, bins) of values (rows, measurements)."""
    bins = range(int(place.max()) + 1)
    return np.stack([np.quantile(values[:, place == b], levels, axis=1).T for b in bins], axis=2)
