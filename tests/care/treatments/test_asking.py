"""Questionnaires that the plan asks for: laid out over the doses, sent by the clock, changed on their page."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from mooring.care.measures.actions import ask_measure, enter_measure, fill_measure
from mooring.care.measures.models import Asked
from mooring.care.treatments.actions import move_cycle, withdraw_draft
from mooring.care.treatments.actions.asking import (
    AskingPlan,
    lay_out,
    plan_measure,
    send_due_measures,
    unplan_measure,
)
from mooring.care.treatments.models import Cycle, MeasureDue, Phase, PlannedMeasure, Treatment
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.models import Message, Task
from tests.care.measures.questionnaires import answers
from tests.care.treatments.before_dosing import drafted, knowing_clinic, planned
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
PHQ, BLADDER, CHECK = "PHQ-9", "BLADDER-8", "CHECK-AFTER-DOSE"


def due(cast: Cast, instrument: str, **of: object) -> list[MeasureDue]:
    """What waits of an instrument, oldest first."""
    waiting = MeasureDue.objects.filter(sent_at__isnull=True, dropped_at__isnull=True)
    return list(waiting.filter(planned__instrument=instrument, **of).order_by("due_at"))


def given(cycle: Cycle, at: datetime) -> None:
    """The dose began, whatever its gate says."""
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.DOSING, administered=True, dosed_at=at)
    lay_out(cycle.treatment, at)


def lines(treatment: Treatment) -> set[tuple[str, str, int]]:
    return set(treatment.planned_measures.values_list("instrument", "when", "hours"))


def test_a_draft_plans_what_the_schedules_of_the_pack_ask_for(cast: Cast) -> None:
    treatment = planned(cast).treatment
    assert {(PHQ, "before", 24), (BLADDER, "before", 24)} <= lines(treatment)
    after = sorted(hours for name, when, hours in lines(treatment) if (name, when) == (CHECK, "after"))
    assert after == [24, 72, 168, 336, 720, 2160]
    assert len(due(cast, PHQ)) == 6
    assert not due(cast, CHECK)


def test_several_follow_one_treatment_by_link_and_know_their_dose(cast: Cast) -> None:
    cycle = planned(cast)
    assert send_due_measures(at=NOW) >= 2  # the first dose is today
    asked = {each.instrument.partition("@")[0]: each for each in Asked.objects.all()}
    assert {PHQ, BLADDER} <= set(asked)
    assert asked[PHQ].asked_by == cast.prescriber
    assert Message.objects.filter(person=cast.patient.person, link__about__contains="asked").count() >= 2
    row = MeasureDue.objects.get(asked=asked[PHQ])
    assert (row.cycle, row.sent_at) == (cycle, NOW)
    assert send_due_measures(at=NOW) == 0


def test_who_does_not_answer_becomes_a_task(cast: Cast) -> None:
    planned(cast)
    send_due_measures(at=NOW)
    task = Task.objects.filter(kind="measure", title__startswith=PHQ).get()
    assert task.opens_at == NOW + timedelta(hours=24)
    asked = Asked.objects.get(instrument__startswith=PHQ)
    fill_measure(asked=asked, answers=answers(1), revision=0, link=None, by=cast.patient.person, at=NOW)
    task.refresh_from_db()
    assert task.state == "done"


def test_the_checks_after_a_dose_end_with_the_next(cast: Cast) -> None:
    cycle = planned(cast)
    given(cycle, NOW)
    assert [row.due_at - NOW for row in due(cast, CHECK)][:2] == [timedelta(hours=24), timedelta(hours=72)]
    assert not due(cast, PHQ, cycle=cycle)
    second = Cycle.objects.select_related("treatment__patient__site").get(treatment=cycle.treatment, number=2)
    given(second, NOW + timedelta(days=3))
    assert {row.cycle for row in due(cast, CHECK)} == {second}
    assert len(due(cast, CHECK)) == 6


def test_a_cancelled_dose_asks_for_nothing(cast: Cast) -> None:
    cycle = planned(cast)
    move_cycle(cycle=cycle, to=Phase.VOID, by=cast.prescriber, at=NOW, reason="Ill.")
    assert not due(cast, PHQ, cycle=cycle)
    assert len(due(cast, PHQ)) == 5


def test_what_lies_too_far_behind_is_dropped(cast: Cast) -> None:
    planned(cast)
    later = NOW + timedelta(days=200)
    assert send_due_measures(at=later) == 0
    assert not Asked.objects.exists()
    assert MeasureDue.objects.filter(dropped_at=later).count() == MeasureDue.objects.count()


def test_what_is_open_is_not_asked_twice(cast: Cast) -> None:
    planned(cast)
    standing = ask_measure(
        patient=cast.patient, instrument=PHQ, due_at=NOW, in_clinic=True, by=cast.coordinator, at=NOW
    )
    send_due_measures(at=NOW)
    assert Asked.objects.filter(instrument__startswith=PHQ).count() == 1
    assert MeasureDue.objects.filter(asked=standing).count() == 1


def test_without_phone_and_email_it_is_filled_here(cast: Cast) -> None:
    planned(cast)
    Person.objects.filter(pk=cast.patient.person_id).update(phone="", email=None)
    send_due_measures(at=NOW)
    assert Asked.objects.get(instrument__startswith=PHQ).in_clinic
    assert Task.objects.filter(kind="measure", state="open").exists()


def test_a_clinicians_rating_is_a_task_that_the_rating_closes(cast: Cast) -> None:
    treatment = planned(cast).treatment
    line = AskingPlan(instrument="MADRS", when="before", hours=24)
    plan_measure(treatment=treatment, line=line, by=cast.prescriber, at=NOW)
    send_due_measures(at=NOW)
    task = Task.objects.get(kind="rate-madrs")
    assert task.address == reverse("measure-enter", args=[cast.patient.pk, "MADRS"])
    enter_measure(
        patient=cast.patient,
        instrument="MADRS",
        answers=dict.fromkeys((f"q{n}" for n in range(1, 11)), 1.0),
        total=None,
        rated_at=NOW,
        by=cast.prescriber,
        at=NOW,
    )
    task.refresh_from_db()
    assert task.state == "done"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (AskingPlan(instrument="NONE", when="before", hours=1), "not in the signed pack"),
        (AskingPlan(instrument=PHQ, when="during", hours=1), "before or after"),
        (AskingPlan(instrument=PHQ, when="before", hours=24), "already"),
    ],
)
def test_a_line_that_cannot_be_planned_says_why(cast: Cast, line: AskingPlan, says: str) -> None:
    treatment = planned(cast).treatment
    with pytest.raises(Refused, match=says):
        plan_measure(treatment=treatment, line=line, by=cast.prescriber, at=NOW)


def test_a_withdrawn_treatment_asks_for_nothing_more(cast: Cast) -> None:
    knowing_clinic(cast)
    treatment = withdraw_draft(treatment=drafted(cast), by=cast.prescriber, at=NOW)
    line = AskingPlan(instrument="GAD-7", when="after", hours=24)
    with pytest.raises(Refused, match="any more"):
        plan_measure(treatment=treatment, line=line, by=cast.prescriber, at=NOW)
    client = Client()
    client.force_login(cast.prescriber)
    page = client.get(reverse("treatment-asking", args=[treatment.pk])).content.decode()
    assert "Add a questionnaire" not in page


def test_of_two_who_take_it_out_the_second_is_told(cast: Cast) -> None:
    planned(cast)
    line = PlannedMeasure.objects.select_related("treatment__patient__site").get(instrument=PHQ)
    unplan_measure(planned=line, by=cast.prescriber, at=NOW)
    assert not due(cast, PHQ)
    with pytest.raises(Refused, match="a moment ago"):
        unplan_measure(planned=line, by=cast.coordinator, at=NOW)


def test_the_page_shows_and_changes_the_plan(cast: Cast) -> None:
    treatment = planned(cast).treatment
    address, client = reverse("treatment-asking", args=[treatment.pk]), Client()
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    client.force_login(cast.prescriber)
    assert "24 h before each dose" in client.get(address).content.decode().replace("\u00a0", " ")
    typed = {"instrument": "GAD-7", "when": "after", "amount": "2", "unit": "weeks", "every_doses": "1"}
    assert client.post(address, typed).status_code == 302
    line = PlannedMeasure.objects.get(instrument="GAD-7")
    assert (line.when, line.hours) == ("after", 336)
    assert client.post(address, {**typed, "amount": "soon"}).status_code == 422
    assert client.post(reverse("treatment-asking-end", args=[treatment.pk, line.pk])).status_code == 302
    line.refresh_from_db()
    assert line.ended_by == cast.prescriber
    assert client.post(reverse("treatment-asking-end", args=[treatment.pk, 9999])).status_code == 404
    client.force_login(cast.privacy_officer)
    assert client.post(address, typed).status_code in (403, 404)
