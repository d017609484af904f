"""No patient in care is forgotten: where no room owes the next step, the clock makes it a task of who takes it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.care.patients.actions import merge_records
from mooring.care.patients.models import Patient
from mooring.care.screening.actions import send_link_again, send_screening, withdraw_screening
from mooring.care.treatments.actions import sign_treatment
from mooring.care.treatments.models import Phase, Treatment
from mooring.care.treatments.waiting import (
    LOOK_AGAIN_AFTER,
    NO_ANSWER_AFTER,
    RESTS,
    TOLD_WITHIN,
    look_after_patients,
)
from mooring.identity.roles import Role
from mooring.work.actions import close_tasks_about
from mooring.work.models import Task, TaskState
from tests.care.consents.signing import signed_consent
from tests.care.screening.screenings import answered, sent
from tests.care.treatments.before_dosing import drafted, knowing_clinic, planned
from tests.care.treatments.rows import cycle_in, decided_screening, signed_treatment
from tests.people import NOW, Cast, make_patient

pytestmark = pytest.mark.django_db


def asked(at: datetime = NOW) -> list[tuple[str, str]]:
    """The clock's tasks of this kind, once it has looked."""
    look_after_patients(at=at)
    open_ones = Task.objects.filter(state=TaskState.OPEN, kind__startswith="next-")
    return [(task.kind, task.role) for task in open_ones.order_by("kind")]


def test_somebody_admitted_without_a_screening_is_the_coordinators(cast: Cast) -> None:
    assert asked() == [("next-screening", Role.COORDINATOR)]
    task = Task.objects.get(kind="next-screening")
    assert (task.subject, task.subject_name) == (cast.patient.subject_ref, str(cast.patient))
    assert asked(NOW + timedelta(days=3)) == [("next-screening", Role.COORDINATOR)]  # one, not one a look


def test_questions_without_an_answer_are_asked_about_after_three_days(cast: Cast) -> None:
    screening = sent(cast)
    assert asked(NOW + NO_ANSWER_AFTER - timedelta(minutes=1)) == []
    late = NOW + NO_ANSWER_AFTER
    assert asked(late) == [("next-answer", Role.COORDINATOR)]
    send_link_again(screening=screening, by=cast.coordinator, at=late)
    assert asked(late + timedelta(minutes=1)) == []
    assert asked(late + NO_ANSWER_AFTER) == [("next-answer", Role.COORDINATOR)]
    withdraw_screening(screening=screening, by=cast.coordinator, at=late + NO_ANSWER_AFTER)
    assert asked(late + NO_ANSWER_AFTER) == [("next-screening", Role.COORDINATOR)]


def test_an_answered_screening_has_its_own_task(cast: Cast) -> None:
    answered(cast)
    assert asked(NOW + timedelta(days=30)) == []


def test_who_waits_is_looked_at_again(cast: Cast) -> None:
    decided_at = decided_screening(cast, decision="wait").decided_at
    assert decided_at is not None
    assert asked(decided_at + LOOK_AGAIN_AFTER - timedelta(minutes=1)) == []
    assert asked(decided_at + LOOK_AGAIN_AFTER) == [("next-wait", Role.PRESCRIBER)]
    send_screening(patient=cast.patient, by=cast.prescriber, at=NOW)
    assert asked() == []


def test_who_is_not_eligible_is_told(cast: Cast) -> None:
    decided_at = decided_screening(cast, decision="not-eligible").decided_at
    assert decided_at is not None
    assert asked(decided_at + timedelta(hours=1)) == [("next-tell", Role.COORDINATOR)]
    assert asked(decided_at + TOLD_WITHIN) == [("next-tell", Role.COORDINATOR)]  # asked already: it stays
    close_tasks_about(cast.patient, kind="next-tell", outcome="told", by=cast.coordinator, at=NOW)
    assert asked() == []


def test_a_decision_of_long_ago_is_not_asked_about(cast: Cast) -> None:
    decided_at = decided_screening(cast, decision="not-eligible").decided_at
    assert decided_at is not None
    assert asked(decided_at + TOLD_WITHIN) == []


def test_the_eligible_go_from_consent_to_plan_to_signature(cast: Cast) -> None:
    pack = knowing_clinic(cast)
    decided_screening(cast)
    assert asked() == [("next-consent", Role.COORDINATOR)]
    signed_consent(cast, pack, at=NOW)
    assert asked() == [("next-plan", Role.PRESCRIBER)]
    assert Task.objects.get(kind="next-consent").state == TaskState.DONE


def test_a_drafted_plan_is_to_be_signed(cast: Cast) -> None:
    pack = knowing_clinic(cast)
    treatment = drafted(cast)
    assert asked() == [("next-sign", Role.PRESCRIBER)]
    signed_consent(cast, pack, at=NOW)
    sign_treatment(treatment=treatment, by=cast.prescriber, at=NOW)
    assert asked() == []


