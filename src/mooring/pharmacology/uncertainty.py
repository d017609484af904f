"""How sure the typical values are: estimation error, beside variability between people and error of measurement.

Where a paper prints standard errors (`Parameter.se`), a draw of the typical coefficients is a model of its own.
A band says which of these it holds, and between-occasion variability apart from that between people.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.model import Model
from mooring.pharmacology.models import model as model_of
from mooring.pharmacology.parameters import Parameter
from mooring.pharmacology.population import Population, of_subject
from mooring.pharmacology.program import Array
from mooring.pharmacology.randomness import normals
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.simulation import simulate
from mooring.pharmacology.subject import Subject

ESTIMATE_STREAM, ERROR_STREAM = 300, 301
PARTS = ("people", "occasions", "estimates", "measurement")
LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False)
class UncertaintyBand:
    """Levels (levels, times) of one output, what they hold (`parts`), and what they leave out and why."""

    output: str
    times_h: Array
    levels: tuple[float, ...]
    values: Array
    parts: tuple[str, ...]
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<UncertaintyBand of {self.output}: holds {', '.join(self.parts) or 'nothing'}; {'; '.join(self.notes)}>"


def drawn_models(model: Model, *, n: int, seed: int) -> list[Model]:
    """`n` models whose typical coefficients differ by their standard errors, each within its domain."""
    known = [each for each in model.coefficients if each.se > 0]
    if not known:
        raise PharmacologyError(
            f"{model.id} carries no standard errors; its estimates have no published uncertainty"
        )
    z = normals(seed=seed, stream=ESTIMATE_STREAM, start=0, stop=n, width=len(known))
    return [
        replace(
            model,
            registered=False,
            coefficients=tuple(
                replace(each, value=_moved(each, float(z[k, known.index(each)]))) if each.se > 0 else each
                for each in model.coefficients
            ),
        )
        for k in range(n)
    ]


def _moved(each: Parameter, z: float) -> float:
    """A typical value by its standard error: on the logarithm, on the logit, or as it stands."""
    if each.domain == "positive":
        return each.value * math.exp(z * each.se / each.value)
    if each.domain == "real":
        return each.value + z * each.se
    logit = math.log(each.value / (1 - each.value)) + z * each.se / (each.value * (1 - each.value))
    return 1 / (1 + math.exp(-logit))


def band(
    model: Model | str,
    regimen: Regimen,
    who: Subject,
    *,
    output: str,
    until: object,
    every: object = "5 min",
    parts: Sequence[str] = ("people", "occasions"),
    n: int = 200,
    seed: int = 7,
    levels: tuple[float, ...] = LEVELS,
) -> UncertaintyBand:
    """A band that says what it holds: "people" (how they differ), "occasions" (how the occasions of one person
    differ), "estimates" (how sure the typical values are), "measurement" (error of one measurement), in any
    combination. What the model's paper does not print is left out, and said.
    """
    model = model_of(model) if isinstance(model, str) else model
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise PharmacologyError(f"a band holds {', '.join(PARTS)}, not {', '.join(unknown)}")
    notes, held = [], [part for part in parts if part == "people"]
    if "people" not in parts:
        notes.append("a typical person")
    if "occasions" in parts and model.occasion_effects:
        held.append("occasions")
    elif "occasions" in parts:
        notes.append("no variability between occasions is known")
    models = [model]
    if "estimates" in parts:
        lacking = [each.symbol for each in model.coefficients if each.se <= 0]
        models = drawn_models(model, n=n, seed=seed)
        held.append("estimates")
        if lacking:
            notes.append(f"no standard error is known of {', '.join(lacking)}")
    error = model.residuals.get(output) if "measurement" in parts else None
    if "measurement" in parts and error is None:
        notes.append("no residual error is known")
    kinds = {"varied": "people" in parts, "between_occasions": "occasions" in parts}
    drawn = _curves(models, regimen, who, output, until, every, kinds, n, seed)
    if error is not None:
        held.append("measurement")
        z = normals(seed=seed, stream=ERROR_STREAM, start=0, stop=len(drawn[1]), width=drawn[1].shape[1])
        noisy = drawn[1] * np.exp(error.log_sd * z) if error.log_sd else drawn[1] + error.sd(drawn[1]) * z
        drawn = drawn[0], noisy
    return UncertaintyBand(
        output, drawn[0], levels, np.quantile(drawn[1], levels, axis=0), tuple(held), tuple(notes)
    )


def _curves(
    models: Sequence[Model], regimen: Regimen, who: Subject, output: str, until: object, every: object,
    kinds: Mapping[str, bool], n: int, seed: int,
) -> tuple[Array, Array]:  # fmt: skip
    """Curves (draws, times): many people of one model, or one person of each of many models."""
    asked: dict[str, Any] = {"until": until, "every": every, "outputs": [output], "fast": False}
    count = n if len(models) == 1 else 1
    rows = []
    for place, each in enumerate(models):
        drawn = Population(each, count, seed + (place if len(models) > 1 else 0), of_subject(who), **kinds)
        result = simulate(each, regimen, drawn, **asked)
        rows.append(result[output])
    return result.times_h, np.concatenate(rows)
