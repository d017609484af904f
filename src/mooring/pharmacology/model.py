r"""What a published model is: compartments, flows, outputs, routes and sourced coefficients.

Every model is linear, \(dx/dt = A x + r\), \(y = H x\), with amounts \(x\) in mg and time in hours. A `Flow`
moves mass, so a model built from flows cannot create any. A `Follower` is a first-order delay of an output
(an effect site, a venous delay); it carries a concentration, no mass.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.display import html_table
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.parameters import Grade, Parameter

Array = npt.NDArray[np.float64]
# The properties of people that the library itself knows.
USUAL_COVARIATES = (
    "weight_kg",
    "age_years",
    "sex",
    "ancestry",
    "asian",
    "japanese",
    "cyp2b6_inhibited",
    "renal_impairment",
    "hepatic_impairment",
    "pregnant",
)


class Values:
    """The parameters of the subjects of one chunk: `values.CL` is an array (subjects,)."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.__dict__.update(arrays)

    def __getattr__(self, name: str) -> Array:
        raise PharmacologyError(f"the model has no parameter {name!r}")


Formula = Callable[[Values], Any]


@dataclass(frozen=True)
class Flow:
    """Mass leaves `source` at `rate_per_h`; `reaches` of it arrives in `target` (None: leaves the body)."""

    source: str
    target: str | None
    rate_per_h: Formula
    reaches: Formula | None = None


@dataclass(frozen=True)
class SaturableFlow:
    """What moves by a rule that is not linear: `amount_per_h` (mg/h) of coefficients and amounts.

    `source` None: it comes from outside (the production of a turnover); `target` None: it leaves.
    """

    source: str | None
    target: str | None
    amount_per_h: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Follower:
    """A state that follows the output `of` with `rate_per_h`: ds/dt = k (output − s)."""

    name: str
    of: str
    rate_per_h: Formula


@dataclass(frozen=True)
class Output:
    """A concentration: the sum of states, each times a factor (`unit` per mg; 1 for a follower)."""

    name: str
    terms: tuple[tuple[str, Formula], ...]
    grade: Grade
    note: str = ""
    unit: str = "ng/mL"

    @property
    def analyte(self) -> str:
        return self.name.split(".")[0]

    @property
    def site(self) -> str:
        return self.name.split(".")[1]


@dataclass(frozen=True)
class Given:
    """What a route is told of a dose: mg of base, and mg of the same sitting before it, per subject.

    Of an infusion that runs for ever, `mg` is what an hour of it gives.
    """

    mg: Array
    before_mg: Array
    share_s: float = 1.0

    @property
    def share_r(self) -> float:
        return 1.0 - self.share_s


@dataclass(frozen=True)
class Input:
    """One way by which a dose of a route enters: the `fraction` of it that goes `into` a compartment.

    `part`: the part of what is given that this input is about, such as one enantiomer (None: all of it); it
    shares a stated rate, where the fraction shortens an infusion. `over_h`: zero-order, over this time;
    `rate_mg_per_h`: zero-order, at this rate; `lag_h`: after this time. None: at once.
    """

    into: str
    fraction: Callable[[Values, Given], Any]
    over_h: Formula | None = None
    lag_h: Formula | None = None
    part: Callable[[Given], Any] | None = None
    rate_mg_per_h: Formula | None = None


@dataclass(frozen=True)
class Route:
    """A route with all of its inputs. `available` is the fraction that reaches the blood unchanged.

    `infusible`: a dose may be given over a time that the regimen states. `note`: what is missing, a code of notes.py.
    """

    name: str
    inputs: tuple[Input, ...]
    available: Callable[[Values, Given], Any]
    source: str
    grade: Grade
    infusible: bool = False
    note: str = ""


@dataclass(frozen=True)
class Covariate:
    """A property of the person that changes a parameter. `change(values, who)` gives its new array."""

    parameter: str
    of: str
    change: Callable[[Values, "PeopleArrays"], Any]
    source: str
    grade: Grade


@dataclass(frozen=True)
class Residual:
    """The error of one measurement: variance (proportional × prediction)² + additive², in the output's unit.

    `log_sd`: the SD of the logarithm, where a paper fitted logarithms; it stands for itself.
    """

    proportional: float = 0.0
    additive: float = 0.0
    log_sd: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        if min(self.proportional, self.additive, self.log_sd) < 0:
            raise PharmacologyError("a residual error is zero or above")
        if self.log_sd and (self.proportional or self.additive):
            raise PharmacologyError("a residual error is of the logarithm, or proportional and additive")

    def sd(self, prediction: Any) -> Any:
        """The SD of a measurement where this is predicted."""
        return np.sqrt((max(self.proportional, self.log_sd) * prediction) ** 2 + self.additive**2)


@dataclass(frozen=True)
class PeopleArrays:
    """The properties of the subjects of one chunk, each an array (subjects,); NaN where not known.

    `female` is 1, 0, or NaN; `asian`, `japanese`, `cyp2b6_inhibited` and `pregnant` are 1 or 0; `renal` and
    `hepatic` are 0, or 1 to 3 for mild, moderate and severe impairment. `other` holds the
    properties that a model of one's own reads: `who.crcl`.
    """

    weight_kg: Array
    age_years: Array
    female: Array
    asian: Array
    japanese: Array
    cyp2b6_inhibited: Array
    other: Mapping[str, Array] = field(default_factory=dict)
    renal: Array = field(default_factory=lambda: np.zeros(1))
    hepatic: Array = field(default_factory=lambda: np.zeros(1))
    pregnant: Array = field(default_factory=lambda: np.zeros(1))

    def __getattr__(self, name: str) -> Array:
        if name == "other" or name not in self.other:
            raise AttributeError(f"the people have no property {name!r}")
        return self.other[name]


