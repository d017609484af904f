r"""From data to one person's coefficients: the individual Bayesian estimate (MAP), and plain least squares.

The estimate minimises \(\sum_j (y_j - f_j)^2 / g_j^2 + \ln g_j^2 + \eta^\top \Omega^{-1} \eta\), the residual SD
\(g_j\) at the prediction itself (with interaction). Standard errors come from the expected information there, as
the field's programs report them. It is an analysis of data that were measured; it recommends no dose.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mooring.pharmacology.candidates import Measured, measured, prior_of
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.model import Model, Residual
from mooring.pharmacology.models import model as model_of
from mooring.pharmacology.plan import Carried
from mooring.pharmacology.population import of_subject
from mooring.pharmacology.program import Array
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.spread import varied
from mooring.pharmacology.subject import Subject

STEP = 1e-4
MOST_STEPS = 60
CLOSE = 1e-9
LONGEST = 1.0  # an effect changes by at most this in one step: a factor of e


@dataclass(frozen=True, eq=False)
class Individual:
    """What the measurements of one person say.

    `effects` and `effects_se` are the random effects by symbol, `coefficients` and `coefficients_se` the values
    at the typical covariates (without weight and other covariates), `covariance` (symbols, symbols) that of the
    effects. `predicted` is at these effects, `typical` at none; `weighted` the residuals over their SD.
    """

    id: Any
    symbols: tuple[str, ...]
    effects: dict[str, float]
    effects_se: dict[str, float]
    coefficients: dict[str, float]
    coefficients_se: dict[str, float]
    covariance: Array
    objective: float
    times_h: Array
    observed: Array
    predicted: Array
    typical: Array
    weighted: Array
    residual_sd: float

    def __repr__(self) -> str:
        said = ", ".join(
            f"{s} {v:.4g} (SE {self.coefficients_se[s]:.2g})" for s, v in self.coefficients.items()
        )
        return f"<Individual {self.id!r}: {said}; {len(self.observed)} measurements>"


@dataclass(frozen=True, eq=False)
class Estimates:
    """The estimates of everybody, in the order of the event table."""

    model: Model
    people: tuple[Individual, ...]

    def __len__(self) -> int:
        return len(self.people)

    def __getitem__(self, id: Any) -> Individual:
        for each in self.people:
            if each.id == id:
                return each
        raise PharmacologyError(
            f"nobody is called {id!r}; there are {', '.join(repr(p.id) for p in self.people)}"
        )

    def shrinkage(self) -> dict[str, float]:
        """How far the effects are drawn to zero, 0 to 1 by symbol: 1 − SD of the effects over ω."""
        answers = {}
        omega = prior_of(self.model, self.people[0].symbols)
        for place, symbol in enumerate(self.people[0].symbols):
            effects = np.array([each.effects[symbol] for each in self.people])
            spread = float(effects.std(ddof=1)) if len(effects) > 1 else math.nan
            answers[symbol] = 1 - spread / math.sqrt(omega[place, place])
        return answers

    @property
    def epsilon_shrinkage(self) -> float:
        """1 − SD of the weighted residuals."""
        return 1 - float(np.concatenate([each.weighted for each in self.people]).std(ddof=1))

    def table(self) -> dict[str, list[Any]]:
        """One row a measurement: id, time, dv, ipred, pred, iwres; for plots and for any table library."""
        columns: dict[str, list[Any]] = {name: [] for name in ("id", "time", "dv", "ipred", "pred", "iwres")}
        for each in self.people:
            columns["id"] += [each.id] * len(each.observed)
            for name, values in (
                ("time", each.times_h),
                ("dv", each.observed),
                ("ipred", each.predicted),
                ("pred", each.typical),
                ("iwres", each.weighted),
            ):
                columns[name] += [float(value) for value in values]
        return columns


def fit_map(
    model: Model | str,
    regimen: Regimen,
    who: Subject | None = None,
    *,
    output: str | None = None,
    residual: Residual | None = None,
    estimate: Sequence[str] | None = None,
    carried: Carried = "backward",
) -> Estimates:
    """The individual Bayesian estimate of everybody in an event table with measurements (`dv`, `mdv`).

    `estimate`: which coefficients vary (all that have a spread in the model). `residual` replaces the model's.
    `output` says what was measured where the model answers several and the table has no column `dvid`. Raises
    `PharmacologyError` for a person without measurements, or a model without residual error.
    """
    model = model_of(model) if isinstance(model, str) else model
    symbols = _symbols(model, estimate, [each.symbol for each in model.random_effects])
    omega = prior_of(model, symbols)
    if not (np.diag(omega) > 0).all():
        raise PharmacologyError(
            f"{model.id} states no spread for all of {', '.join(symbols)}; give it, or fit_curve"
        )
    inverse: Array = np.asarray(np.linalg.inv(omega), dtype=np.float64)
    people = []
    for person, name in enumerate(regimen.events.ids):
        data = measured(
            model,
            regimen,
            person,
            of_subject(who or Subject()),
            output=output,
            symbols=symbols,
            carried=carried,
        )
        errors = _errors(data, residual)
        effects, covariance, lowest = _lowest(data, errors, inverse)
        people.append(_individual(name, data, errors, effects, covariance, lowest, 1.0))
    return Estimates(model, tuple(people))


def fit_curve(
    model: Model | str,
    regimen: Regimen,
    who: Subject | None = None,
    *,
    estimate: Sequence[str],
    output: str | None = None,
    carried: Carried = "backward",
) -> Estimates:
    """Least squares on each person's measurements alone, without a prior: `estimate` names the coefficients.

    The residual SD is estimated too (`residual_sd`), with as many degrees of freedom as measurements exceed
    coefficients.
    """
    model = model_of(model) if isinstance(model, str) else model
    symbols = _symbols(model, estimate, [])
    people = []
    for person, name in enumerate(regimen.events.ids):
        data = measured(
            model,
            regimen,
            person,
            of_subject(who or Subject()),
            output=output,
            symbols=symbols,
            carried=carried,
        )
        free = len(data.observed) - len(symbols)
        if free < 1:
            raise PharmacologyError(
                f"id {name!r} has {len(data.observed)} measurements for {len(symbols)} coefficients"
            )
        errors = [Residual(additive=1.0)] * len(data.outputs)
        effects, covariance, lowest = _lowest(data, errors, np.zeros((len(symbols), len(symbols))))
        sd = math.sqrt(lowest / free)
        people.append(_individual(name, data, errors, effects, covariance * sd**2, lowest, sd))
    return Estimates(model, tuple(people))


def _symbols(model: Model, estimate: Sequence[str] | None, all_of: list[str]) -> tuple[str, ...]:
    symbols = tuple(all_of if estimate is None else estimate)
    unknown = [symbol for symbol in symbols if symbol not in model.parameters]
    if unknown or not symbols:
        raise PharmacologyError(
            f"{model.id} has no coefficient {', '.join(unknown) or 'that varies'}; it has {', '.join(model.parameters)}"
        )
    return symbols


def _errors(data: Measured, residual: Residual | None) -> list[Residual]:
    """The residual error of each measured output."""
    errors = []
    for output in data.outputs:
        error = residual or data.model.residuals.get(output)
        if error is None or not (error.proportional or error.additive or error.log_sd):
            raise PharmacologyError(
                f"{data.model.id} states no residual error of {output}; give residual=Residual(…)"
            )
        errors.append(error)
    return errors


def _sds(data: Measured, errors: Sequence[Residual], predictions: Array) -> Array:
    columns = [errors[column].sd(predictions[:, place]) for place, column in enumerate(data.columns.tolist())]
    return np.asarray(np.maximum(np.stack(np.broadcast_arrays(*columns), axis=1), 1e-12))


def _objective(data: Measured, errors: Sequence[Residual], inverse: Array, effects: Array) -> Array:
    """The objective (candidates,) of random effects (candidates, symbols)."""
    predictions = data.predictions(effects)
    sds = _sds(data, errors, predictions)
    misfit = (((data.observed - predictions) / sds) ** 2 + 2 * np.log(sds)).sum(axis=1)
    return np.asarray(misfit + np.einsum("ci,ij,cj->c", effects, inverse, effects))


def _lowest(data: Measured, errors: Sequence[Residual], inverse: Array) -> tuple[Array, Array, float]:
    """The effects at the minimum, their covariance, and the objective, by Newton's method kept downhill."""
    width = len(data.symbols)
    at, value = np.zeros(width), float(_objective(data, errors, inverse, np.zeros((1, width)))[0])
    damping = 1e-3
    for _ in range(MOST_STEPS):
        slope, curvature = _derivatives(data, errors, inverse, at, value)
        for _ in range(MOST_STEPS):
            size = np.maximum(np.abs(np.diag(curvature)), 1e-8)
            step = np.linalg.solve(_positive(curvature) + damping * np.diag(size), -slope)
            step = step * min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-300))
            trials = at + np.outer(0.5 ** np.arange(6), step)
            with np.errstate(over="ignore", invalid="ignore"):
                values = _objective(data, errors, inverse, trials)
            best = int(np.nanargmin(values)) if np.isfinite(values).any() else 0
            if np.isfinite(values[best]) and values[best] <= value:
                break
            damping = max(10 * damping, 1e-6)
        else:
            break
        gained, at, value, damping = value - values[best], trials[best], float(values[best]), damping / 10
        if gained <= CLOSE * (1 + abs(value)) and float(np.abs(step).max()) < 1e-4:
            break
    covariance: Array = np.asarray(np.linalg.pinv(_information(data, errors, inverse, at)), dtype=np.float64)
    return at, covariance, value


