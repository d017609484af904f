"""Who is simulated: one person, several, or a virtual population, always asked for by rows."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mooring.pharmacology.constants import REFERENCE_WEIGHT_KG
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.formulas import OfPeople
from mooring.pharmacology.model import Array, Covariate, Model, PeopleArrays, Values
from mooring.pharmacology.models import model as model_of
from mooring.pharmacology.randomness import normals, uniforms
from mooring.pharmacology.spread import effect_variance, occasion_variance, varied
from mooring.pharmacology.subject import IMPAIRED, Subject, check_value

ETA_STREAM = 0
COVARIATE_STREAMS = {"weight_kg": 1, "age_years": 2, "sex": 3, "ancestry": 4, "cyp2b6_inhibited": 5}
COVARIATE_STREAMS |= {"renal_impairment": 6, "hepatic_impairment": 7, "pregnant": 8}
OCCASION_STREAM = 1000  # the first of the streams of occasions, one each
OWN_STREAM = 100  # the first stream of covariates that a model of one's own reads
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
    coefficients, or symbol → CV; a coefficient keeps to its domain and has the stated CV (spread.py). `varied`
    False gives everybody the typical coefficients; `between_occasions` False makes every occasion of a person
    alike, as a stated spread does.
    """

    model: Model
    n: int
    seed: int
    covariates: Mapping[str, Any] = field(default_factory=dict)
    cv_percent: float | Mapping[str, float] | None = None
    varied: bool = True
    between_occasions: bool = True

    def __len__(self) -> int:
        return self.n

    def people(self, start: int, stop: int) -> PeopleArrays:
        """The covariates of rows start … stop − 1."""
        sex = self._column("sex", start, stop)
        ancestry = self._column("ancestry", start, stop)
        return PeopleArrays(
            weight_kg=_numbers(self._column("weight_kg", start, stop)),
            age_years=_numbers(self._column("age_years", start, stop)),
            female=np.select([sex == "female", sex == "male"], [1.0, 0.0], np.nan),
            asian=((ancestry == "asian") | (ancestry == "japanese")).astype(float),
            japanese=(ancestry == "japanese").astype(float),
            cyp2b6_inhibited=np.nan_to_num(_numbers(self._column("cyp2b6_inhibited", start, stop))),
            renal=_levels(self._column("renal_impairment", start, stop)),
            hepatic=_levels(self._column("hepatic_impairment", start, stop)),
            pregnant=np.nan_to_num(_numbers(self._column("pregnant", start, stop))),
            other={name: _numbers(self._column(name, start, stop)) for name in self.model.own_covariates},
        )

    def values(self, start: int, stop: int) -> Values:
        """The coefficients of rows start … stop − 1, random effects and covariates applied."""
        people = self.people(start, stop)
        return individual(self.model, people, self.effects(start, stop))

    def effects(self, start: int, stop: int) -> dict[str, Array]:
        """Symbol → random effects (subjects,) of rows start … stop − 1, on the scale of the coefficient's domain."""
        if not self.varied:
            return {}
        spread = self._spread()
        z = normals(seed=self.seed, stream=ETA_STREAM, start=start, stop=stop, width=max(len(spread), 1))
        order = {symbol: place for place, symbol in enumerate(spread)}
        omega = np.diag([*spread.values()])
        for first, second, covariance in self.model.covariances if self.cv_percent is None else ():
            omega[order[first], order[second]] = omega[order[second], order[first]] = covariance
        effects = {symbol: math.sqrt(variance) * z[:, order[symbol]] for symbol, variance in spread.items()}
        for symbol, row in _correlated(omega, order):
            effects[symbol] = (z[:, : len(row)] * row).sum(axis=1)
        return effects

    def occasion_effects(self, start: int, stop: int, *, occasions: int) -> dict[str, Array]:
        """Symbol → random effects (subjects, occasions) of rows start … stop − 1, drawn for each occasion.

        An occasion owns its stream, so that its numbers do not depend on how many follow.
        """
        known = self.model.occasion_effects
        draw = {"seed": self.seed, "start": start, "stop": stop, "width": len(known)}
        z = np.stack([normals(stream=OCCASION_STREAM + k, **draw) for k in range(occasions)], axis=1)
        return {
            each.symbol: math.sqrt(occasion_variance(each)) * z[:, :, place]
            for place, each in enumerate(known)
        }

    def _spread(self) -> dict[str, float]:
        """Symbol → variance of the random effect, on the scale of the coefficient's domain."""
        if self.cv_percent is None:
            return {each.symbol: effect_variance(each) for each in self.model.random_effects}
        if isinstance(self.cv_percent, Mapping):
            unknown = set(self.cv_percent) - set(self.model.parameters)
            if unknown:
                raise PharmacologyError(f"{self.model.id} has no coefficient {', '.join(sorted(unknown))}")
            known = self.model.parameters
            return {symbol: effect_variance(known[symbol], cv) for symbol, cv in self.cv_percent.items()}
        return {each.symbol: effect_variance(each, self.cv_percent) for each in self.model.coefficients}

    def _column(self, name: str, start: int, stop: int) -> np.ndarray:
        given, rows = self.covariates.get(name), stop - start
        if isinstance(given, (Normal, Uniform, Shares)):
            draw = {"seed": self.seed, "stream": self._stream(name), "start": start, "stop": stop}
            return _drawn(given, draw)
        if given is None or np.ndim(given) == 0:
            return np.broadcast_to(np.array(given, dtype=object), (rows,))
        column = np.asarray(given)
        return (
            column[start:stop] if column.dtype.kind in "fiub" else np.asarray(given, dtype=object)[start:stop]
        )

    def _stream(self, name: str) -> int:
        if name in COVARIATE_STREAMS:
            return COVARIATE_STREAMS[name]
        return OWN_STREAM + self.model.own_covariates.index(name)