@dataclass(frozen=True)
class ModelCitation:
    """Where a model comes from. `id` is the reference's id in the bibliography."""

    id: str
    text: str
    doi: str = ""


@dataclass(frozen=True, repr=False)
class Model:
    """A published (or composed) model. Everything that a number rests on can be asked of it.

    `notes` are codes of notes.py.
    """

    id: str
    title: str
    citations: tuple[ModelCitation, ...]
    drug: str
    coefficients: tuple[Parameter, ...]
    compartments: tuple[str, ...]
    flows: tuple[Flow, ...]
    responses: tuple[Output, ...]
    routes_table: tuple[Route, ...]
    followers: tuple[Follower, ...] = ()
    covariates: tuple[Covariate, ...] = ()
    covariances: tuple[tuple[str, str, float], ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    population: str = ""
    notes: tuple[str, ...] = ()
    composed: bool = False
    version: str = "1"
    residuals: Mapping[str, Residual] = field(default_factory=dict)
    named_properties: tuple[str, ...] = ()
    registered: bool = False
    saturable: tuple[SaturableFlow, ...] = ()
    initial: tuple[tuple[str, Formula], ...] = ()

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """Symbol → coefficient with unit, variability, source and grade."""
        return {each.symbol: each for each in self.coefficients}

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """Names `analyte.site`, all in ng/mL."""
        return tuple(each.name for each in self.responses)

    @cached_property
    def routes(self) -> dict[str, Route]:
        """Route name → how a dose enters, with source and grade."""
        return {each.name: each for each in self.routes_table}

    @cached_property
    def grade(self) -> Grade:
        """The weakest grade among the coefficients of the model."""
        return max(each.grade for each in self.coefficients)

    @cached_property
    def needs_weight(self) -> bool:
        return any(each.weight_exponent for each in self.coefficients)

    @cached_property
    def random_effects(self) -> tuple[Parameter, ...]:
        """The coefficients that vary between people or occasions, in the order of their random streams."""
        return tuple(
            each for each in self.coefficients if each.omega2 or each.added_sd or each.occasion_omega2
        )

    @cached_property
    def occasion_effects(self) -> tuple[Parameter, ...]:
        """The coefficients that vary between the occasions of one person."""
        return tuple(each for each in self.coefficients if each.occasion_omega2)

    @cached_property
    def own_covariates(self) -> tuple[str, ...]:
        """The properties of people that this model alone reads, by name."""
        read = (*self.named_properties, *(each.of for each in self.covariates))
        return tuple(dict.fromkeys(name for name in read if name and name not in USUAL_COVARIATES))

    def with_(self, **values: float) -> "Model":
        """The same model with other typical values: `model.with_(CL=60)`.

        Raises `PharmacologyError` for a symbol that the model lacks, or a value outside its domain.
        """
        unknown = sorted(set(values) - set(self.parameters))
        if unknown:
            raise PharmacologyError(
                f"{self.id} has no coefficient {', '.join(unknown)}; it has {', '.join(self.parameters)}"
            )
        changed = tuple(
            replace(each, value=values[each.symbol], source="stated by the analyst", tag="design", grade="D")
            if each.symbol in values
            else each
            for each in self.coefficients
        )
        return replace(self, coefficients=changed)

    def __reduce__(self) -> tuple[Any, ...]:
        """Published models travel to another process by their id, models of one's own as the text that they are."""
        if self.registered:
            return _by_id, (self.id, {each.symbol: each for each in self.coefficients})
        return _remade, (type(self), {each.name: getattr(self, each.name) for each in fields(self)})

    def table(self) -> list[list[str]]:
        """One row a coefficient: symbol, value, unit, variability, source, grade, provenance tag."""
        return [
            [each.symbol, f"{each.value:g}", each.unit, each.variability, each.source, each.grade, each.tag]
            for each in self.coefficients
        ]

    def __repr__(self) -> str:
        return f"<Model {self.id}: {self.title}; outputs {', '.join(self.outputs)}; routes {', '.join(self.routes)}>"

    def _repr_html_(self) -> str:
        heads = ["symbol", "value", "unit", "between people", "source", "grade", "read"]
        return html_table(heads, self.table(), caption=f"{self.id}: {self.title}")

    def cite(self) -> str:
        """The references of the model, one a line."""
        return "\n".join(each.text for each in self.citations)

    def route(self, name: str) -> Route:
        """The route called `name`. Raises `PharmacologyError` that lists the routes which the model has."""
        if name not in self.routes:
            known = ", ".join(self.routes)
            raise PharmacologyError(f"{self.id} has no route {name!r}; it has {known}")
        return self.routes[name]

    def output(self, name: str) -> Output:
        """The output called `name`. Raises `PharmacologyError` that lists what the model can answer."""
        for each in self.responses:
            if each.name == name:
                return each
        raise PharmacologyError(f"{self.id} has no output {name!r}; it has {', '.join(self.outputs)}")


def _by_id(id: str, coefficients: dict[str, Parameter]) -> Model:
    """A published model, with the coefficients that it was sent with."""
    found: Model = import_module(f"mooring.pharmacology.models.{id}").MODEL
    if found.parameters == coefficients:
        return found
    return replace(found, coefficients=tuple(coefficients.values()))


def _remade(kind: type[Model], values: dict[str, Any]) -> Model:
    return kind(**values)
