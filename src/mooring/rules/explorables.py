"""The numbers behind an explorable of a course: what its controls give, by the numerical library.

Pure: a lesson shows these numbers and the key of a question about them is computed by the same call. The
person is an adult of 70 kg unless the controls say otherwise. It teaches; nothing here recommends a dose.
"""

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from mooring.content.course.practice import ExplorableFile, ExplorableKind
from mooring.pharmacology.errors import RangeWarning
from mooring.pharmacology.occupancy import occupancy
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.result import Result
from mooring.pharmacology.simulation import simulate
from mooring.pharmacology.subject import Subject

Array = npt.NDArray[np.float64]
Settings = Mapping[str, float | str]

ADULT_KG = 70.0
INFUSION_MIN = 40.0
BLOOD, NASAL_BLOOD = "ketamine.arterial", "esketamine.venous"
ROUTES = MappingProxyType({"intramuscular": "im", "sublingual": "sublingual", "oral": "oral"})
DRUGS = MappingProxyType({"racemate": None, "esketamine": "esketamine", "arketamine": "arketamine"})


class OutsideRange(ValueError):
    """Settings that the explorable does not allow: another control, or a value outside its fixed range."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of the picture: its name, its values, and the edges of its band if it is one."""

    name: str
    values: Array
    low: Array | None = None
    high: Array | None = None


@dataclass(frozen=True, eq=False)
class Explored:
    """What the settings give: the outputs by name (units end the names) and the curves on one axis.

    `axis` is "min", "h", "days" or "ng/mL"; `unit` is that of the curves.
    """

    outputs: Mapping[str, float]
    axis: str
    x: Array
    unit: str
    curves: tuple[Curve, ...]


def compute(explorable: ExplorableFile, settings: Settings) -> dict[str, float]:
    """The declared outputs for these settings.

    Raises:
        OutsideRange: when a control is missing, unknown or outside its range.
    """
    found = explore(explorable, settings).outputs
    return {name: found[name] for name in explorable.outputs}


def explore(explorable: ExplorableFile, settings: Settings) -> Explored:
    """Outputs and curves for these settings. Raises `OutsideRange` like `compute`."""
    if not explorable.accepts(settings):
        raise OutsideRange(f"{explorable.id} does not allow {dict(settings)}")
    return _explored(explorable.kind, tuple(sorted(settings.items())), _span(explorable))


def _span(explorable: ExplorableFile) -> float:
    """The right end of a picture whose axis is the control itself."""
    if explorable.kind is not ExplorableKind.OCCUPANCY_BAND:
        return 0.0
    return explorable.controls["concentration_ng_per_ml"].maximum or 0.0


@lru_cache(maxsize=512)
def _explored(kind: ExplorableKind, settings: tuple[tuple[str, float | str], ...], span: float) -> Explored:
    given: dict[str, Any] = dict(settings)
    if kind is ExplorableKind.OCCUPANCY_BAND:
        return occupancy_band(**given, span=span)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RangeWarning)
        return BY_KIND[kind](**given)


def _by_route(dose_mg: float, route: str) -> tuple[str, Regimen, str]:
    """Model, regimen and the output that is its blood; a nasal dose is the esketamine spray, in a vein."""
    if route == "nasal":
        spray = Regimen().dose(f"{dose_mg} mg", route="nasal_spray", drug="esketamine", salt="base")
        return "perez_ruixo_2021", spray, NASAL_BLOOD
    if route == "intravenous":
        return "mooring_racemic", _infusion(dose_mg), BLOOD
    return "mooring_racemic", Regimen().dose(f"{dose_mg} mg", route=ROUTES[route], salt="base"), BLOOD


def _infusion(dose_mg: float, minutes: float = INFUSION_MIN, drug: str | None = None) -> Regimen:
    return Regimen().infuse(f"{dose_mg} mg", over=f"{minutes} min", salt="base", drug=drug)


def _simulated(model: str, regimen: Regimen, weight_kg: float, times_h: Array) -> Result:
    return simulate(model, regimen, Subject(weight_kg=weight_kg), times_h=times_h, fast=False)


