"""What a grade, a label and a product make of an adverse event."""

import pytest

from mooring.content.loader import load
from mooring.rules.adverse_events import (
    ReportTo,
    Seriousness,
    contradictions,
    expectation,
    implied_by,
    still_to_report,
    suggested,
)

TERMS = tuple(load().adverse_events.values())


def term(code: str):  # type: ignore[no-untyped-def]
    return next(each for each in TERMS if each.code == code)


def test_a_label_names_it_for_one_product_only() -> None:
    assert expectation(term("nausea"), "esketamine").expected
    assert not expectation(term("nausea"), "racemic ketamine").expected
    assert not expectation(term("fall"), "esketamine").known
    assert not expectation(None, "esketamine").known


def test_every_expectation_names_a_record_of_the_bibliography() -> None:
    references = load().references
    assert all(each.reference in references for one in TERMS for each in one.expected)


def test_every_symptom_of_a_term_is_on_the_list_and_belongs_to_one_term() -> None:
    codes = {symptom.code for symptom in load().symptoms.values()}
    named = [code for one in TERMS for code in one.symptoms]
    assert set(named) <= codes
    assert len(named) == len(set(named))


def test_every_emergency_script_has_a_term() -> None:
    scripts = {script.id for script in load().scripts.values()}
    assert scripts == {each for one in TERMS for each in one.scripts}


@pytest.mark.parametrize(
    ("grade", "why"), [(3, None), (4, Seriousness.LIFE_THREATENING), (5, Seriousness.DEATH), (None, None)]
)
def test_grade_and_seriousness(grade: int | None, why: Seriousness | None) -> None:
    assert implied_by(grade) == why


def test_contradictions() -> None:
    assert contradictions(4, [], "recovered") == ("adverse_event.grade_means_life_threatening",)
    assert contradictions(3, ["hospital"], "recovered") == ()
    assert contradictions(5, ["death"], "fatal") == ()
    assert "adverse_event.fatal_is_a_death" in contradictions(3, ["hospital"], "fatal")


def test_esketamine_is_reported_to_the_rems_and_the_others_to_somebody() -> None:
    assert still_to_report(True, "esketamine", ["regulator"]) == (ReportTo.REMS,)
    assert still_to_report(True, "esketamine", ["rems"]) == ()
    assert still_to_report(True, "racemic ketamine", []) == (ReportTo.REGULATOR,)
    assert still_to_report(True, "racemic ketamine", ["nobody"]) == ()
    assert still_to_report(False, "esketamine", []) == ()


def test_a_line_suggests_its_term() -> None:
    found = suggested(TERMS, symptom="nausea")
    assert found is not None
    assert found.code == "nausea"
    assert suggested(TERMS, symptom="calm") is None
