"""One planned session as plain data."""

import json

import pytest

from mooring import pharmacology as pk

pytestmark = pytest.mark.pure

PLANNED = {"drug": "ketamine", "route": "iv", "dose_mg": 35.0, "weight_kg": 70.0, "over_min": 40.0, "n": 50}


def expected(**changes: object) -> dict[str, object]:
    return pk.expected_session(**PLANNED | changes)  # type: ignore[arg-type]


def test_plain_data_with_bands_grades_and_sources() -> None:
    answer = expected(age_years=40.0)
    assert json.loads(json.dumps(answer)) == answer
    assert answer["model"]["id"] == "mooring_racemic"
    assert "no dosing advice" in answer["disclaimer"]
    assert answer["sources"]
    assert {each["site"] for each in answer["curves"]} == {"venous", "arterial"}
    for each in [*answer["curves"], *answer["effects"], answer["occupancy"]]:
        assert each["grade"] in "ABCD"
        assert len(each["low"]) == len(answer["times_min"]) == 361
        assert all(
            low <= middle <= high
            for low, middle, high in zip(each["low"], each["middle"], each["high"], strict=True)
        )
    assert (
        answer["peak"]["low_ng_per_ml"]
        < answer["peak"]["middle_ng_per_ml"]
        < answer["peak"]["high_ng_per_ml"]
    )
    assert answer["peak"]["at_min"] == pytest.approx(40, abs=1)
    assert answer["warnings"] == []


def test_the_salt_is_weighed() -> None:
    base, salt = expected(), expected(salt="hcl")
    ratio = salt["peak"]["middle_ng_per_ml"] / base["peak"]["middle_ng_per_ml"]
    assert ratio == pytest.approx(0.867, abs=5e-4)


def test_the_model_follows_drug_route_and_age() -> None:
    spray = expected(drug="esketamine", route="nasal_spray", dose_mg=56.0, over_min=0.0)
    assert spray["model"]["id"] == "perez_ruixo_2021"
    child = expected(age_years=9.0, weight_kg=30.0, dose_mg=15.0)
    assert child["model"]["id"] == "herd_2007"
    film = expected(drug="esketamine", route="oral_film", dose_mg=50.0, over_min=0.0)
    assert film["model"]["id"] == "simons_2022"


def test_a_person_outside_the_range_is_answered_with_the_range() -> None:
    assert "45 to 120" in expected(weight_kg=150.0)["warnings"][0]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"route": "nasal_spray", "over_min": 0.0}, "nasal spray is of esketamine"),
        ({"route": "oral_film", "over_min": 0.0}, "oral film is of esketamine"),
        ({"route": "teleport"}, "no model here"),
        ({"dose_mg": -3.0}, "above zero"),
        ({"weight_kg": -70.0}, "weight_kg"),
        ({"route": "oral"}, "cannot be given over a time"),
    ],
)
def test_what_cannot_be_expected_is_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(pk.PharmacologyError, match=says):
        expected(**changes)
