"""A treatment that goes on: what the plan proposes, what a prescriber decides, and the doses that follow."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mooring.care.outcomes.queries import course_of, proposals_of
from mooring.care.treatments.actions import Decided, decide_course, move_cycle
from mooring.care.treatments.gate import read_gate
from mooring.care.treatments.models import CourseDecision, Cycle, Phase, Treatment
from mooring.care.treatments.queries import intended_amount, protocol_of
from mooring.content.loader import load
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.treatments.before_dosing import CREDENTIALS, knowing_clinic
from tests.care.treatments.rows import cycle_in, signed_treatment
from tests.packs import changed, grant, sign_pack_for
from tests.people import NOW, PASSWORD, Cast, make_person

pytestmark = pytest.mark.django_db

TAPER = {"step": "taper", "rule": "IV-STD-6@1", "says": "Weekly at first", "doses": 2, "gap_days": 7}


def after_six(cast: Cast) -> Treatment:
    """Six doses given, the last one a week ago, every cycle closed."""
    knowing_clinic(cast)
    treatment = signed_treatment(cast)
    for number, days in enumerate((24, 21, 17, 14, 10, 7), start=1):
        cycle = cycle_in(Phase.CLOSED, treatment, number)
        Cycle.objects.filter(pk=cycle.pk).update(dosed_at=NOW - timedelta(days=days))
    return treatment


def decide(cast: Cast, treatment: Treatment, seen: int = 0, **changed: Any) -> CourseDecision:
    second, proposed = changed.pop("second", None), changed.pop("proposed", [TAPER])
    usual = {"step": "taper", "reason": "Responded, not in remission.", "doses": 2, "gap_days": 7}
    return decide_course(
        treatment=treatment,
        decided=Decided(**{**usual, **changed}),
        proposed=proposed,
        seen=seen,
        second=second,
        by=cast.prescriber,
        at=NOW,
    )


def test_a_seventh_dose_exists_and_its_gate_knows_that_it_was_decided(cast: Cast) -> None:
    treatment = after_six(cast)
    decision = decide(cast, treatment)
    seventh, eighth = Cycle.objects.filter(decision=decision).order_by("number")
    assert (seventh.number, eighth.number) == (7, 8)
    assert (eighth.target_date - seventh.target_date).days == 7
    assert Task.objects.filter(kind="preparation", state="open").count() == 2
    rules = {finding.rule for finding in read_gate(seventh, NOW).verdict.findings}
    assert "IV-STD-6@1/cycles" not in rules
    assert decision.proposed == [TAPER]
    undecided = cycle_in(Phase.PREPARE, treatment, 9)
    assert "IV-STD-6@1/cycles" in {each.rule for each in read_gate(undecided, NOW).verdict.findings}


def test_of_two_who_decide_at_once_the_second_is_told(cast: Cast) -> None:
    treatment = after_six(cast)
    decide(cast, treatment)
    with pytest.raises(Refused, match="Kofi Mensah decided a moment ago: taper"):
        decide(cast, treatment, seen=0)
    assert CourseDecision.objects.count() == 1


def test_what_the_plan_does_not_propose_asks_for_a_second_prescriber(cast: Cast) -> None:
    treatment = after_six(cast)
    with pytest.raises(Refused, match="does not propose this"):
        decide(cast, treatment, step="lengthen", gap_days=21)
    other = make_person("Nils Berg", ("prescriber", cast.site))
    grant(other, *CREDENTIALS)
    assert decide(cast, treatment, step="lengthen", gap_days=21, second=other).second == other


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"reason": " "}, "Say why"),
        ({"doses": 0}, "1 to 12 doses"),
        ({"doses": 13}, "1 to 12 doses"),
        ({"step": "step", "proposed": [{"step": "step"}]}, "Enter the new dose"),
        ({"amount": Decimal("0.6")}, "outside the protocol"),
        ({"step": "dance"}, "Choose what comes next"),
    ],
)
def test_what_cannot_be_decided_says_why(cast: Cast, changed: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        decide(cast, after_six(cast), **changed)


def test_a_new_dose_is_what_the_next_orders_intend(cast: Cast) -> None:
    treatment = after_six(cast)
    proposed = [{"step": "step", "amount": "0.4"}]
    decide(cast, treatment, step="step", amount=Decimal("0.4"), doses=1, proposed=proposed)
    assert intended_amount(Cycle.objects.get(number=7)) == Decimal("0.40")


def test_stopping_cancels_what_was_only_planned(cast: Cast) -> None:
    treatment = after_six(cast)
    decide(cast, treatment)
    decide(cast, treatment, seen=1, step="stop trial", doses=0, gap_days=0, proposed=[{"step": "stop trial"}])
    assert set(Cycle.objects.filter(number__gt=6).values_list("phase", flat=True)) == {"void"}
    treatment.refresh_from_db()
    assert treatment.state == "signed"


def test_the_last_planned_dose_makes_the_review_somebodys_task(cast: Cast) -> None:
    treatment = after_six(cast)
    Cycle.objects.filter(number=6).update(phase=Phase.INTEGRATING, closed_at=None, outcome="")
    cycle = Cycle.objects.select_related("treatment__patient__site", "treatment__pack").get(number=6)
    move_cycle(cycle=cycle, to=Phase.CLOSED, outcome="complete", by=cast.prescriber, at=NOW)
    task = Task.objects.get(kind="course-review", state="open")
    assert task.address == reverse("course-next", args=[treatment.pk])
    decide(cast, treatment)
    task.refresh_from_db()
    assert task.state == "done"


def test_the_page_shows_the_proposal_and_takes_the_decision(cast: Cast) -> None:
    treatment = after_six(cast)
    page, client = reverse("course-next", args=[treatment.pk]), Client()
    client.force_login(cast.stranger)
    assert client.get(page).status_code == 404
    client.force_login(cast.monitor)
    assert client.get(page).status_code == 403
    client.force_login(cast.prescriber)
    assert b"What the plan proposes" in client.get(page).content
    given = {"step": "taper", "doses": "2", "gap_days": "7", "reason": "She agrees.", "seen": "0"}
    answer = client.post(page, {**given, "password": PASSWORD})
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert b"does not propose this" in answer.content


def test_a_protocol_that_ends_leaves_its_treatments_as_they_are_and_says_so(cast: Cast) -> None:
    treatment = after_six(cast)
    ended = changed(load(), "protocols", "IV-STD-6@1", effective_until=NOW.date() - timedelta(days=1))
    sign_pack_for(cast, ended, at=NOW - timedelta(hours=1))
    assert protocol_of(treatment).key == "IV-STD-6@1"
    told = [each["says"] for each in proposals_of(course_of(treatment), treatment, NOW)]
    assert any("no longer in force" in says for says in told)
    assert Cycle.objects.filter(decision=decide(cast, treatment)).count() == 2
