"""Facts of the labels that content got wrong once, and one label that several rooms speak of."""

import re

import pytest

from mooring.content.loader import PACKAGE_ROOT, load
from mooring.content.schema.giving import DevicesGiving
from mooring.references.bibliography import bibliography
from mooring.rules.screening import Setting, screen
from tests.rules.knowledge import DAY, confirmed, pack

pytestmark = pytest.mark.pure

ESKETAMINE = [
    each for each in pack().protocols.values() if (each.product, each.route) == ("esketamine", "intranasal")
]


def test_the_first_esketamine_dose_is_56_mg_and_28_where_a_label_says_so() -> None:
    first = {
        tuple(one.jurisdictions): (one.mg, one.least_age)
        for protocol in ESKETAMINE
        for one in protocol.dose.first
        if protocol.id == "IN-ESK-TRD"
    }
    assert first == {("EU", "HK"): (28, 65), (): (56, None)}


def test_oximetry_with_esketamine_is_the_labels_and_its_interval_is_ours() -> None:
    plan = next(each for each in pack().monitoring.values() if each.product == "esketamine")
    assert plan.evidence == "label"
    assert "including pulse oximetry" in plan.basis
    assert "How often oximetry is read" in plan.basis


def test_100_mg_per_ml_is_never_given_into_a_vein_undiluted() -> None:
    strong = [
        each
        for each in pack().presentations.values()
        if each.strength_mg_per_ml == 100 and each.product == "racemic ketamine"
    ]
    assert strong
    for each in strong:
        use = each.use_by("intravenous")
        assert use is not None
        assert not use.undiluted
        assert 100 not in each.concentrations("intravenous")


def test_fasting_before_an_injection_is_a_habit_and_says_so() -> None:
    """No source gives six hours, so none is asked; the four are the lower end of what clinics' own forms ask."""
    food = next(each for each in pack().readiness.values() if each.id == "READY-FOOD")
    assert food.evidence == "design-default"
    assert "Habit, not evidence" in food.basis
    assert "four to six hours" in food.basis
    sourced = [each for each in pack().readiness.values() if each.sources and "last_food" in each.when]
    assert {each.when for each in sourced} == {"hours since last_food < 2"}


@pytest.mark.parametrize(
    ("fact", "route", "rule"),
    [
        ("takes_glp1_agonist", "intravenous", "MED-GLP1@1"),
        ("takes_glucose_lowering", "intravenous", "MED-GLUCOSE@1"),
        ("gastroparesis", "intravenous", "GASTROPARESIS@1"),
        ("takes_sodium_oxybate", "oral", "MED-OXYBATE@1"),
        ("takes_anticoagulant", "intramuscular", "MED-ANTICOAGULANT@1"),
    ],
)
def test_rules_that_were_missing_fire(fact: str, route: str, rule: str) -> None:
    verdict = screen([confirmed(fact, "yes")], pack(), DAY, Setting(route=route))
    assert rule in {finding.rule for finding in verdict.findings if finding.settled}


def test_respiratory_depression_stands_in_the_boxed_warning() -> None:
    said = [
        source for each in pack().everything.values() for source in each.sources if "boxed" in source.says
    ]
    assert [source.reference for source in said if "Respiratory depression" in source.says] == [
        "us-spravato-label"
    ]


def test_every_label_says_its_date() -> None:
    labels = [record for record in bibliography().values() if record.kind == "label"]
    assert len(labels) > 5
    assert [record.id for record in labels if not record.issued] == []


def test_no_item_and_no_lesson_rests_on_a_label_that_was_replaced() -> None:
    replaced = {record.supersedes for record in bibliography().values() if record.supersedes}
    assert "spravato-2021-label" in replaced
    cited = {name for each in load([PACKAGE_ROOT]).everything.values() for name in each.references}
    lessons = "\n".join(
        path.read_text("utf-8")
        for kind in ("md", "yaml")
        for path in (PACKAGE_ROOT / "courses").rglob(f"*.{kind}")
    )
    assert not replaced & cited
    assert not [name for name in replaced if re.search(rf"\b{name}\b", lessons)]


def test_protocol_presentation_readiness_and_consent_say_the_same_of_the_spray() -> None:
    """Two rooms never hold different facts of one label."""
    device = next(each for each in pack().presentations.values() if each.product == "esketamine")
    for protocol in ESKETAMINE:
        giving = protocol.given_as
        assert isinstance(giving, DevicesGiving)
        assert giving.mg_each == device.mg_each
    by_id = {each.id: each for each in pack().readiness.values()}
    assert by_id["READY-ESK-FOOD"].when == "hours since last_food < 2"
    assert by_id["READY-ESK-DRINK"].when == "minutes since last_drink < 30"
    consent = next(each for each in pack().consents.values() if "ESKETAMINE" in each.id)
    words = " ".join(" ".join(section.text.split()) for section in consent.sections)
    assert "Do not eat for two hours and do not drink for half an hour before" in words
    plan = next(each for each in pack().monitoring.values() if each.product == "esketamine")
    assert plan.floor_after_start_min == 120
