"""Who is simulated: one person, several, or a virtual population, always asked for by rows."""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mooring.pharmacology.constants import REFERENCE_WEIGHT_KG
from mooring.pharmacology.errors import PharmacologyError, RangeWarning
from mooring.pharmacology.model import Array, Model, People, Values
from mooring.pharmacology.models import model as model_of
from mooring.pharmacology.parameters import omega2_from_cv
from mooring.pharmacology.randomness import normals, uniforms
from mooring.pharmacology.subject import Subject, check_value

ETA_STREAM = 0
COVARIATE_STREAMS = {"weight_kg": 1, "age_years": 2, "sex": 3, "ancestry": 4, "cyp2b6_inhibited": 5}
TRIES = 8


@dataclass(frozen=True)
class Normal:
    """A normal distribution, cut at `low` and `high`."""

    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True)
class Uniform:
    """Every value from `low` to `high` alike."""

    low: float
    high: float


@dataclass(frozen=True)
class Shares:
    """Values with their shares, such as `Shares({"female": 0.5, "male": 0.5})`; what is left is None."""

    shares: Mapping[Any, float]


@dataclass(frozen=True)
class Population:
    """`n` virtual people of `model`. `covariates`: name → a value, an array (n,), or a distribution.

    Row i depends on `seed` and i alone. `cv_percent` replaces the model's own spread: one number for all
    coefficients, or symbol → CV. `varied` False gives everybody the typical coefficients.
    """

    model: Model
    n: int
    seed: int
    covariates: Mapping[str, Any] = field(default_factory=dict)
    cv_percent: float | Mapping[str, float] | None = None
    varied: bool = True

    def __len__(self) -> int:
        return self.n

    def people(self, start: int, stop: int) -> People:
        """The covariates of rows start … stop − 1."""
        sex = self._column("sex", start, stop)
        ancestry = self._column("ancestry", start, stop)
        return People(
            weight_kg=_numbers(self._column("weight_kg", start, stop)),
            age_years=_numbers(self._column("age_years", start, stop)),
            female=np.select([sex == "female", sex == "male"], [1.0, 0.0], np.nan),
            asian=((ancestry == "asian") | (ancestry == "japanese")).astype(float),
            japanese=(ancestry == "japanese").astype(float),
            cyp2b6_inhibited=np.nan_to_num(_numbers(self._column("cyp2b6_inhibited", start, stop))),
        )

    def values(self, start: int, stop: int) -> Values:
        """The coefficients of rows start … stop − 1, random effects and covariates applied."""
        people = self.people(start, stop)
        return individual(self.model, people, self._effects(start, stop))

    def _effects(self, start: int, stop: int) -> dict[str, Array]:
        if not self.varied:
            return {}
        spread = self._spread()
        z = normals(seed=self.seed, stream=ETA_STREAM, start=start, stop=stop, width=max(len(spread), 1))
        effects = {
            symbol: math.sqrt(variance) * z[:, i] for i, (symbol, variance) in enumerate(spread.items())
        }
        if self.cv_percent is None:
            for first, second, covariance in self.model.covariances:
                a, b = spread[first], spread[second]
                own = math.sqrt(b - covariance**2 / a) * z[:, list(spread).index(second)]
                effects[second] = covariance / a * effects[first] + own
        return effects

    def _spread(self) -> dict[str, float]:
        """Symbol → variance of the random effect (of the logarithm, or of the logit)."""
        if self.cv_percent is None:
            return {each.symbol: each.omega2 or each.logit_sd**2 for each in self.model.random_effects}
        if isinstance(self.cv_percent, Mapping):
            unknown = set(self.cv_percent) - set(self.model.parameters)
            if unknown:
                raise PharmacologyError(f"{self.model.id} has no coefficient {', '.join(sorted(unknown))}")
            return {symbol: omega2_from_cv(cv) for symbol, cv in self.cv_percent.items()}
        return {symbol: omega2_from_cv(self.cv_percent) for symbol in self.model.parameters}

    def _column(self, name: str, start: int, stop: int) -> np.ndarray:
        given, rows = self.covariates.get(name), stop - start
        if isinstance(given, (Normal, Uniform, Shares)):
            draw = {"seed": self.seed, "stream": COVARIATE_STREAMS[name], "start": start, "stop": stop}
            return _drawn(given, draw)
        if given is None or np.ndim(given) == 0:
            return np.full(rows, given, dtype=object)
        return np.asarray(given, dtype=object)[start:stop]


def _drawn(given: Normal | Uniform | Shares, draw: dict[str, int]) -> np.ndarray:
    if isinstance(given, Uniform):
        return given.low + (given.high - given.low) * uniforms(**draw, width=1)[:, 0]
    if isinstance(given, Shares):
        u = uniforms(**draw, width=1)[:, 0]
        edges = np.cumsum(list(given.shares.values()))
        if edges[-1] > 1 + 1e-9:
            raise PharmacologyError(f"shares add up to {edges[-1]:g}; they cannot exceed 1")
        choices = np.array([*given.shares, None], dtype=object)
        return np.asarray(choices[np.searchsorted(edges, u, side="right")])
    tries = given.mean + given.sd * normals(**draw, width=TRIES)
    inside = (tries >= given.low) & (tries <= given.high)
    first = inside.argmax(axis=1)
    return np.asarray(np.clip(tries[np.arange(len(tries)), first], given.low, given.high))


