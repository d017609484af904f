r"""What an answer depends on: local elasticities, and Sobol's indices over the spread between people.

Local: \(\partial \ln y / \partial \ln \theta\) by central differences. Global: first-order and total indices by
Saltelli's design with Jansen's estimators, the coefficients varying as the model's people do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mooring.pharmacology.candidates import Candidates
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.model import Model
from mooring.pharmacology.models import model as model_of
from mooring.pharmacology.population import of_subject
from mooring.pharmacology.program import Array
from mooring.pharmacology.randomness import normals
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.simulation import simulate
from mooring.pharmacology.spread import total_variance
from mooring.pharmacology.subject import Subject

STEP = 1e-4
FIRST_STREAM, SECOND_STREAM = 400, 401
ASKED = ("auc", "cmax", "trough")


@dataclass(frozen=True)
class Indices:
    """Sobol's indices by symbol: the share of the variance of the answer that a coefficient makes.

    `first`: alone; `total`: with everything that it acts through. `variance` is that of the answer.
    """

    first: Mapping[str, float]
    total: Mapping[str, float]
    variance: float


def elasticities(
    model: Model | str, regimen: Regimen, who: Subject, *, output: str, of: str = "auc", until: object = None
) -> dict[str, float]:
    """How many per cent the answer changes where a coefficient changes by one per cent, by symbol.

    `of`: "auc", "cmax" (exact) or "trough". Coefficients are moved one by one from their typical values.

    >>> from mooring import pharmacology as pk
    >>> one = pk.build(id="one", drug="d", compartments=["central"], parameters={"CL": 2.0, "V": 10.0},
    ...     flows={"central -> out": "CL / V"}, outputs={"d.plasma": "central / V"}, routes={"iv": "central"})
    >>> bolus = pk.Regimen().dose("10 mg", route="iv")
    >>> found = elasticities(one, bolus, pk.Subject(), output="d.plasma", until="200 h")
    >>> {symbol: round(value, 3) + 0.0 for symbol, value in found.items()}
    {'CL': -1.0, 'V': 0.0}
    """
    model = model_of(model) if isinstance(model, str) else model
    answers = {}
    for each in model.coefficients:
        up, down = (each.value * (1 + step) for step in (STEP, -STEP))
        if each.domain == "fraction" and up >= 1:
            up = each.value
        values = [
            _answer(model.with_(**{each.symbol: value}), regimen, who, output, of, until)
            for value in (down, up)
        ]
        answers[each.symbol] = float(np.log(values[1] / values[0]) / np.log(up / down))
    return answers


def _answer(model: Model, regimen: Regimen, who: Any, output: str, of: str, until: object) -> Any:
    if of not in ASKED:
        raise PharmacologyError(f"sensitivity is of {', '.join(ASKED)}, not {of!r}")
    result = simulate(
        model, regimen, who, outputs=[output], until=until, every="30 min", store="metrics", fast=False
    )
    metrics = result.metrics(output)
    return (
        {"auc": metrics.auc_ng_h_per_ml, "trough": metrics.trough_ng_per_ml}.get(of)
        if of != "cmax"
        else (metrics.cmax_ng_per_ml)
    )


def sobol(
    model: Model | str,
    regimen: Regimen,
    who: Subject,
    *,
    output: str,
    of: str = "auc",
    until: object = None,
    n: int = 512,
    seed: int = 1,
) -> Indices:
    """Sobol's indices of the coefficients that vary between people, from n (k + 2) simulations.

    Coefficients vary independently, each by its own spread; covariances of the model are not used. Raises
    `PharmacologyError` where the model states no spread.
    """
    model = model_of(model) if isinstance(model, str) else model
    symbols = [each.symbol for each in model.random_effects]
    if not symbols:
        raise PharmacologyError(f"{model.id} states no spread between people")
    sds = np.sqrt([total_variance(model.parameters[symbol]) for symbol in symbols])
    a, b = (
        normals(seed=seed, stream=stream, start=0, stop=n, width=len(symbols)) * sds
        for stream in (FIRST_STREAM, SECOND_STREAM)
    )
    mixed = [np.where(np.arange(len(symbols)) == place, b, a) for place in range(len(symbols))]
    answers = _answers(model, regimen, who, output, of, until, symbols, np.concatenate([a, b, *mixed]))
    y_a, y_b, *y_mixed = np.split(answers, len(symbols) + 2)
    variance = float(np.concatenate([y_a, y_b]).var())
    first = {
        s: 1 - float(((y_b - y) ** 2).mean()) / (2 * variance) for s, y in zip(symbols, y_mixed, strict=True)
    }
    total = {
        s: float(((y_a - y) ** 2).mean()) / (2 * variance) for s, y in zip(symbols, y_mixed, strict=True)
    }
    return Indices(first, total, variance)


def _answers(
    model: Model, regimen: Regimen, who: Subject, output: str, of: str, until: object, symbols: list[str],
    effects: Array,
) -> Array:  # fmt: skip
    named = {symbol: effects[:, place] for place, symbol in enumerate(symbols)}
    people = Candidates(model, len(effects), 0, of_subject(who), given_effects=named)
    return np.asarray(_answer(model, regimen, people, output, of, until))


def attainment(result: Any, output: str, *, above: float, share_of_time: float = 1.0) -> float:
    """The share of people whose concentration is `above` a level for at least that share of the times asked for.

    It describes simulated people; it is no target and no advice.
    """
    if not 0 < share_of_time <= 1:
        raise PharmacologyError(f"a share of time lies above 0, up to 1, not {share_of_time!r}")
    curves = np.atleast_2d(result[output])
    return float(((curves > above).mean(axis=1) >= share_of_time).mean())
