"""Models of one's own: compartments, flows, inputs and outputs as text, checked when the model is made.

A model that is built is a `Model` like the published ones: the same engine, tables, populations and fits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.formulas import OfPeople, OfState, OfValues, TextFormula
from mooring.pharmacology.model import (
    USUAL_COVARIATES,
    Covariate,
    Flow,
    Follower,
    Input,
    Model,
    ModelCitation,
    Output,
    Residual,
    Route,
    SaturableFlow,
)
from mooring.pharmacology.parameters import Domain, Grade, Parameter, omega2_from_cv

PROPERTIES = ("weight_kg", "age_years", "female", "asian", "japanese", "cyp2b6_inhibited")
ELIMINATED, PRODUCED = "out", "in"
# What an amount in mg over a volume in L is, in the unit of the output.
SCALES = {"ng/mL": 1000.0, "mg/L": 1.0, "mg": 1.0}


def coefficient(
    value: float,
    unit: str = "",
    *,
    cv_percent: float = 0.0,
    omega2: float | None = None,
    occasion_cv_percent: float = 0.0,
    domain: Domain = "positive",
    se: float = 0.0,
    meaning: str = "",
    source: str = "stated by the analyst",
    grade: Grade = "D",
    symbol: str = "",
) -> Parameter:
    """A coefficient of a model of one's own: typical value, spread between people, domain, standard error.

    The spread is `cv_percent`, or `omega2`, the variance of the random effect on the logarithm; of a fraction
    the CV is met on the logit, of a real value the SD is CV times the value. `occasion_cv_percent` is the spread
    between the occasions of one person.
    """
    variance = omega2_from_cv(cv_percent) if omega2 is None else omega2
    between = omega2_from_cv(occasion_cv_percent)
    return Parameter(
        symbol, value, unit, meaning, source, "design", grade, variance,
        domain=domain, se=se, occasion_omega2=between,
    )  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One way in: `into` a compartment, the `fraction` of the dose, after `lag_h`, over `over_h` or at `rate_mg_per_h`.

    All but the compartment are formulas of the coefficients as text, or numbers.
    """

    into: str
    fraction: str | float = 1.0
    lag_h: str | float | None = None
    over_h: str | float | None = None
    rate_mg_per_h: str | float | None = None


def build(
    *,
    id: str,
    drug: str,
    compartments: Sequence[str],
    parameters: Mapping[str, Parameter | float],
    flows: Mapping[str, str],
    outputs: Mapping[str, str],
    routes: Mapping[str, Entry | Sequence[Entry] | str],
    covariates: Mapping[str, str] | None = None,
    followers: Mapping[str, tuple[str, str]] | None = None,
    residuals: Mapping[str, Residual] | None = None,
    covariances: Sequence[tuple[str, str, float]] = (),
    properties: Sequence[str] = (),
    initial: Mapping[str, str] | None = None,
    unit: str = "mg/L",
    title: str = "",
    citation: str = "a model of the analyst's own",
    grade: Grade = "D",
) -> Model:
    """A model of one's own. Amounts are in mg, volumes in L, time in hours.

    `flows`: "depot -> central" or "central -> out", and the rate constant (1/h) as a formula of the
    coefficients. A formula that reads amounts is the amount per hour itself (mg/h): saturable elimination,
    "Vmax * central / (Km * V + central)"; from "in" it is a production, so that a turnover is "in -> response"
    and "response -> out". Such a model is solved by SciPy, a linear one exactly. `initial`: what a compartment
    holds from the start and after a reset. `outputs`: a name `analyte.site`, and a formula in which compartments stand for their amounts.
    `routes`: the compartment that a dose enters, an `Entry`, or several. `covariates`: a coefficient, and the
    formula of what it becomes. `followers`: a delayed output's name, the output it follows, its rate (1/h).
    `properties` names what the formulas read of people beyond weight, age and sex. Raises `PharmacologyError`
    in the analyst's words, before anything is simulated.

    >>> model = build(
    ...     id="mine", drug="theophylline", compartments=["depot", "central"],
    ...     parameters={"ka": 1.5, "CL": coefficient(2.8, "L/h", cv_percent=25), "V": 32.0},
    ...     flows={"depot -> central": "ka", "central -> out": "CL / V"},
    ...     outputs={"theophylline.plasma": "central / V"}, routes={"oral": "depot"},
    ... )
    >>> model.outputs
    ('theophylline.plasma',)
    """
    states, people = tuple(compartments), (*PROPERTIES, *properties)
    known = {symbol: _named(symbol, given) for symbol, given in parameters.items()}
    _check_names(id, states, known, people, unit)
    every_flow = [_flow(name, text, states, known) for name, text in flows.items()]
    read_flows = tuple(flow for flow in every_flow if isinstance(flow, Flow))
    saturable = tuple(flow for flow in every_flow if isinstance(flow, SaturableFlow))
    starts = tuple((name, _initial(name, text, states, known)) for name, text in (initial or {}).items())
    answers = tuple(
        _output(name, text, states, known, SCALES[unit], unit, grade) for name, text in outputs.items()
    )
    names = {each.name for each in answers}
    delayed, delays = _followers(followers or {}, names, known, unit, grade)
    _check_spread(id, names, known, residuals or {}, covariances)
    _check_exits(id, states, every_flow)
    return Model(
        id=id,
        title=title or f"{drug}, {len(states)} compartments",
        citations=(ModelCitation(id, citation),),
        drug=drug,
        coefficients=tuple(known.values()),
        compartments=states,
        flows=read_flows,
        responses=(*answers, *delays),
        routes_table=tuple(_route(name, given, states, known, grade) for name, given in routes.items()),
        followers=delayed,
        covariates=tuple(_covariate(s, text, known, people) for s, text in (covariates or {}).items()),
        covariances=tuple(covariances),
        residuals=dict(residuals or {}),
        named_properties=tuple(properties),
        saturable=saturable,
        initial=starts,
        composed=True,
    )