def _numbers(column: np.ndarray) -> Array:
    return np.array([np.nan if each is None else each for each in column.tolist()], dtype=np.float64)


def individual(model: Model, people: People, effects: Mapping[str, Array]) -> Values:
    """The coefficients of some people: typical value, random effect, weight, then the other covariates."""
    rows = len(people.weight_kg)
    if model.needs_weight and np.isnan(people.weight_kg).any():
        raise PharmacologyError(f"{model.id} scales with body weight: give Subject(weight_kg=…)")
    relative = people.weight_kg / REFERENCE_WEIGHT_KG
    arrays: dict[str, Array] = {}
    for each in model.coefficients:
        array = np.full(rows, each.value)
        if each.symbol in effects and each.logit_sd:
            odds = each.value / (1 - each.value) * np.exp(effects[each.symbol])
            array = odds / (1 + odds)
        elif each.symbol in effects:
            array = array * np.exp(effects[each.symbol])
        if each.weight_exponent:
            array = array * relative**each.weight_exponent
        arrays[each.symbol] = array
    values = Values(arrays)
    for covariate in model.covariates:
        setattr(values, covariate.parameter, np.asarray(covariate.change(values, people), dtype=np.float64))
    return values


def population(
    model: Model | str,
    *,
    n: int,
    seed: int,
    covariates: Mapping[str, Any] | Subject | None = None,
    cv_percent: float | Mapping[str, float] | None = None,
) -> Population:
    """`n` virtual people of `model`, the same for any chunk, thread or worker count.

    Without `covariates` they are like the people of the model's own study: weights and ages normal over its
    range (mean in the middle, a quarter of the range as SD), half women. A `Subject` makes everybody like it.
    """
    if n < 1:
        raise PharmacologyError(f"a population has at least one person, not {n}")
    model = model_of(model) if isinstance(model, str) else model
    if isinstance(covariates, Subject):
        covariates = of_subject(covariates)
    elif covariates is None:
        covariates = _like_study(model)
    unknown = set(covariates) - set(COVARIATE_STREAMS)
    if unknown:
        raise PharmacologyError(
            f"no covariate {', '.join(sorted(unknown))}; known: {', '.join(COVARIATE_STREAMS)}"
        )
    if seed < 0:
        raise PharmacologyError(f"a seed is zero or above, not {seed}")
    spread = [*cv_percent.values()] if isinstance(cv_percent, Mapping) else [cv_percent or 0.0]
    if not all(0 <= each < math.inf for each in spread):
        raise PharmacologyError(f"a spread in per cent is zero or above, not {cv_percent!r}")
    for name, given in covariates.items():
        _check(name, given, n)
    return Population(model, n, seed, dict(covariates), cv_percent)


def _check(name: str, given: Any, n: int) -> None:
    """Whether every value that can come of `given` is one that a person has."""
    if isinstance(given, (Normal, Uniform)):
        values: list[Any] = [given.low, given.high]
    elif isinstance(given, Shares):
        values = list(given.shares)
    elif given is None or np.ndim(given) == 0:
        values = [given]
    else:
        values = np.asarray(given, dtype=object).ravel().tolist()
        if len(values) != n:
            raise PharmacologyError(f"covariate {name!r} has {len(values)} values for {n} people")
        for row, value in enumerate(values):
            check_value(name, value, said=f"person {row}: ")
        return
    for value in values:
        check_value(name, value)


def _like_study(model: Model) -> dict[str, Any]:
    drawn: dict[str, Any] = {"sex": Shares({"female": 0.5, "male": 0.5})}
    for name, (low, high) in model.ranges.items():
        drawn[name] = Normal((low + high) / 2, (high - low) / 4, low, high)
    return drawn


def of_subject(who: Subject) -> dict[str, Any]:
    """The covariates of one person."""
    return {name: getattr(who, name) for name in COVARIATE_STREAMS}


def typical(model: Model, who: Subject | Sequence[Subject]) -> Population:
    """One person or several with the typical coefficients of `model`."""
    if isinstance(who, Subject):
        return Population(model, 1, 0, of_subject(who), varied=False)
    if not isinstance(who, Sequence) or not all(isinstance(each, Subject) for each in who):
        raise PharmacologyError(f"expected a Subject, several of them, or a population; got {who!r:.80}")
    columns = {
        name: np.array([getattr(each, name) for each in who], dtype=object) for name in COVARIATE_STREAMS
    }
    return Population(model, len(who), 0, columns, varied=False)


def outside_ranges(model: Model, people: People) -> tuple[str, ...]:
    """A sentence that names the range, for each covariate outside it, or an interaction that the model lacks."""
    said = []
    for name, (low, high) in model.ranges.items():
        column = getattr(people, name)
        outside = (column < low) | (column > high)
        if outside.any():
            said.append(
                f"{name} {column[outside][0]:g} lies outside {low:g} to {high:g}, the range of {model.id}; "
                "the answer is an extrapolation"
            )
    if people.cyp2b6_inhibited.any() and not any(each.of == "cyp2b6_inhibited" for each in model.covariates):
        said.append(f"{model.id} holds no effect of CYP2B6 inhibition; the answer is without it")
    return tuple(said)


def warn_outside(model: Model, people: People) -> None:
    """A `RangeWarning` for each such sentence."""
    for said in outside_ranges(model, people):
        warnings.warn(said, RangeWarning, stacklevel=4)
