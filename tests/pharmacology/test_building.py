"""Models of one's own: as text, checked in the analyst's words, and then like the published ones."""

import pickle
from typing import Any

import numpy as np
import pytest

from mooring import pharmacology as pk

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore::mooring.pharmacology.RangeWarning")]

ONE: dict[str, Any] = {
    "id": "theo",
    "drug": "theophylline",
    "compartments": ["depot", "central"],
    "parameters": {"ka": 1.5, "CL": pk.coefficient(2.8, "L/h", cv_percent=25), "V": 32.0, "F": 0.8},
    "flows": {"depot -> central": "ka", "central -> out": "CL / V"},
    "outputs": {"theophylline.plasma": "central / V"},
    "routes": {"oral": pk.Entry("depot", fraction="F"), "iv": "central"},
}
WHO = pk.Subject(weight_kg=70, age_years=40)
OUT = "theophylline.plasma"


def built(**changes: Any) -> pk.Model:
    return pk.build(**ONE | changes)


def test_closed_form_by_mouth() -> None:
    t = np.array([0.0, 0.5, 2.0, 9.0])
    result = pk.simulate(built(), pk.Regimen().dose("100 mg", route="oral"), WHO, times_h=t)
    ka, k = 1.5, 2.8 / 32
    expected = 0.8 * 100 / 32 * ka / (ka - k) * (np.exp(-k * t) - np.exp(-ka * t))
    assert result[OUT] == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert result.to_xarray()[OUT].attrs["units"] == "mg/L"
    assert "mg/L" in repr(result.metrics(OUT))


def test_modelled_rate_duration_and_lag() -> None:
    model = built(
        routes={
            "slow": pk.Entry("central", over_h="F * 5"),
            "pump": pk.Entry("central", rate_mg_per_h=25),
            "late": pk.Entry("depot", lag_h="1 / ka"),
        }
    )
    times = [0.0, 1.0, 3.0, 8.0]
    plain = {"time": [0.0], "amt": [100.0]}
    stated = pk.simulate(
        built(), pk.Regimen.from_events({**plain, "route": ["iv"], "dur": [4.0]}), WHO, times_h=times
    )
    for route, rate in (("slow", -2.0), ("pump", -1.0)):
        regimen = pk.Regimen.from_events({**plain, "route": [route], "rate": [rate]})
        assert np.allclose(pk.simulate(model, regimen, WHO, times_h=times)[OUT], stated[OUT], rtol=1e-12)
    late = pk.simulate(
        model, pk.Regimen().dose("100 mg", route="late"), WHO, times_h=[0.0, 2 / 3, 2 / 3 + 1]
    )[OUT]
    now = pk.simulate(built(), pk.Regimen().dose("100 mg", route="oral"), WHO, times_h=[0.0, 1.0])[OUT]
    assert late[1] == pytest.approx(0.0, abs=1e-12)
    assert late[2] == pytest.approx(now[1] / 0.8, rel=1e-10)
    with pytest.raises(pk.EventError, match="asks for the model's rate"):
        pk.simulate(
            model, pk.Regimen.from_events({**plain, "route": ["slow"], "rate": [-1.0]}), WHO, times_h=times
        )


def test_covariates_of_ones_own() -> None:
    model = built(covariates={"CL": "CL * (weight_kg / 70) ** 0.75 * crcl / 100"}, properties=["crcl"])
    regimen = pk.Regimen().infuse("100 mg", over="1 h", route="iv")
    low, high = (
        pk.simulate(
            model, regimen, pk.Subject(weight_kg=70, other={"crcl": crcl}), until="400 h", every="4 h"
        )
        .metrics(OUT)
        .auc_ng_h_per_ml
        for crcl in (50.0, 100.0)
    )
    assert low / high == pytest.approx(2.0, rel=1e-6)
    drawn = {"weight_kg": 70.0, "crcl": pk.Uniform(40, 120)}
    people = pk.population(model, n=50, seed=1, covariates=drawn)
    assert people.people(0, 50).crcl.min() >= 40
    by_column = {
        "time": [0.0, 5.0],
        "amt": [100.0, 0.0],
        "evid": [1, 0],
        "route": ["iv"] * 2,
        "wt": [70.0] * 2,
    }
    rows = pk.simulate(model, pk.Regimen.from_events(by_column | {"crcl": [50.0, 50.0]}))
    alone = pk.simulate(
        model, pk.Regimen.from_events(by_column), pk.Subject(weight_kg=70, other={"crcl": 50.0})
    )
    assert rows[OUT] == pytest.approx(alone[OUT], rel=1e-14)