def _check_names(
    id: str, states: tuple[str, ...], known: Mapping[str, Parameter], people: Sequence[str], unit: str
) -> None:
    if len(set(states)) != len(states) or not states:
        raise PharmacologyError(
            f"{id}: compartments have names of their own, not {', '.join(states) or 'none'}"
        )
    twice = sorted((set(states) | set(people)) & set(known))
    if twice:
        raise PharmacologyError(f"{id}: {', '.join(twice)} names a coefficient and something else")
    if unit not in SCALES:
        raise PharmacologyError(f"{id}: an output is in {', '.join(SCALES)}, not {unit!r}")


def _check_spread(
    id: str,
    names: set[str],
    known: Mapping[str, Parameter],
    residuals: Mapping[str, Residual],
    covariances: Sequence[tuple[str, str, float]],
) -> None:
    for output in residuals:
        if output not in names:
            raise PharmacologyError(
                f"{id}: a residual of {output!r}, which is no output; there are {', '.join(names)}"
            )
    for first, second, _ in covariances:
        if not {first, second} <= set(known):
            raise PharmacologyError(
                f"{id}: a covariance of {first} and {second}, which are not both coefficients"
            )


def _named(symbol: str, given: Parameter | float) -> Parameter:
    if not symbol.isidentifier():
        raise PharmacologyError(f"a coefficient's symbol is a name such as CL, not {symbol!r}")
    each = given if isinstance(given, Parameter) else coefficient(float(given), symbol=symbol)
    return replace(each, symbol=symbol, meaning=each.meaning or symbol)


def _formula(text: str | float, what: str, known: Mapping[str, Any], more: Sequence[str] = ()) -> TextFormula:
    formula = TextFormula(str(text), what)
    formula.check({*known, *more})
    return formula


def _flow(
    name: str, text: str, states: tuple[str, ...], known: Mapping[str, Parameter]
) -> Flow | SaturableFlow:
    source, arrow, target = (part.strip() for part in name.partition("->"))
    what = f"flow {name!r}"
    if (
        not arrow
        or source not in (*states, PRODUCED)
        or target not in (*states, ELIMINATED)
        or source == target
    ):
        raise PharmacologyError(
            f'{what} goes from a compartment, or "{PRODUCED}", to another or to "{ELIMINATED}"; '
            f"there are {', '.join(states)}"
        )
    goes_to = None if target == ELIMINATED else target
    if source == PRODUCED or set(states) & set(TextFormula(text, what).names):
        formula = _formula(text, what, known, states)
        return SaturableFlow(None if source == PRODUCED else source, goes_to, formula)
    constant = OfValues(_formula(text, what, known))
    if np.any(np.asarray(constant(_Typical(known))) < 0):
        raise PharmacologyError(f"{what} is below zero at the typical coefficients")
    return Flow(source, goes_to, constant)


def _initial(name: str, text: str, states: tuple[str, ...], known: Mapping[str, Parameter]) -> OfValues:
    if name not in states:
        raise PharmacologyError(
            f"initial amount of {name!r}, which is no compartment; there are {', '.join(states)}"
        )
    return OfValues(_formula(text, f"initial amount of {name!r}", known))