def test_a_treatment_of_which_nothing_is_owed_is_decided_on(cast: Cast) -> None:
    cycle = planned(cast)
    assert asked() == []
    for each in cycle.treatment.cycles.all():
        close_tasks_about(each, kind="preparation", outcome="done", by=cast.therapist, at=NOW)
    assert asked() == [("next-follow", Role.PRESCRIBER)]


def test_an_ended_treatment_is_waited_for_by_nobody_until_a_new_screening(cast: Cast) -> None:
    treatment = signed_treatment(cast)
    cycle_in(Phase.CLOSED, treatment)
    type(treatment).objects.update(
        state="ended", ended_by=cast.prescriber, ended_at=NOW - timedelta(days=1), outcome="remission"
    )
    assert asked() == []
    sent(cast)
    assert asked(NOW + NO_ANSWER_AFTER) == [("next-answer", Role.COORDINATOR)]


def page_of(patient: Patient) -> str:
    return reverse("next-step", args=[patient.pk])


@pytest.fixture
def waiting(cast: Cast) -> Task:
    """The next step of the cast's patient, as the clock made it."""
    look_after_patients(at=timezone.now())
    return Task.objects.get(kind="next-screening")


def test_a_step_is_put_off_to_a_day(client: Client, cast: Cast, waiting: Task) -> None:
    client.force_login(cast.coordinator)
    page = client.get(page_of(cast.patient))
    assert "Send the screening" in page.content.decode()
    day = cast.site.today(timezone.now()) + timedelta(days=20)
    answer = client.post(page_of(cast.patient), {"what": "later", "day": day.isoformat()})
    assert answer.status_code == 302
    waiting.refresh_from_db()
    assert cast.site.local(waiting.opens_at).date() == cast.site.local(waiting.due_at).date() == day
    assert asked(timezone.now()) == [
        ("next-screening", Role.COORDINATOR)
    ]  # the same one; not another beside it


@pytest.mark.parametrize(
    ("what", "day"), [("later", ""), ("later", "2020-01-01"), ("later", "2999-01-01"), ("", "")]
)
def test_a_step_is_not_put_off_to_nowhere(
    client: Client, cast: Cast, waiting: Task, what: str, day: str
) -> None:
    client.force_login(cast.coordinator)
    assert client.post(page_of(cast.patient), {"what": what, "day": day}).status_code == 422
    before = waiting.due_at
    waiting.refresh_from_db()
    assert (waiting.state, waiting.due_at) == (TaskState.OPEN, before)


@pytest.mark.parametrize("why", RESTS)
def test_who_does_not_go_on_is_asked_about_no_more(
    client: Client, cast: Cast, waiting: Task, why: str
) -> None:
    client.force_login(cast.coordinator)
    assert client.post(page_of(cast.patient), {"what": why}).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.outcome, waiting.closed_by) == (TaskState.DONE, why, cast.coordinator)
    later = timezone.now() + timedelta(days=60)
    assert asked(later) == []
    sent(cast, at=later)  # they came back
    assert asked(later + NO_ANSWER_AFTER) == [("next-answer", Role.COORDINATOR)]


def test_who_reads_may_not_put_off_and_a_stranger_sees_nothing(
    client: Client, cast: Cast, waiting: Task
) -> None:
    client.force_login(cast.monitor)
    assert client.get(page_of(cast.patient)).status_code == 200
    assert client.post(page_of(cast.patient), {"what": "elsewhere"}).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(page_of(cast.patient)).status_code == 404
    assert client.get(page_of(cast.patient) + "0/").status_code == 404
    waiting.refresh_from_db()
    assert waiting.state == TaskState.OPEN


def test_two_records_of_one_person_are_one_patient_who_waits(cast: Cast) -> None:
    """The treatment ended in the record that was merged; the kept one has nothing but its admission."""
    cycle_in(Phase.CLOSED, signed_treatment(cast))
    Treatment.objects.update(
        state="ended", ended_by=cast.prescriber, ended_at=NOW - timedelta(days=1), outcome="remission"
    )
    kept = make_patient(cast.site, "Calloway Ruth-Ann")
    assert asked() == [("next-screening", Role.COORDINATOR)]
    merge_records(merged=cast.patient, kept=kept, reason="One person.", by=cast.coordinator, at=NOW)
    assert asked() == []


def test_a_look_reads_no_closed_history(cast: Cast, django_assert_max_num_queries: Any) -> None:
    """A clinic has thousands of patients whose treatment ended; the clock reads them in the database alone."""
    cycle_in(Phase.CLOSED, signed_treatment(cast))
    Treatment.objects.update(
        state="ended", ended_by=cast.prescriber, ended_at=NOW - timedelta(days=1), outcome="remission"
    )
    with django_assert_max_num_queries(2):
        assert look_after_patients(at=NOW) == 0
