"""PARS's documents: paths become their nesting, numbers their type; what is missing or malformed is named by its path."""

import pytest

from mooring.content.pars import (
    ACTIVITY,
    COUNTED,
    EDUCATION,
    LEARNER,
    activities_document,
    faults_of_activity,
    nested,
)
from mooring.content.reporting import Field, Holds, faults

pytestmark = pytest.mark.pure


def test_a_path_becomes_its_nesting_and_a_value_its_type() -> None:
    row = {
        f"{EDUCATION}.credits.numberOfCredits": "0.75",
        f"{EDUCATION}.commercialSupport": "false",
        f"{COUNTED}.0.category": "physician",
        f"{COUNTED}.0.numberOfParticipants": "12",
        "Lom.general.title": "",
    }
    assert nested(row, ACTIVITY) == {
        "healthcareMetadata": {
            "healthcareEducation": {"credits": {"numberOfCredits": 0.75}, "commercialSupport": False}
        },
        "ParticipationMetrics": {
            "participantsByCategory": [{"category": "physician", "numberOfParticipants": 12}]
        },
    }


def test_the_part_about_support_is_there_also_without_any() -> None:
    [activity] = activities_document([{}])["ACCMEActivities"]["MedicalEducationMetrics"]
    assert activity == {"ActivityDescription": {}}


@pytest.mark.parametrize(
    ("holds", "value", "read"),
    [
        (Holds.NUMBER, "1.5", 1.5),
        (Holds.NUMBER, "a lot", "a lot"),
        (Holds.COUNT, "-1", "-1"),
        (Holds.TRUTH, "no", "no"),
    ],
)
def test_what_has_another_form_stays_the_text_that_it_is(holds: Holds, value: str, read: object) -> None:
    assert holds.read(value) == read


def test_each_place_of_a_list_is_checked_and_none_is_asked_for() -> None:
    fields = (Field("a.*.b", form=r"\d"),)
    assert faults(fields, {}) == []
    assert faults(fields, {"a.0.b": "1", "a.1.b": "x", "a.2.b": ""}) == [
        ("a.1.b", "malformed"),
        ("a.2.b", "missing"),
    ]


def test_a_jointly_provided_activity_names_its_provider() -> None:
    sponsor = {f"{EDUCATION}.activitySponsorship": "joint"}
    missing = (f"{EDUCATION}.credits.nonAccreditedProvider.0", "missing")
    assert missing in faults_of_activity(sponsor)
    assert missing not in faults_of_activity(sponsor | {missing[0]: "Harbour (fictional)"})


def test_a_birth_date_with_a_year_is_refused() -> None:
    name = "Member.PersonalInfo.BirthDate"
    assert (name, "malformed") in faults(LEARNER, {name: "1981-04-17"})
    assert (name, "malformed") not in faults(LEARNER, {name: "04-17"})
