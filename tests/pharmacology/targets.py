"""The published numbers that the models are held against: id, target, source, and how a model answers.

`kind` is "reproduction" (our encoding of a published model against that paper's own prediction), or
"observation" (a default model against data, wide, since the literature itself disagrees). `passes` False:
the row is reported, not passed, with the reason in `why`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from mooring import pharmacology as pk

ADULT = pk.Subject(weight_kg=70, age_years=40)


@dataclass(frozen=True)
class Target:
    id: str
    what: str
    answer: Callable[[], float]
    low: float
    high: float
    target: str
    source: str
    passes: bool = True
    why: str = ""


def about(value: float, percent: float) -> tuple[float, float]:
    return value * (1 - percent / 100), value * (1 + percent / 100)


@cache
def run(
    model: str, regimen: pk.Regimen, weight_kg: float = 70, age_years: float = 40, until: str = "24 h"
) -> pk.Result:
    who = pk.Subject(weight_kg=weight_kg, age_years=age_years)
    return pk.simulate(model, regimen, who, until=until, every="0.5 min", fast=False)


@cache
def infused(dose: str, over: str) -> pk.Regimen:
    return pk.Regimen().infuse(dose, over=over)


@cache
def given(dose: str, route: str) -> pk.Regimen:
    return pk.Regimen().dose(dose, route=route)


@cache
def sprays(devices: int) -> pk.Regimen:
    regimen = pk.Regimen()
    for index in range(devices):
        regimen = regimen.dose("28 mg", route="nasal_spray", at=f"{5 * index} min")
    return regimen


def at(result: pk.Result, output: str, hours: list[float]) -> np.ndarray:
    return np.interp(hours, result.times_h, result[output])


def median_error(simulated: np.ndarray, observed: list[float]) -> float:
    """Median absolute error in per cent."""
    return float(100 * np.median(np.abs(simulated / np.array(observed) - 1)))


OTTO_H = [0.5, 1, 2, 3, 5, 6, 8, 10]
OTTO_K = [56, 27, 15.5, 11.5, 6.0, 4.2, 2.5, 1.8]
OTTO_NK = [10, 23, 20, 16, 12, 11, 8, 6.5]
KAMP_H = [0.25, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5]
KAMP_S = [0.128, 0.189, 0.321, 0.436, 0.536, 0.914, 1.034, 0.410, 0.327, 0.241]


def otto_error() -> float:
    result = run("fanta_otto_2021", infused("10 mg", "30 min"), weight_kg=68)
    k = at(result, "esketamine.venous", OTTO_H)
    nk = at(result, "esnorketamine.venous", OTTO_H)
    return median_error(np.concatenate([k, nk]), [*OTTO_K, *OTTO_NK])


@cache
def kamp() -> np.ndarray:
    regimen = pk.Regimen()
    for index, rate in enumerate((0.14, 0.28, 0.57)):
        regimen = regimen.infuse(rate=f"{rate} mg/kg/h", over="60 min", at=f"{index} h", drug="esketamine")
    return at(run("mooring_racemic", regimen), "esketamine.arterial", KAMP_H) / 237.73


def clearance_ml_per_min(drug: str) -> float:
    regimen = pk.Regimen().infuse("100 mg", over="1 h", drug=drug)
    return (
        100e6 / run("mooring_racemic", regimen, until="15 d").metrics(f"{drug}.arterial").auc_ng_h_per_ml / 60
    )


def racemic_clearance_l_per_h() -> float:
    area = (
        run("mooring_racemic", infused("100 mg", "1 h"), until="15 d")
        .metrics("ketamine.arterial")
        .auc_ng_h_per_ml
    )
    return 100e3 / area


def steady_volume_l() -> float:
    p = pk.model("mooring_racemic").parameters
    return p["VK1"].value + p["VK2"].value + p["VK3"].value


def available(model: str, regimen: pk.Regimen, output: str, mg: float) -> float:
    """Bioavailability in per cent: areas after this and after an infusion, dose for dose."""
    area = run(model, regimen, until="10 d").metrics(output).auc_ng_h_per_ml / mg
    reference = run(model, infused("10 mg", "30 min"), until="10 d").metrics(output).auc_ng_h_per_ml / 10
    return 100 * area / reference


def model_share(devices: int) -> float:
    """Absolute bioavailability of the spray, in per cent, from the model's own formula per device."""
    return available("perez_ruixo_2021", sprays(devices), "esketamine.venous", 28.0 * devices)


def metric(
    model: str, regimen: pk.Regimen, output: str, name: str, until: str = "24 h", **who: float
) -> float:
    return float(getattr(run(model, regimen, until=until, **who).metrics(output), name))


def children_below(level: float, *, above: bool = False) -> float:
    """Per cent of children of 32.5 kg below (or above) a concentration ten minutes after 1 mg/kg."""
    model = pk.model("herd_2007")
    people = pk.population(model, n=2000, seed=5, covariates={"weight_kg": 32.5, "age_years": 8.3})
    result = pk.simulate(model, given("1 mg/kg", "iv"), people, times_h=[0.0, 1 / 6], fast=False)
    late = result["ketamine.venous"][:, 1]
    return float(100 * ((late > level) if above else (late < level)).mean())


def oral_steady_ratio() -> float:
    """Area of norketamine over that of S-ketamine within a dosing interval at steady state, by mouth."""
    regimen = pk.Regimen().dose("20 mg", route="oral").repeat(every="12 h", n=40)
    result = pk.simulate("fanta_otto_2021", regimen, ADULT, until="20 d", every="2 min", fast=False)
    last = result.times_h >= 19.5 * 24
    areas = [
        np.trapezoid(result[name][last], result.times_h[last])
        for name in ("esnorketamine.venous", "esketamine.venous")
    ]
    return float(areas[0] / areas[1])


def perception_line() -> float:
    """Correlation of the perception curve with a straight line over venous 50 to 200 ng/mL of racemate."""
    venous = np.linspace(50, 200, 50)
    return float(np.corrcoef(venous, pk.effect("dissociation").at(venous / 2))[0, 1])


PR, SI, FO, MR = "perez_ruixo_2021", "simons_2022", "fanta_otto_2021", "mooring_racemic"
K, NK = "esketamine.venous", "esnorketamine.venous"
FILM = ("esketamine.arterial", "esnorketamine.arterial", "eshydroxynorketamine.arterial")
CMAX, AUC, TMAX = "cmax_ng_per_ml", "auc_ng_h_per_ml", "tmax_h"
