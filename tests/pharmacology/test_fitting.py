"""Individual estimates against published answers, and checks of a model by its data.

Theophylline by least squares: R's own example of a first-order compartment (`nls` with `SSfol` on subject 1 of
Theoph). Phenobarbital by MAP: NONMEM's individual estimates and their variances.
"""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from mooring import pharmacology as pk
from mooring.pharmacology.datasets import theophylline
from mooring.pharmacology.fitting import _objective
from tests.pharmacology.phenobarbital import INDIVIDUAL, NEONATES, POPULATION

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore::mooring.pharmacology.RangeWarning")]

OUT = "theophylline.plasma"


@cache
def theo() -> pk.Model:
    return pk.build(
        id="theophylline",
        drug="theophylline",
        compartments=["depot", "central"],
        parameters={
            "ka": pk.coefficient(1.6, "1/h", omega2=0.43),
            "ke": pk.coefficient(0.0855, "1/h"),
            "CL": pk.coefficient(2.8, "L/h", omega2=0.028),
        },
        flows={"depot -> central": "ka", "central -> out": "ke"},
        outputs={OUT: "central * ke / CL"},
        routes={"oral": "depot"},
        residuals={OUT: pk.Residual(additive=0.7)},
    )


@cache
def data() -> pk.Regimen:
    return pk.Regimen.from_events(theophylline())


def test_least_squares_as_published() -> None:
    """lKe −2.9196 (SE 0.1709), lKa 0.5752 (0.1728), lCl −3.9159 (0.1273) per kg; residual SE 0.732 on 8 degrees."""
    first = pk.fit_curve(theo(), data(), estimate=["ke", "ka", "CL"])[1]
    logs = {symbol: math.log(value) for symbol, value in first.coefficients.items()}
    assert logs["ke"] == pytest.approx(-2.9196, abs=1e-4)
    assert logs["ka"] == pytest.approx(0.5752, abs=1e-4)
    assert logs["CL"] - math.log(79.6) == pytest.approx(-3.9159, abs=1e-4)
    assert first.residual_sd == pytest.approx(0.732, abs=5e-4)
    spread = [first.effects_se[symbol] for symbol in ("ke", "ka", "CL")]
    assert spread == pytest.approx([0.1709, 0.1728, 0.1273], rel=2e-3)


@cache
def neonates() -> pk.Estimates:
    cl, v, low, sigma2, omega_cl, omega_v = POPULATION
    model = pk.build(
        id="phenobarbital",
        drug="phenobarbital",
        compartments=["central"],
        parameters={
            "CL": pk.coefficient(cl, "L/h/kg", omega2=omega_cl),
            "V": pk.coefficient(v, "L/kg", omega2=omega_v),
            "low_apgar": pk.coefficient(low, domain="real"),
        },
        flows={"central -> out": "CL / V"},
        outputs={"phenobarbital.plasma": "central / V"},
        routes={"iv": "central"},
        covariates={"CL": "CL * weight_kg", "V": "V * weight_kg * where(apgar < 5, 1 + low_apgar, 1)"},
        properties=["apgar"],
        residuals={"phenobarbital.plasma": pk.Residual(proportional=math.sqrt(sigma2))},
    )
    columns: dict[str, list[Any]] = {name: [] for name in ("id", "time", "amt", "dv", "wt", "apgar")}
    for name, (weight, apgar, rows) in NEONATES.items():
        for time_h, mg, level in rows:
            row = (name, time_h, mg, level, weight, apgar)
            for key, cell in zip(columns, row, strict=True):
                columns[key].append(cell)
    columns["evid"] = [int(mg > 0) for mg in columns["amt"]]
    columns["mdv"] = columns["evid"]
    columns["route"] = ["iv"] * len(columns["id"])
    return pk.fit_map(model, pk.Regimen.from_events(columns))


@pytest.mark.parametrize("name", INDIVIDUAL)
def test_individual_estimates_as_nonmem(name: int) -> None:
    eta_cl, eta_v, *variances = INDIVIDUAL[name]
    mine = neonates()[name]
    assert mine.effects["CL"] == pytest.approx(eta_cl, abs=5e-6)
    assert mine.effects["V"] == pytest.approx(eta_v, abs=5e-6)
    got = (mine.covariance[0, 0], mine.covariance[1, 0], mine.covariance[1, 1])
    assert got == pytest.approx(variances, rel=5e-5)


def test_the_estimate_is_a_minimum_and_shrinks() -> None:
    estimates = pk.fit_map(theo(), data())
    assert len(estimates) == 12
    assert estimates[5].coefficients["ka"] > 0
    assert -0.2 < estimates.shrinkage()["ka"] < 0.3
    assert 0 < estimates.epsilon_shrinkage < 0.3
    table = estimates.table()
    assert len(table["dv"]) == 132
    assert np.allclose(np.array(table["dv"]) - np.array(table["ipred"]), 0.7 * np.array(table["iwres"]))
    flat = pk.fit_map(theo(), data(), residual=pk.Residual(additive=50.0))
    assert all(abs(each.effects["CL"]) < 0.01 for each in flat.people)
    assert flat.shrinkage()["CL"] > 0.9
    assert callable(_objective)