def _correlated(omega: Array, order: Mapping[str, int]) -> Iterator[tuple[str, Array]]:
    """The coefficients that covary with one before them, each with its row of the Cholesky factor."""
    tied = [bool(row.any()) for row in np.tril(omega, -1)]
    if not any(tied):
        return
    some = np.flatnonzero(np.diag(omega) > 0)
    factor = np.zeros_like(omega)
    factor[np.ix_(some, some)] = np.linalg.cholesky(omega[np.ix_(some, some)])
    for symbol, place in order.items():
        if tied[place]:
            yield symbol, factor[place]


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
    if column.dtype.kind in "fiub":
        return column.astype(np.float64)
    if len(column) and column.strides[0] == 0:
        return np.full(len(column), np.nan if column[0] is None else column[0], dtype=np.float64)
    return np.array([np.nan if each is None else each for each in column.tolist()], dtype=np.float64)


def _levels(column: np.ndarray) -> Array:
    """0, or 1 to 3 for mild, moderate and severe."""
    if len(column) and column.strides[0] == 0 and column[0] is None:
        return np.zeros(len(column))
    return np.select([column == level for level in IMPAIRED], [1.0, 2.0, 3.0], 0.0)


def individual(model: Model, people: PeopleArrays, effects: Mapping[str, Array]) -> Values:
    """The coefficients of some people: typical value, random effect, weight, then the other covariates.

    Arrays (subjects,), or (subjects, periods) where the people's properties or occasions change in time.
    """
    shape = people.weight_kg.shape
    if model.needs_weight and np.isnan(people.weight_kg).any():
        raise PharmacologyError(f"{model.id} scales with body weight: give Subject(weight_kg=…)")
    relative = people.weight_kg / REFERENCE_WEIGHT_KG
    arrays: dict[str, Array] = {}
    for each in model.coefficients:
        array = np.full(shape, each.value)
        if each.symbol in effects:
            drawn = varied(each, effects[each.symbol])
            array = np.broadcast_to(drawn if drawn.ndim == len(shape) else drawn[:, None], shape)
        if each.weight_exponent:
            array = array * relative**each.weight_exponent
        arrays[each.symbol] = array
    values = Values(arrays)
    for covariate in model.covariates:
        changed = np.asarray(covariate.change(values, people), dtype=np.float64)
        if np.isnan(changed).any():
            _check_known(model, covariate, people)
        setattr(values, covariate.parameter, np.broadcast_to(changed, shape))
    return values


def _check_known(model: Model, covariate: Covariate, people: PeopleArrays) -> None:
    """Raises `PharmacologyError` for a property that a model of one's own reads and nobody said."""
    read = covariate.change.properties if isinstance(covariate.change, OfPeople) else ()
    for name in read:
        column = np.asarray(getattr(people, name))
        lacking = int(np.isnan(column.reshape(len(column), -1)).any(axis=1).sum())
        if lacking:
            whose = "the person" if len(column) == 1 else f"{lacking} of {len(column)} people"
            raise PharmacologyError(
                f"{model.id} reads {name} for {covariate.parameter}, and it is missing for {whose}: "
                f"give it to Subject(…), a population, or as a column of the event table"
            )


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

    >>> few, many = (population("simons_2022", n=n, seed=1) for n in (3, 1000))
    >>> bool((few.values(0, 3).CLK1 == many.values(0, 3).CLK1).all())
    True
    """
    if n < 1:
        raise PharmacologyError(f"a population has at least one person, not {n}")
    model = model_of(model) if isinstance(model, str) else model
    if isinstance(covariates, Subject):
        covariates = of_subject(covariates)
    elif covariates is None:
        covariates = _like_study(model)
    known = (*COVARIATE_STREAMS, *model.own_covariates)
    unknown = set(covariates) - set(known)
    if unknown:
        raise PharmacologyError(f"no covariate {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    if seed < 0:
        raise PharmacologyError(f"a seed is zero or above, not {seed}")
    spread = [*cv_percent.values()] if isinstance(cv_percent, Mapping) else [cv_percent or 0.0]
    if not all(0 <= each < math.inf for each in spread):
        raise PharmacologyError(f"a spread in per cent is zero or above, not {cv_percent!r}")
    for name, given in covariates.items():
        _check(name, given, n)
    drawn = Population(model, n, seed, dict(covariates), cv_percent)
    drawn.effects(0, 1)  # a spread that a coefficient cannot have is refused here, not later
    return drawn


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
    return {name: getattr(who, name) for name in COVARIATE_STREAMS} | dict(who.other)


def typical(model: Model, who: Subject | Sequence[Subject] | None) -> Population:
    """One person or several with the typical coefficients of `model`."""
    if isinstance(who, Subject):
        return Population(model, 1, 0, of_subject(who), varied=False, between_occasions=False)
    if not isinstance(who, Sequence) or not all(isinstance(each, Subject) for each in who):
        raise PharmacologyError(f"expected a Subject, several of them, or a population; got {who!r:.80}")
    columns: dict[str, Any] = {
        name: np.array([getattr(each, name) for each in who], dtype=object) for name in COVARIATE_STREAMS
    }
    columns |= {
        name: np.array([dict(each.other).get(name) for each in who], dtype=object)
        for name in model.own_covariates
    }
    return Population(model, len(who), 0, columns, varied=False, between_occasions=False)