def _minutes(until_h: float) -> Array:
    """Every minute, in hours."""
    times: Array = np.arange(round(60 * until_h) + 1) / 60
    return times


def dose_route_time(*, dose_mg: float, weight_kg: float, route: str) -> Explored:
    """One dose by one route over four hours; the peak and its width are sought over a day."""
    model, regimen, blood = _by_route(dose_mg, route)
    times_h = _minutes(24)
    result = _simulated(model, regimen, weight_kg, times_h)
    found = result.metrics(blood)
    shown = times_h <= 4
    curves = [Curve(route, np.ravel(result[blood])[shown])]
    if route != "intravenous":
        infused = _simulated("mooring_racemic", _infusion(dose_mg), weight_kg, times_h[shown])
        curves.append(Curve("intravenous", np.ravel(infused[BLOOD])))
    outputs = {
        "peak_ng_per_ml": float(found.cmax_ng_per_ml),
        "time_to_peak_min": 60 * float(found.tmax_h),
        "minutes_above_half_peak": 60 * float(found.time_above_h(float(found.cmax_ng_per_ml) / 2)),
    }
    return Explored(outputs, "min", 60 * times_h[shown], "ng/mL", tuple(curves))


def bioavailability(*, dose_mg: float, route: str) -> Explored:
    """How much of a dose reaches the blood: its area against that of the same dose into a vein.

    Both areas come from the same model, to 48 hours; the ratio of norketamine is of areas too.
    """
    model, regimen, blood = _by_route(dose_mg, route)
    metabolite = "esnorketamine.venous" if route == "nasal" else "norketamine.arterial"
    drug = "esketamine" if route == "nasal" else None
    times_h = _minutes(48)
    result = _simulated(model, regimen, ADULT_KG, times_h)
    vein = _simulated(model, _infusion(dose_mg, drug=drug), ADULT_KG, times_h)
    area = float(result.metrics(blood).auc_ng_h_per_ml)
    share = area / float(vein.metrics(blood).auc_ng_h_per_ml)
    outputs = {
        "bioavailability_percent": 100 * share,
        "reaching_blood_mg": dose_mg * share,
        "norketamine_auc_ratio": float(result.metrics(metabolite).auc_ng_h_per_ml) / area,
    }
    shown = times_h <= 12
    curves = tuple(
        Curve(name, np.ravel(result[output])[shown])
        for name, output in (("ketamine", blood), ("norketamine", metabolite))
    )
    return Explored(outputs, "h", times_h[shown], "ng/mL", curves)


def enantiomers_metabolites(*, dose_mg: float, form: str, hours: float) -> Explored:
    """Mirror images and metabolites over twelve hours after an infusion, in arterial blood."""
    times_h = _minutes(12)
    result = _simulated("mooring_racemic", _infusion(dose_mg, drug=DRUGS[form]), ADULT_KG, times_h)
    names = {
        "s_ketamine": "esketamine.arterial",
        "r_ketamine": "arketamine.arterial",
        "norketamine": "norketamine.arterial",
        "hydroxynorketamine": "hydroxynorketamine.arterial",
    }
    curves = tuple(Curve(name, np.ravel(result[output])) for name, output in names.items())
    at = round(60 * hours)
    outputs = {f"{curve.name}_ng_per_ml": float(curve.values[at]) for curve in curves}
    return Explored(outputs, "h", times_h, "ng/mL", curves)


class _Steady:
    """Constant concentrations of racemate, in the shape that `occupancy` reads."""

    outputs = (BLOOD,)

    def __init__(self, ng_per_ml: Array) -> None:
        self.ng_per_ml = ng_per_ml

    def __getitem__(self, output: str, /) -> Array:
        return self.ng_per_ml