def test_likelihood_profile_is_lowest_in_the_middle() -> None:
    values = [1.9, 2.4, 2.8, 3.3, 4.1]
    profile = pk.profile_likelihood(theo(), data(), "CL", values)
    assert profile.argmin() in (1, 2, 3)
    assert profile[0] > profile.min() + 3.84
    assert profile[-1] > profile.min() + 3.84


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"estimate": ["Cl"]}, "no coefficient Cl"),
        ({"estimate": ["ke"]}, "states no spread"),
        ({"output": "x.y"}, "no output 'x.y'"),
    ],
)
def test_what_cannot_be_estimated(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(pk.PharmacologyError, match=says):
        pk.fit_map(theo(), data(), **asked)


def test_measurements_are_needed() -> None:
    nothing = pk.Regimen.from_events({"time": [0.0], "amt": [10.0], "route": ["oral"]})
    with pytest.raises(pk.PharmacologyError, match="id 0 has no measurement"):
        pk.fit_map(theo(), nothing)
    with pytest.raises(pk.PharmacologyError, match="say which output"):
        rows = {
            "time": [0.0, 1.0],
            "amt": [10.0, 0.0],
            "evid": [1, 0],
            "dv": [None, 5.0],
            "route": ["iv"] * 2,
        }
        who = pk.Subject(weight_kg=70, age_years=40)
        pk.fit_map("simons_2022", pk.Regimen.from_events(rows), who, residual=pk.Residual(proportional=0.1))


@pytest.mark.parametrize("corrected", [False, True])
def test_a_predictive_check_of_the_model_that_made_the_data(corrected: bool) -> None:
    check = pk.vpc(theo(), data(), replicates=60, bins=5, prediction_corrected=corrected)
    assert check.counts.sum() == 132
    assert check.inside > 0.7
    wrong = pk.vpc(theo().with_(CL=8.0), data(), replicates=60, bins=5, prediction_corrected=corrected)
    assert wrong.inside < check.inside
    assert "5 bins" in repr(check)
    with pytest.raises(pk.PharmacologyError, match="no measurement lies between"):
        pk.vpc(theo(), data(), replicates=2, bins=[0.0, 40.0, 50.0])


def test_a_band_says_what_it_holds() -> None:
    regimen, who = pk.Regimen().infuse("20 mg", over="20 min"), pk.Subject(weight_kg=70, age_years=25)
    asked: dict[str, Any] = {"output": "esketamine.arterial", "until": "2 h", "every": "10 min", "n": 60}
    people = pk.band("simons_2022", regimen, who, parts=["people"], **asked)
    assert people.parts == ("people",)
    sure = pk.band("simons_2022", regimen, who, parts=["estimates"], **asked)
    assert sure.parts == ("estimates",)
    assert "a typical person" in sure.notes
    every = pk.band("simons_2022", regimen, who, parts=["people", "estimates", "measurement"], **asked)
    assert every.parts == ("people", "estimates", "measurement")
    width = {id(each): float((each.values[2] - each.values[0])[3]) for each in (people, sure, every)}
    assert width[id(sure)] < width[id(people)] < width[id(every)]
    with pytest.raises(pk.PharmacologyError, match="no standard errors"):
        pk.band("domino_1984", regimen, who, parts=["estimates"], output="ketamine.venous", until="1 h")
    with pytest.raises(pk.PharmacologyError, match="a band holds"):
        pk.band("simons_2022", regimen, who, parts=["luck"], **asked)


def test_results_leave_as_columns() -> None:
    result = pk.simulate(theo(), data())
    text = pk.to_csv(result)
    assert text.splitlines()[0] == f"id,time,row,dv,mdv,{OUT}"
    assert len(text.splitlines()) == 133
    table = pk.to_nonmem(result).splitlines()
    assert table[0] == "ID TIME ROW DV MDV THEOPHYLLINE_PLASMA"
    frame = pk.to_pandas(result)
    assert list(frame["id"].unique()) == list(range(1, 13))
    grid = pk.simulate(theo(), data(), until="3 h", every="1 h")
    assert len(pk.to_csv(grid).splitlines()) == 12 * 4 + 1
    people = pk.population(theo(), n=4, seed=1, covariates=pk.Subject())
    one = pk.Regimen().dose("300 mg", route="oral")
    levels = pk.simulate(theo(), one, people, until="3 h", every="1 h", store="quantiles")
    assert pk.to_csv(levels).startswith("quantile,time,")


def test_pictures_for_analysts(monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from mooring.pharmacology import plots

    people = pk.population(theo(), n=5, seed=1, covariates=pk.Subject())
    result = pk.simulate(theo(), pk.Regimen().dose("300 mg", route="oral"), people, until="3 h", every="1 h")
    assert plots.curves(result, log=True).get_yscale() == "log"
    assert len(plots.curves(result, each=True).lines) == 6
    check = pk.vpc(theo(), data(), replicates=5, bins=3)
    assert "mg/L" in plots.predictive_check(check).get_ylabel()
    panels = plots.residuals(pk.fit_map(theo(), data()))
    assert [panel.get_ylabel() for panel in np.ravel(panels)] == ["dv", "dv", "iwres", "iwres"]
    plots.plt.close("all")
