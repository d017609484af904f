"""One planned session as plain data: curves with bands, for a page that shows what a model expects.

It describes; it recommends nothing. Numbers carry their model, grade and sources.
"""

import warnings
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mooring.pharmacology.effects import effect
from mooring.pharmacology.errors import PharmacologyError, RangeWarning
from mooring.pharmacology.limits import limits_of
from mooring.pharmacology.model import Array, Model
from mooring.pharmacology.models import model
from mooring.pharmacology.occupancy import occupancy
from mooring.pharmacology.parameters import Grade
from mooring.pharmacology.population import population
from mooring.pharmacology.provenance import DISCLAIMER
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.result import Result
from mooring.pharmacology.simulation import simulate
from mooring.pharmacology.subject import Subject

DEVICE_MG = 28.0
BETWEEN_DEVICES_MIN = 5.0
CHILD_YEARS = 15.0
ONLY_S = {
    "nasal_spray": "the nasal spray is of esketamine (ketamine into the nose is the route 'intranasal')",
    "oral_film": "the oral film is of esketamine",
}
BAND = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Levels:
    """Output name → its 5, 50 and 95 % over the people, (3, times) in ng/mL."""

    rows: dict[str, Array]

    @property
    def outputs(self) -> tuple[str, ...]:
        return tuple(self.rows)

    def __getitem__(self, output: str, /) -> Array:
        return self.rows[output]


@dataclass(frozen=True)
class Choice:
    """The model that answers for a drug and a route, the output to show, and why."""

    model_id: str
    output: str
    reason: str


def chosen(*, drug: str, route: str, age_years: float | None = None) -> Choice:
    """Which model answers. Raises `PharmacologyError` where none can."""
    if route in ONLY_S and drug != "esketamine":
        raise PharmacologyError(f"{ONLY_S[route]}, not {drug}")
    if route == "nasal_spray":
        return Choice("perez_ruixo_2021", "esketamine.venous", "820 people on the spray")
    if route == "oral_film":
        return Choice("simons_2022", "esketamine.arterial", "the study of the film")
    if route == "oral" and drug == "esketamine":
        return Choice("fanta_otto_2021", "esketamine.venous", "the study of oral S-ketamine")
    if route == "iv" and drug == "ketamine" and age_years is not None and age_years < CHILD_YEARS:
        return Choice("herd_2007", "ketamine.venous", "the study of children")
    if route in model("mooring_racemic").routes and drug in ("ketamine", "esketamine", "arketamine"):
        return Choice("mooring_racemic", f"{drug}.venous", "composed, for adults, arterial and venous")
    raise PharmacologyError(f"no model here describes {drug} by route {route!r}")


def session_regimen(
    *, drug: str, route: str, dose_mg: float, over_min: float = 0.0, salt: str = "base", at_min: float = 0.0
) -> Regimen:
    """The doses of one sitting; a nasal spray is given device by device, 28 mg each, five minutes apart."""
    given = "" if route in ("nasal_spray", "oral_film") or drug == "ketamine" else drug
    named: dict[str, Any] = {"route": route, "salt": salt, "drug": given or None}
    if over_min > 0:
        return Regimen().infuse(f"{dose_mg} mg", over=f"{over_min} min", at=f"{at_min} min", **named)
    if route != "nasal_spray":
        return Regimen().dose(f"{dose_mg} mg", at=f"{at_min} min", **named)
    regimen, left, index = Regimen(), dose_mg, 0
    while left > 1e-9:
        at = at_min + index * BETWEEN_DEVICES_MIN
        regimen = regimen.dose(f"{min(left, DEVICE_MG)} mg", at=f"{at} min", **named)
        left, index = left - DEVICE_MG, index + 1
    return regimen


def expected_session(
    *,
    drug: str,
    route: str,
    dose_mg: float,
    weight_kg: float,
    over_min: float = 0.0,
    salt: str = "base",
    age_years: float | None = None,
    sex: str | None = None,
    ancestry: str | None = None,
    until_h: float = 6.0,
    every_min: float = 1.0,
    n: int = 200,
    seed: int = 7,
) -> dict[str, Any]:
    """What a model expects of one planned session, as plain data (numbers, text, lists).

    `drug` is "ketamine", "esketamine" or "arketamine"; `dose_mg` is what the order says, in the weight of
    `salt`. The band runs from 5 to 95 % of `n` virtual people with this person's covariates. Answers keys
    `model`, `times_min`, `curves` (name, site, grade, low, middle, high in ng/mL), `peak`, `effects`,
    `occupancy`, `sources`, `notes`, `warnings`, `limits` (the same as codes and values), `disclaimer`. Raises `PharmacologyError`.
    """
    choice = chosen(drug=drug, route=route, age_years=age_years)
    picked = model(choice.model_id)
    who = Subject(weight_kg=weight_kg, age_years=age_years, sex=sex, ancestry=ancestry)  # type: ignore[arg-type]
    regimen = session_regimen(drug=drug, route=route, dose_mg=dose_mg, over_min=over_min, salt=salt)
    return described(
        picked, choice, regimen, who, until_h=until_h, every_min=every_min, n=n, seed=seed, route=route
    )


