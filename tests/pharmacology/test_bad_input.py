"""Bad input is refused in words, before anything is worked out."""

from typing import Any

import numpy as np
import pytest

from mooring import pharmacology as pk
from mooring.pharmacology import memory

pytestmark = pytest.mark.pure

WHO = pk.Subject(weight_kg=70, age_years=25)
FIVE = pk.Regimen().dose("5 mg", route="iv")


@pytest.mark.parametrize("dose", ["-5 mg", "0 mg", "5", 5, "5 mL", "9000 mg", "50 mg/kg", "nan mg", "", None])
def test_doses(dose: object) -> None:
    with pytest.raises(pk.UnitError):
        pk.Regimen().dose(dose, route="iv")


@pytest.mark.parametrize("over", ["0 min", "-5 min", "40", 40, "40 mg"])
def test_durations(over: object) -> None:
    with pytest.raises(pk.UnitError):
        pk.Regimen().infuse("10 mg", over=over)


def test_dose_before_the_start() -> None:
    with pytest.raises(pk.UnitError, match="after the start"):
        pk.Regimen().dose("5 mg", route="iv", at="-5 min")


def test_rate_and_amount_together() -> None:
    with pytest.raises(pk.PharmacologyError, match="one of them"):
        pk.Regimen().infuse("10 mg", over="1 h", rate="5 mg/h")


@pytest.mark.parametrize("every", ["0 h", [], "-1 d"])
def test_repeats_need_time(every: object) -> None:
    with pytest.raises(pk.UnitError):
        FIVE.repeat(every=every, n=3)


def test_route_that_the_model_lacks() -> None:
    with pytest.raises(pk.PharmacologyError, match=r"no route 'rectal'; it has iv, oral_film"):
        pk.simulate("simons_2022", pk.Regimen().dose("5 mg", route="rectal"), WHO)


def test_compartment_that_the_model_lacks() -> None:
    with pytest.raises(pk.EventError, match=r"'cmt'.*no compartment 'brain'"):
        pk.simulate("simons_2022", pk.Regimen.from_events({"time": [0], "amt": [1], "cmt": ["brain"]}), WHO)


def test_infusion_by_a_route_that_absorbs_by_itself() -> None:
    with pytest.raises(pk.PharmacologyError, match="cannot be given over a time"):
        pk.simulate("simons_2022", pk.Regimen().infuse("5 mg", over="5 min", route="oral_film"), WHO)


def test_unknown_model_output_salt_drug_store() -> None:
    with pytest.raises(pk.PharmacologyError, match="no model 'x'; there are mooring_racemic"):
        pk.model("x")
    with pytest.raises(
        pk.PharmacologyError, match=r"no output 'ketamine.arterial'; it has esketamine.arterial"
    ):
        pk.simulate("simons_2022", FIVE, WHO, outputs=["ketamine.arterial"])
    with pytest.raises(pk.PharmacologyError, match="salt"):
        pk.Regimen().dose("5 mg", route="iv", salt="citrate")
    with pytest.raises(pk.PharmacologyError, match="drug"):
        pk.simulate("mooring_racemic", pk.Regimen().dose("5 mg", route="iv", drug="aspirin"), WHO)
    with pytest.raises(pk.PharmacologyError, match="store"):
        pk.simulate("simons_2022", FIVE, WHO, store="memory")


def test_wrong_enantiomer_for_the_model() -> None:
    with pytest.raises(pk.PharmacologyError, match="model of esketamine; it cannot be given ketamine"):
        pk.simulate("simons_2022", pk.Regimen().dose("5 mg", route="iv", drug="ketamine"), WHO)


def test_weight_is_never_assumed() -> None:
    with pytest.raises(pk.PharmacologyError, match="give Subject"):
        pk.simulate("perez_ruixo_2021", pk.Regimen().infuse("0.5 mg/kg", over="40 min"), pk.Subject())
    with pytest.raises(pk.PharmacologyError, match="scales with body weight"):
        pk.simulate("simons_2022", FIVE, pk.Subject())


@pytest.mark.parametrize(
    "bad",
    [{"weight_kg": -1.0}, {"weight_kg": float("nan")}, {"age_years": 200.0}, {"sex": "x"}, {"ancestry": "x"}],
)
def test_subjects(bad: dict[str, object]) -> None:
    with pytest.raises(pk.PharmacologyError):
        pk.Subject(**bad)  # type: ignore[arg-type]


def test_covariate_outside_its_range_is_answered_with_a_warning() -> None:
    with pytest.warns(pk.RangeWarning, match="weight_kg 130 lies outside 53 to 93, the range of simons_2022"):
        result = pk.simulate("simons_2022", FIVE, pk.Subject(weight_kg=130, age_years=25))
    assert result["esketamine.arterial"].max() > 0


@pytest.mark.parametrize("times", [[1.0, 0.5], [0.0, 0.0], [float("nan")], [-1.0], [], [[0.0, 1.0]]])
def test_times(times: list[float]) -> None:
    with pytest.raises(pk.PharmacologyError):
        pk.simulate("simons_2022", FIVE, WHO, times_h=times)