def occupancy_band(*, concentration_ng_per_ml: float, span: float) -> Explored:
    """The band of plausible NMDA receptor occupancy at a steady arterial concentration."""
    here = occupancy(_Steady(np.array([concentration_ng_per_ml])))
    x: Array = np.linspace(0, span, 201)
    band = occupancy(_Steady(x))
    outputs = {
        "occupancy_low_percent": 100 * float(here.low[0]),
        "occupancy_mid_percent": 100 * float(here.middle[0]),
        "occupancy_high_percent": 100 * float(here.high[0]),
    }
    curve = Curve("occupancy", 100 * band.middle, 100 * band.low, 100 * band.high)
    return Explored(outputs, "ng/mL", x, "%", (curve,))


def effect_site_delay(*, dose_mg_per_kg: float, infusion_min: float, ke0_half_life_min: float) -> Explored:
    """S-ketamine in arterial blood and an effect that follows it with a half-time, every 6 seconds.

    The effect is the exact answer of a first-order follower to blood that is straight between two times.
    """
    step_h = 0.1 / 60
    steps = round((infusion_min / 60 + 1.5) / step_h)
    times_h = np.arange(steps + 1, dtype=np.float64) * step_h
    regimen = _infusion(dose_mg_per_kg * ADULT_KG, infusion_min)
    blood = np.ravel(_simulated("mooring_racemic", regimen, ADULT_KG, times_h)["esketamine.arterial"])
    effect = _followed(blood, math.log(2) / (ke0_half_life_min / 60) * step_h)
    blood_peak, effect_peak = (60 * float(times_h[values.argmax()]) for values in (blood, effect))
    outputs = {
        "blood_peak_min": blood_peak,
        "effect_peak_min": effect_peak,
        "lag_min": effect_peak - blood_peak,
    }
    curves = (Curve("s_ketamine_blood", blood[::5]), Curve("s_ketamine_effect_site", effect[::5]))
    return Explored(outputs, "min", 60 * times_h[::5], "ng/mL", curves)


def _followed(driver: Array, rate_per_step: float) -> Array:
    """Steps of dy/dt = k (c - y) with c straight in each step: exact, for k times the step given."""
    kept = math.exp(-rate_per_step)
    ramp = 1 - (1 - kept) / rate_per_step
    followed = np.zeros_like(driver)
    for place in range(1, len(driver)):
        before, now = driver[place - 1], driver[place]
        followed[place] = kept * followed[place - 1] + (1 - kept) * before + ramp * (now - before)
    return followed


def accumulation_series(*, dose_mg: float, sessions: float, interval_days: float) -> Explored:
    """A series of infusions: what is left before the last one, and its peak against the first."""
    number, every_h = round(sessions), 24 * interval_days
    last_h = (number - 1) * every_h
    one = np.concatenate([np.arange(61) / 60, np.linspace(0, every_h, 60, endpoint=False)])
    times_h = np.unique((np.arange(number) * every_h)[:, None] + one)
    regimen = _infusion(dose_mg)
    if number > 1:
        regimen = regimen.repeat(every=f"{every_h} h", n=number)
    blood = np.ravel(_simulated("mooring_racemic", regimen, ADULT_KG, times_h)[BLOOD])
    first = blood[times_h <= min(1.0, every_h)].max()
    outputs = {
        "last_trough_ng_per_ml": float(np.interp(last_h, times_h, blood)),
        "last_to_first_peak_ratio": float(blood[times_h >= last_h].max() / first),
        "total_dose_mg": dose_mg * number,
    }
    return Explored(outputs, "days", times_h / 24, "ng/mL", (Curve("ketamine", blood),))


BY_KIND: Mapping[ExplorableKind, Callable[..., Explored]] = MappingProxyType(
    {
        ExplorableKind.DOSE_ROUTE_TIME: dose_route_time,
        ExplorableKind.BIOAVAILABILITY: bioavailability,
        ExplorableKind.ENANTIOMERS_METABOLITES: enantiomers_metabolites,
        ExplorableKind.EFFECT_SITE_DELAY: effect_site_delay,
        ExplorableKind.ACCUMULATION_SERIES: accumulation_series,
    }
)