def test_an_effect_site_of_ones_own() -> None:
    model = built(followers={"theophylline.effect": (OUT, "0.7")})
    t = np.linspace(0, 12, 13)
    result = pk.simulate(model, pk.Regimen().dose("100 mg", route="iv"), WHO, times_h=t)
    k, ke0 = 2.8 / 32, 0.7
    expected = 100 / 32 * ke0 / (ke0 - k) * (np.exp(-k * t) - np.exp(-ke0 * t))
    assert result["theophylline.effect"] == pytest.approx(expected, rel=1e-11, abs=1e-13)


def test_urine_is_kept() -> None:
    model = built(
        compartments=["depot", "central", "urine"],
        flows={
            "depot -> central": "ka",
            "central -> out": "0.9 * CL / V",
            "central -> urine": "0.1 * CL / V",
        },
        outputs={OUT: "central / V", "theophylline.urine": "urine"},
    )
    result = pk.simulate(model, pk.Regimen().dose("100 mg", route="iv"), WHO, times_h=[0.0, 500.0])
    assert result["theophylline.urine"][1] == pytest.approx(10.0, rel=1e-9)
    assert np.isfinite(result.metrics("theophylline.urine").auc_ng_h_per_ml)
    with pytest.raises(pk.PharmacologyError, match="no steady state"):
        pk.simulate(
            model,
            pk.Regimen.from_events({"time": [0.0], "amt": [10.0], "ss": [1], "ii": [12.0], "route": ["iv"]}),
            WHO,
            until="2 h",
        )


def saturable() -> pk.Model:
    return pk.build(
        id="saturable", drug="made-up", compartments=["central"], parameters={"Vmax": 20.0, "Km": 5.0, "V": 10.0},
        flows={"central -> out": "Vmax * central / (Km * V + central)"}, outputs={"made-up.plasma": "central / V"},
        routes={"iv": "central"},
    )  # fmt: skip


def test_saturable_elimination_by_its_implicit_solution() -> None:
    """Michaelis and Menten: Km V ln(A0/A) + A0 − A = Vmax t."""
    pytest.importorskip("scipy")
    result = pk.simulate(saturable(), pk.Regimen().dose("300 mg", route="iv"), WHO, until="30 h", every="1 h")
    amount = result["made-up.plasma"] * 10
    assert (50 * np.log(300 / amount) + 300 - amount) / 20 == pytest.approx(result.times_h, abs=1e-6)
    metrics = result.metrics("made-up.plasma")
    assert metrics.cmax_ng_per_ml == pytest.approx(30.0)
    drawn = np.trapezoid(result["made-up.plasma"], result.times_h)
    assert metrics.auc_ng_h_per_ml == pytest.approx(drawn, rel=2e-3)


def test_twice_the_dose_is_more_than_twice_the_area() -> None:
    pytest.importorskip("scipy")
    areas = [
        pk.simulate(saturable(), pk.Regimen().infuse(f"{mg} mg", over="1 h"), WHO, until="60 h", every="1 h")
        .metrics("made-up.plasma")
        .auc_ng_h_per_ml
        for mg in (100, 200)
    ]
    assert areas[1] > 2.3 * areas[0]
    steady = pk.Regimen.from_events({"time": [0.0], "amt": [10.0], "ss": [1], "ii": [12.0], "route": ["iv"]})
    with pytest.raises(pk.EventError, match="row 1, column 'ss': saturable is not linear"):
        pk.simulate(saturable(), steady, WHO, until="2 h")