def test_time_runs_forward() -> None:
    with pytest.raises(pk.PharmacologyError):
        pk.simulate("simons_2022", FIVE, WHO, until="0 h")


def test_empty_regimen() -> None:
    with pytest.raises(pk.PharmacologyError, match="no dose"):
        pk.simulate("simons_2022", pk.Regimen(), WHO)


def test_population_beyond_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 10**8)
    people = pk.population(pk.model("simons_2022"), n=10_000, seed=1)
    with pytest.raises(pk.PharmacologyError, match='store="metrics"'):
        pk.simulate("simons_2022", FIVE, people, until="24 h")


def test_populations() -> None:
    model = pk.model("simons_2022")
    with pytest.raises(pk.PharmacologyError, match="at least one"):
        pk.population(model, n=0, seed=1)
    with pytest.raises(pk.PharmacologyError, match="no covariate height"):
        pk.population(model, n=2, seed=1, covariates={"height": 180})
    with pytest.raises(pk.PharmacologyError, match="3 people"):
        pk.population(model, n=3, seed=1, covariates={"weight_kg": np.array([1.0, 2.0])})


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            {"covariates": {"weight_kg": np.array([70.0, -5.0])}},
            "person 1: weight_kg is -5.0; .* 0.5 and 500",
        ),
        ({"covariates": {"weight_kg": np.array([70.0, np.nan])}}, "person 1: weight_kg is nan"),
        ({"covariates": {"age_years": pk.Normal(40, 20, -10, 90)}}, "age_years is -10"),
        (
            {"covariates": {"sex": ["female", "f"]}},
            "person 1: sex is 'f'; the models know None, 'female', 'male'",
        ),
        ({"covariates": {"ancestry": pk.Shares({"martian": 0.5})}}, "ancestry is 'martian'"),
        ({"seed": -1}, "a seed is zero or above"),
        ({"cv_percent": -30.0}, "zero or above"),
        ({"cv_percent": {"CL": float("nan")}}, "zero or above"),
    ],
)
def test_people_that_cannot_be(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(pk.PharmacologyError, match=says):
        pk.population("fanta_otto_2021", **{"n": 2, "seed": 1} | asked)


def test_an_interaction_that_the_model_lacks_is_said() -> None:
    who = pk.Subject(weight_kg=70, age_years=40, cyp2b6_inhibited=True)
    with pytest.warns(pk.RangeWarning, match="holds no effect of CYP2B6 inhibition"):
        pk.simulate("perez_ruixo_2021", pk.Regimen().dose("84 mg", route="oral"), who)


def test_threshold_and_curves_that_were_not_kept() -> None:
    result = pk.simulate("simons_2022", FIVE, WHO, store="metrics")
    with pytest.raises(pk.PharmacologyError, match="above zero"):
        result.metrics("esketamine.arterial").time_above_h(0)


@pytest.mark.parametrize("nobody", [None, "70 kg", 70.0, [70.0]])
def test_who_is_not_a_person_is_refused(nobody: object) -> None:
    with pytest.raises(pk.PharmacologyError, match="expected a Subject"):
        pk.simulate("simons_2022", pk.Regimen().dose("20 mg", route="iv"), nobody, until="1 h")  # type: ignore[arg-type]


def test_a_property_that_nobody_said_is_asked_for() -> None:
    model = pk.build(
        id="own", drug="d", compartments=["c"], parameters={"k": 1.0}, flows={"c -> out": "k"}, outputs={"d.plasma": "c"},
        routes={"iv": "c"}, covariates={"k": "k * crcl / 100"}, properties=["crcl"],
    )  # fmt: skip
    with pytest.raises(pk.PharmacologyError, match="own reads crcl for k, and it is missing for the person"):
        pk.simulate(model, FIVE, pk.Subject(), times_h=[0.0, 1.0])
    two = [pk.Subject(other={"crcl": 90.0}), pk.Subject()]
    with pytest.raises(pk.PharmacologyError, match="missing for 1 of 2 people"):
        pk.simulate(model, FIVE, two, times_h=[0.0, 1.0])


@pytest.mark.parametrize("name", ["pregnant", "cyp2b6_inhibited"])
def test_what_is_true_or_false_is_nothing_else(name: str) -> None:
    rows = {"time": [0.0, 1.0], "amt": [10.0, 0.0], "evid": [1, 0], "route": ["iv"] * 2, "wt": [70.0] * 2}
    with pytest.raises(pk.PharmacologyError, match=f"{name} is 'yes'; it is True or False"):
        pk.simulate("simons_2022", pk.Regimen.from_events(rows | {name: ["yes"] * 2}))
    with pytest.raises(pk.PharmacologyError, match=f"{name} is 2; it is True or False"):
        pk.Subject(weight_kg=70, **{name: 2})  # type: ignore[arg-type]
