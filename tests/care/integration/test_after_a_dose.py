"""The contact, the visit and the closing of a cycle, as acts."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from mooring.audit.models import Event
from mooring.care.integration.actions import close_cycle, write_contact, write_visit
from mooring.care.integration.facts import facts_here
from mooring.care.integration.models import Contact, Reached
from mooring.care.sessions.actions import end_dosing, sign_off
from mooring.care.treatments.models import Cycle, CycleOutcome, Phase
from mooring.identity.actions import set_duty
from mooring.identity.models import Credential, Person
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.models import Message, Task
from tests.care.sessions.rows import checked, discharge, minute, opened, recovering, signed_off, started
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db

NEXT_DAY = minute(45) + timedelta(hours=30)
AFTER_THE_WINDOW = minute(45) + timedelta(hours=72)


def integrating(cast: Cast) -> Cycle:
    return Cycle.objects.select_related("treatment__patient__site").get(pk=signed_off(cast).cycle_id)


def contact(cast: Cast, cycle: Cycle, result: Reached = Reached.REACHED, **changed: Any) -> Contact:
    given: dict[str, Any] = {
        "safe": True if result == Reached.REACHED else None,
        "words": "",
        "by": cast.therapist,
        "at": NEXT_DAY,
    }
    return write_contact(cycle=cycle, result=result, **{**given, **changed})


def visit(cast: Cast, cycle: Cycle, at: datetime = NEXT_DAY) -> None:
    write_visit(
        cycle=cycle,
        experience="I stood in the house and did not leave.",
        meaning="It can be looked at.",
        practices="Ten minutes by the window.",
        by=cast.therapist,
        at=at,
    )


def close(cast: Cast, cycle: Cycle, outcome: CycleOutcome = CycleOutcome.COMPLETE, **changed: Any) -> Cycle:
    given: dict[str, Any] = {"reason": "", "by": cast.therapist, "at": NEXT_DAY}
    return close_cycle(
        cycle=Cycle.objects.select_related("treatment__patient__site").get(pk=cycle.pk),
        outcome=outcome,
        **{**given, **changed},
    )


def task_of(kind: str = "integration-contact") -> Task:
    return Task.objects.get(kind=kind)


def test_a_reached_patient_ends_the_duty_and_leaves_an_event(cast: Cast) -> None:
    cycle = integrating(cast)
    contact(cast, cycle, words="Slept well.")
    assert (task_of().state, task_of().outcome) == ("done", "reached")
    event = Event.objects.get(name="care.integration.contact-written")
    assert event.subject == cast.patient.subject_ref
    assert "Slept" not in str(event.detail)


@pytest.mark.parametrize("result", [Reached.LEFT_MESSAGE, Reached.NO_ANSWER])
def test_an_attempt_that_reached_nobody_keeps_the_duty_open(cast: Cast, result: Reached) -> None:
    cycle = integrating(cast)
    contact(cast, cycle, result)
    assert task_of().state == "open"
    assert cycle.contacts.count() == 1


def test_reached_means_that_safety_was_asked(cast: Cast) -> None:
    cycle = integrating(cast)
    with pytest.raises(Refused, match="self-harm"):
        contact(cast, cycle, safe=None)
    assert task_of().state == "open"


def test_escalated_passes_on_and_tells_the_other(cast: Cast) -> None:
    cycle = integrating(cast)
    contact(cast, cycle, Reached.ESCALATED)
    assert (task_of().state, task_of().owner) == ("open", cast.coordinator)
    assert Message.objects.get(task=task_of()).person == cast.coordinator
    with pytest.raises(Refused, match="No one else"):
        contact(cast, cycle, Reached.ESCALATED, by=cast.coordinator)


def on_duty(cast: Cast, person: Person, role: str) -> None:
    set_duty(
        site=cast.site,
        role=role,
        person=person,
        starts_at=NOW,
        ends_at=NOW + timedelta(days=7),
        by=cast.director,
        at=NOW,
    )


def test_not_safe_pages_a_prescriber_who_answers_it(cast: Cast) -> None:
    cycle = integrating(cast)
    on_duty(cast, cast.prescriber, Role.PRESCRIBER)
    with pytest.raises(Refused, match="Describe what"):
        contact(cast, cycle, safe=False)
    contact(cast, cycle, safe=False, words="New thoughts since last night; a friend is with her.")
    concern = task_of("concern")
    assert (concern.owner, concern.urgent) == (cast.prescriber, True)
    assert concern.due_at == NEXT_DAY + timedelta(minutes=15)
    message = Message.objects.get(task=concern)
    assert message.urgent
    assert "thoughts" not in message.title + message.body, "no health text leaves the record"
    visit(cast, cycle)
    with pytest.raises(Refused, match="urgent response is open"):
        close(cast, cycle)
    contact(cast, cycle)
    assert task_of("concern").state == "open", "only a prescriber's contact answers it"
    contact(cast, cycle, words="Seen. Safety plan made.", by=cast.prescriber)
    assert task_of("concern").outcome == "answered"
    assert close(cast, cycle).phase == Phase.CLOSED


def test_before_the_patient_left_there_is_no_contact(cast: Cast) -> None:
    cycle = Cycle.objects.get(pk=started(cast).cycle_id)
    with pytest.raises(Refused, match="between discharge"):
        contact(cast, cycle)
    with pytest.raises(Refused, match="sign-off"):
        visit(cast, cycle)


def test_contact_and_visit_close_the_cycle_with_an_outcome(cast: Cast) -> None:
    cycle = integrating(cast)
    with pytest.raises(Refused) as refused:
        close(cast, cycle)
    assert len(refused.value.reasons) == 2
    contact(cast, cycle)
    visit(cast, cycle)
    closed = close(cast, cycle)
    assert (closed.phase, closed.outcome, closed.closed_at) == ("closed", "complete", NEXT_DAY)
    with pytest.raises(Refused):
        close(cast, cycle)
    with pytest.raises(Refused):
        visit(cast, cycle)


def test_the_outcome_agrees_with_what_the_log_says_was_given(cast: Cast) -> None:
    session = started(cast)
    end_dosing(
        session=session,
        given_ml=Decimal("20"),
        reason="patient-wish",
        happened_at=minute(30),
        key=uuid4(),
        by=cast.monitor,
        at=minute(30),
    )
    discharge(cast, checked(cast, session), minute(105))
    sign_off(session=session, key=uuid4(), by=cast.prescriber, at=minute(120))
    contact(cast, session.cycle)
    visit(cast, session.cycle)
    with pytest.raises(Refused, match="stopped early"):
        close(cast, session.cycle)
    assert close(cast, session.cycle, CycleOutcome.STOPPED_EARLY).outcome == "stopped-early"


def test_the_whole_dose_was_not_stopped_early(cast: Cast) -> None:
    cycle = integrating(cast)
    contact(cast, cycle)
    visit(cast, cycle)
    with pytest.raises(Refused, match="whole dose"):
        close(cast, cycle, CycleOutcome.STOPPED_EARLY)


def test_lost_only_after_the_window_with_attempts_and_a_reason(cast: Cast) -> None:
    cycle = integrating(cast)
    with pytest.raises(Refused) as refused:
        close(cast, cycle, CycleOutcome.LOST, at=AFTER_THE_WINDOW - timedelta(minutes=1))
    assert len(refused.value.reasons) == 3
    contact(cast, cycle, Reached.NO_ANSWER)
    contact(cast, cycle, Reached.LEFT_MESSAGE)
    with pytest.raises(Refused, match="window is open"):
        close(
            cast, cycle, CycleOutcome.LOST, reason="Moved away.", at=AFTER_THE_WINDOW - timedelta(minutes=1)
        )
    with pytest.raises(Refused, match="Enter why"):
        close(cast, cycle, CycleOutcome.LOST, at=AFTER_THE_WINDOW)
    closed = close(cast, cycle, CycleOutcome.LOST, reason="Moved away.", at=AFTER_THE_WINDOW)
    assert (closed.outcome, closed.reason) == ("lost", "Moved away.")
    assert (task_of().state, task_of().outcome) == ("done", "lost")


def test_case_g11_an_early_call_is_a_call_and_leaves_the_follow_up_due(cast: Cast) -> None:
    """Case G11: "reached" three hours after the dose, then the visit: the cycle is not complete."""
    cycle = integrating(cast)
    early = contact(cast, cycle, at=minute(45) + timedelta(hours=3))
    assert not early.is_follow_up
    assert task_of().state == "open"
    visit(cast, cycle)
    with pytest.raises(Refused, match="follow-up is still due"):
        close(cast, cycle)
    assert contact(cast, cycle).is_follow_up
    assert task_of().state == "done"
    assert close(cast, cycle).phase == Phase.CLOSED


def test_not_safe_in_an_early_call_pages_a_prescriber_too(cast: Cast) -> None:
    cycle = integrating(cast)
    on_duty(cast, cast.prescriber, Role.PRESCRIBER)
    contact(cast, cycle, safe=False, words="Frightened.", at=minute(45) + timedelta(hours=3))
    assert task_of("concern").urgent


def test_the_visit_asks_for_the_competence_that_the_pack_names(cast: Cast) -> None:
    cycle = integrating(cast)
    Credential.objects.filter(person=cast.therapist, kind="ketamine-course").update(revoked_at=NOW)
    with pytest.raises(Refused, match="not recorded"):
        visit(cast, cycle)


def test_who_was_reached_is_not_lost(cast: Cast) -> None:
    cycle = integrating(cast)
    contact(cast, cycle)
    contact(cast, cycle, Reached.NO_ANSWER)
    with pytest.raises(Refused, match="not lost"):
        close(cast, cycle, CycleOutcome.LOST, reason="No reason.", at=AFTER_THE_WINDOW)


def test_a_cycle_without_a_dose_is_not_closed(cast: Cast) -> None:
    with pytest.raises(Refused, match="No dose was given"):
        close(cast, opened(cast).cycle)


def test_a_dose_is_never_void(cast: Cast) -> None:
    session = recovering(cast)
    with pytest.raises(Refused):
        close(cast, session.cycle)


def test_in_an_infusion_clinic_the_visit_is_offered_and_what_came_of_it_is_written(cast: Cast) -> None:
    cast.site.programme = "infusion-clinic"
    cast.site.save(update_fields=["programme"])
    cycle = integrating(cast)
    contact(cast, cycle)
    with pytest.raises(Refused, match="write that it was offered"):
        close(cast, cycle)
    assert [fact.value for fact in facts_here(cast.patient, NEXT_DAY)] == ["no"]
    closed = close(cast, cycle, reason="Offered; he talks with his own therapist on Friday.")
    assert (closed.phase, closed.outcome) == ("closed", "complete")