def test_a_turnover_starts_at_its_baseline_and_returns() -> None:
    """An effect that inhibits production; records on both sides of a dose, and a reset that starts anew."""
    pytest.importorskip("scipy")
    model = pk.build(
        id="turnover",
        drug="made-up",
        compartments=["central", "response"],
        parameters={"CL": 2.0, "V": 20.0, "kin": 10.0, "kout": 0.5, "IC50": 1.0},
        flows={
            "central -> out": "CL / V",
            "in -> response": "kin * (1 - (central / V) / (IC50 + central / V))",
            "response -> out": "kout",
        },
        outputs={"made-up.plasma": "central / V", "made-up.response": "response"},
        routes={"iv": "central"},
        initial={"response": "kin / kout"},
    )
    rows = {"time": [0.0, 0.0, 3.0, 80.0, 90.0, 90.0], "amt": [0.0, 100.0, 0.0, 0.0, 0.0, 0.0]}
    rows |= {"evid": [0, 1, 0, 0, 3, 0], "route": ["iv"] * 6}
    result = pk.simulate(model, pk.Regimen.from_events(rows), WHO)
    response = result["made-up.response"]
    assert response[0] == pytest.approx(20.0)
    assert response[1] < 10.0
    assert response[2] == pytest.approx(20.0, rel=0.01)
    assert response[3] == pytest.approx(20.0)
    assert result["made-up.plasma"][3] == 0


def test_other_typical_values() -> None:
    model = built()
    assert model.with_(CL=5.6).parameters["CL"].value == 5.6
    assert model.parameters["CL"].value == 2.8
    changed = pk.model("fanta_otto_2021").with_(CL=60.0)
    assert changed.parameters["CL"].grade == "D"
    with pytest.raises(pk.PharmacologyError, match="no coefficient Cl; it has"):
        model.with_(Cl=1.0)
    with pytest.raises(pk.PharmacologyError, match="outside its domain 'positive'"):
        model.with_(CL=-1.0)


def test_objects_travel() -> None:
    model = built()
    people = pk.population(model, n=3, seed=1, covariates=WHO)
    result = pk.simulate(model, pk.Regimen().dose("100 mg", route="oral"), people, until="4 h")
    for thing in (
        model,
        people,
        result,
        result.metrics(OUT),
        pk.model("perez_ruixo_2021"),
        pk.Regimen().dose("1 mg", route="iv"),
    ):
        pickle.loads(pickle.dumps(thing))
    again = pickle.loads(pickle.dumps(result))
    assert np.array_equal(again[OUT], result[OUT])
    assert again.metrics(OUT).cmax_ng_per_ml == pytest.approx(result.metrics(OUT).cmax_ng_per_ml)
    assert pickle.loads(pickle.dumps(pk.model("perez_ruixo_2021"))) is pk.model("perez_ruixo_2021")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"flows": {"depot -> central": "kaa"}}, "flow 'depot -> central': 'kaa' in 'kaa' is not known; is it 'ka'"),
        ({"flows": {"depot - central": "ka"}}, "goes from a compartment, or \"in\", to another"),
        ({"flows": {"central -> out": "CL - 3", "depot -> central": "ka"}}, "below zero"),
        ({"flows": {"central -> out": "__import__('os')", "depot -> central": "ka"}}, "is not arithmetic"),
        ({"flows": {"central -> out": "CL /", "depot -> central": "ka"}}, "cannot read the formula"),
        ({"flows": {"central -> out": "CL / V"}}, "no flow leaves or enters depot"),
        ({"outputs": {OUT: "central ** 2"}}, "not a sum of amounts"),
        ({"outputs": {OUT: "CL"}}, "reads no compartment"),
        ({"outputs": {"plasma": "central"}}, "named by analyte and site"),
        ({"routes": {"oral": "gut"}}, "enters 'gut'; there are depot, central"),
        ({"covariates": {"Cl": "Cl * weight_kg"}}, "there is no such coefficient"),
        ({"covariates": {"CL": "CL * 2"}}, "reads no property of people"),
        ({"compartments": ["central", "central"]}, "names of their own"),
        ({"parameters": {"ka": 1.0, "CL": 1.0, "V": -2.0}}, "V = -2 lies outside its domain"),
        ({"unit": "mol"}, "an output is in"),
        ({"residuals": {"x.y": pk.Residual(additive=1.0)}}, "which is no output"),
    ],
)  # fmt: skip
def test_slips_are_named_when_the_model_is_made(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(pk.PharmacologyError, match=says):
        built(**changes)