def _information(data: Measured, errors: Sequence[Residual], inverse: Array, at: Array) -> Array:
    """The expected information at an estimate: Σ f′f′ᵀ/g² + 2 g′g′ᵀ/g² + Ω⁻¹ (first order, with interaction)."""
    unit = np.eye(len(at)) * STEP
    predictions = data.predictions(np.concatenate([at + unit, at - unit, at[None, :]]))
    sds = _sds(data, errors, predictions)
    width = len(at)
    slope = (predictions[:width] - predictions[width : 2 * width]) / (2 * STEP) / sds[-1]
    wider = (sds[:width] - sds[width : 2 * width]) / (2 * STEP) / sds[-1]
    return np.asarray(slope @ slope.T + 2 * wider @ wider.T + inverse)


def _positive(matrix: Array) -> Array:
    """The nearest symmetric matrix without a direction that goes down."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray((vectors * np.maximum(values, 1e-10 * max(values.max(), 1e-300))) @ vectors.T)


def _derivatives(
    data: Measured, errors: Sequence[Residual], inverse: Array, at: Array, value: float
) -> tuple[Array, Array]:
    """Slope and curvature of the objective, by central differences, in one call of the engine."""
    width = len(at)
    pairs = [(i, j) for i in range(width) for j in range(i)]
    unit = np.eye(width) * STEP
    points = [at + unit[i] for i in range(width)] + [at - unit[i] for i in range(width)]
    for i, j in pairs:
        points += [at + unit[i] + unit[j], at - unit[i] - unit[j]]
    values = _objective(data, errors, inverse, np.array(points))
    up, down = values[:width], values[width : 2 * width]
    curvature = np.diag((up - 2 * value + down) / STEP**2)
    for place, (i, j) in enumerate(pairs):
        both, neither = values[2 * width + 2 * place : 2 * width + 2 * place + 2]
        mixed = both + neither + 2 * value - up[i] - down[i] - up[j] - down[j]
        curvature[i, j] = curvature[j, i] = mixed / (2 * STEP**2)
    return (up - down) / (2 * STEP), curvature


def _individual(
    name: Any,
    data: Measured,
    errors: Sequence[Residual],
    at: Array,
    covariance: Array,
    lowest: float,
    sd: float,
) -> Individual:
    predictions = data.predictions(np.stack([at, np.zeros_like(at)]))
    sds = _sds(data, errors, predictions)[0] * sd
    known = data.model.parameters
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    values = {s: float(varied(known[s], at[[i]])[0]) for i, s in enumerate(data.symbols)}
    slopes = {
        s: abs(float(np.diff(varied(known[s], at[i] + np.array([-1e-5, 1e-5])))[0])) / 2e-5
        for i, s in enumerate(data.symbols)
    }
    return Individual(
        id=name,
        symbols=data.symbols,
        effects=dict(zip(data.symbols, at.tolist(), strict=True)),
        effects_se=dict(zip(data.symbols, spread.tolist(), strict=True)),
        coefficients=values,
        coefficients_se={s: slopes[s] * float(spread[i]) for i, s in enumerate(data.symbols)},
        covariance=covariance,
        objective=lowest,
        times_h=data.times_h,
        observed=data.observed,
        predicted=predictions[0],
        typical=predictions[1],
        weighted=(data.observed - predictions[0]) / sds,
        residual_sd=sd,
    )


def profile_likelihood(
    model: Model, regimen: Regimen, symbol: str, values: Sequence[float], *, who: Subject | None = None,
    options: Mapping[str, Any] | None = None,
) -> Array:  # fmt: skip
    """The objective summed over everybody with one typical value held at each of `values`, the effects refitted.

    What it falls below its lowest by 3.84 is a 95 % interval of that value, given all others.
    """
    return np.array(
        [
            sum(
                each.objective
                for each in fit_map(model.with_(**{symbol: value}), regimen, who, **(options or {})).people
            )
            for value in values
        ]
    )