def described(
    picked: Model,
    choice: Choice,
    regimen: Regimen,
    who: Subject,
    *,
    until_h: float,
    every_min: float,
    n: int,
    seed: int,
    route: str,
) -> dict[str, Any]:
    """The plain data of any regimen in people like `who`."""
    people = population(picked, n=n, seed=seed, covariates=who)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RangeWarning)
        shown = _shown(picked, choice)
        result = simulate(
            picked, regimen, people, until=f"{until_h} h", every=f"{every_min} min", outputs=shown, fast=None
        )
    levels = Levels({name: result.quantiles(name, BAND) for name in shown})
    way = picked.route(route)
    return {
        "model": {
            "id": picked.id,
            "title": picked.title,
            "grade": result.grade(choice.output),
            "reason": choice.reason,
        },
        "route": {"name": route, "grade": way.grade, "note": way.note, "source": way.source},
        "times_min": [round(float(each) * 60, 6) for each in result.times_h],
        "curves": [_curve(result, name, levels) for name in shown if not name.endswith(".effect")],
        "peak": _peak(result, choice.output),
        "effects": _effects(levels, way.grade),
        "occupancy": _occupancy(levels),
        "sources": [each.text for each in picked.citations],
        "notes": [*picked.notes, *([way.note] if way.note else [])],
        "warnings": [str(each.message) for each in caught],
        "limits": [asdict(limit) for limit in limits_of(picked, people.people(0, 1))],
        "disclaimer": DISCLAIMER,
    }


def _shown(picked: Model, choice: Choice) -> tuple[str, ...]:
    """The curve to show first, its arterial twin, the metabolite, and what effects and occupancy read."""
    drug = choice.output.split(".")[0]
    wanted = [choice.output, f"{drug}.arterial"]
    wanted += [name for name in picked.outputs if "norketamine" in name and "hydroxy" not in name]
    wanted += ["esketamine.effect", "esketamine.arterial", "arketamine.arterial"]
    other = {"ketamine": ("esnor", "arnor"), "esketamine": ("norket", "ar"), "arketamine": ("norket", "es")}[
        drug
    ]
    wanted = [name for name in wanted if not name.startswith(other)]
    return tuple(dict.fromkeys(name for name in wanted if name in picked.outputs))


def _rounded(values: Any) -> list[float]:
    return [float(each) for each in np.round(values, 4)]


def _spread(values: Any) -> dict[str, list[float]]:
    low, middle, high = values
    return {"low": _rounded(low), "middle": _rounded(middle), "high": _rounded(high)}


def _curve(result: Result, name: str, levels: Levels) -> dict[str, Any]:
    output = result.model.output(name)
    return {
        "name": name,
        "analyte": output.analyte,
        "site": output.site,
        "unit": "ng/mL",
        "grade": result.grade(name),
        "note": output.note,
        **_spread(levels[name]),
    }


def _peak(result: Result, name: str) -> dict[str, Any]:
    metrics = result.metrics(name)
    low, middle, high = np.quantile(metrics.grid_cmax_ng_per_ml, BAND)
    return {
        "output": name,
        "low_ng_per_ml": float(low),
        "middle_ng_per_ml": float(middle),
        "high_ng_per_ml": float(high),
        "at_min": float(np.median(metrics.grid_tmax_h) * 60),
    }


def _effects(levels: Levels, way: Grade) -> list[dict[str, Any]]:
    """Effects rise with their driver, so their band is the effect at the driver's band."""
    answered = []
    for id in ("dissociation", "drug_high"):
        each = effect(id)
        if any(driver in levels.outputs for driver in each.drivers):
            said = {
                "id": id,
                "title": each.title,
                "grade": max(each.grade, way),
                "source": each.source,
                "note": each.note,
            }
            answered.append({**said, **_spread(each.of(levels))})
    return answered


def _occupancy(levels: Levels) -> dict[str, Any]:
    """The band at the middle curves: its width is the affinity that nobody knows, not the people."""
    middle = Levels({name: rows[1] for name, rows in levels.rows.items()})
    band = occupancy(middle)
    return {"grade": band.grade, "reason": band.reason, **_spread((band.low, band.middle, band.high))}