class _Typical:
    """The typical coefficients, as a formula reads them."""

    def __init__(self, known: Mapping[str, Parameter]) -> None:
        self.__dict__.update({symbol: each.value for symbol, each in known.items()})


def _output(
    name: str,
    text: str,
    states: tuple[str, ...],
    known: Mapping[str, Parameter],
    scale: float,
    unit: str,
    grade: Grade,
) -> Output:
    what = f"output {name!r}"
    if len(name.split(".")) != 2:
        raise PharmacologyError(f"{what} is named by analyte and site, such as 'theophylline.plasma'")
    formula = _formula(text, what, known, states)
    read = tuple(state for state in states if state in formula.names)
    if not read:
        raise PharmacologyError(f"{what}: {text!r} reads no compartment; there are {', '.join(states)}")
    typical = vars(_Typical(known))
    amounts = {state: 1.0 + index for index, state in enumerate(states)}
    parts = sum(OfState(formula, s, states)(_Typical(known)) * amounts[s] for s in read)
    if not np.isclose(formula({**typical, **amounts}), parts, rtol=1e-9):
        raise PharmacologyError(f"{what}: {text!r} is not a sum of amounts, each times a factor")
    return Output(name, tuple((s, OfState(formula, s, states, scale)) for s in read), grade, "", unit)


def _followers(
    followers: Mapping[str, tuple[str, str]],
    outputs: set[str],
    known: Mapping[str, Parameter],
    unit: str,
    grade: Grade,
) -> tuple[tuple[Follower, ...], tuple[Output, ...]]:
    states, answers = [], []
    for name, (of, rate) in followers.items():
        what = f"follower {name!r}"
        if of not in outputs or len(name.split(".")) != 2:
            raise PharmacologyError(
                f"{what} is named by analyte and site and follows one of {', '.join(outputs)}"
            )
        state = f"follows_{of}_{name}"
        states.append(Follower(state, of, OfValues(_formula(rate, what, known))))
        answers.append(
            Output(name, ((state, OfValues(TextFormula("1", what))),), grade, f"follows {of}", unit)
        )
    return tuple(states), tuple(answers)


def _route(
    name: str,
    given: Entry | Sequence[Entry] | str,
    states: tuple[str, ...],
    known: Mapping[str, Parameter],
    grade: Grade,
) -> Route:
    entries = (
        [Entry(given)] if isinstance(given, str) else [given] if isinstance(given, Entry) else list(given)
    )
    inputs = []
    for entry in entries:
        what = f"route {name!r}"
        if entry.into not in states:
            raise PharmacologyError(f"{what} enters {entry.into!r}; there are {', '.join(states)}")
        times = {
            part: None if text is None else OfValues(_formula(text, what, known))
            for part, text in (
                ("over_h", entry.over_h),
                ("lag_h", entry.lag_h),
                ("rate_mg_per_h", entry.rate_mg_per_h),
            )
        }
        inputs.append(Input(entry.into, OfValues(_formula(entry.fraction, what, known)), **times))
    own = any(each.over_h is not None or each.rate_mg_per_h is not None for each in inputs)
    return Route(name, tuple(inputs), inputs[0].fraction, "stated by the analyst", grade, infusible=not own)


def _covariate(symbol: str, text: str, known: Mapping[str, Parameter], people: Sequence[str]) -> Covariate:
    what = f"covariate of {symbol!r}"
    if symbol not in known:
        raise PharmacologyError(f"{what}: there is no such coefficient; there are {', '.join(known)}")
    formula = _formula(text, what, known, people)
    read = tuple(name for name in formula.names if name in people)
    if not read:
        raise PharmacologyError(
            f"{what}: {text!r} reads no property of people; there are {', '.join(people)}"
        )
    of = next((name for name in read if name not in USUAL_COVARIATES), read[0])
    return Covariate(
        symbol, "sex" if of == "female" else of, OfPeople(formula, read), "stated by the analyst", "D"
    )


def _check_exits(id: str, states: tuple[str, ...], flows: Sequence[Flow | SaturableFlow]) -> None:
    """A compartment that no flow names is a slip of the pen."""
    named = {flow.source for flow in flows} | {flow.target for flow in flows}
    alone = [state for state in states if state not in named]
    if alone and flows:
        raise PharmacologyError(f"{id}: no flow leaves or enters {', '.join(alone)}")
