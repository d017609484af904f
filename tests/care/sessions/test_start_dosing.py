"""The start: what it moves, what it makes somebody's duty, and what stops it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from mooring.audit.models import Event
from mooring.care.sessions.actions import start_dosing
from mooring.care.sessions.models import Session
from mooring.care.treatments.actions import move_cycle
from mooring.care.treatments.models import Cycle, DoseOrder, Phase
from mooring.identity.actions import set_duty
from mooring.identity.models import CareTeamMember
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.sessions.rows import confirmed, minute, opened, started
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def start(cast: Cast, session: Session, happened: float = 5, now: float = 5) -> None:
    start_dosing(session=session, happened_at=minute(happened), key=uuid4(), by=cast.monitor, at=minute(now))


def test_the_start_moves_the_cycle_and_leaves_an_event(cast: Cast) -> None:
    session = started(cast)
    cycle = Cycle.objects.get(pk=session.cycle_id)
    assert (cycle.phase, cycle.administered) == (Phase.DOSING, True)
    event = Event.objects.get(name="care.sessions.started")
    assert event.subject == cast.patient.subject_ref


def test_the_contact_afterwards_is_somebodys_duty_from_now_on(cast: Cast) -> None:
    set_duty(
        site=cast.site,
        role=Role.COORDINATOR,
        person=cast.coordinator,
        starts_at=NOW - timedelta(hours=2),
        ends_at=NOW + timedelta(hours=6),
        by=cast.director,
        at=NOW,
    )
    session = started(cast)
    task = Task.objects.get(kind="integration-contact")
    planned_end = minute(5 + 40)
    assert (task.owner, task.fallback) == (cast.therapist, cast.coordinator)
    assert task.about == f"care_treatments.cycle:{session.cycle_id}"
    assert (task.opens_at, task.due_at, task.escalate_at) == (
        planned_end + timedelta(hours=24),
        planned_end + timedelta(hours=72),
        planned_end + timedelta(hours=72),
    )


def test_without_a_therapist_the_role_owns_the_contact(cast: Cast) -> None:
    CareTeamMember.objects.filter(role=Role.THERAPIST).update(until=NOW)
    started(cast)
    task = Task.objects.get(kind="integration-contact")
    assert (task.owner, task.role) == (None, Role.THERAPIST)


def test_a_withdrawn_order_starts_nothing(cast: Cast) -> None:
    session = confirmed(cast, opened(cast))
    DoseOrder.objects.update(withdrawn_at=minute(4), withdrawn_by=cast.prescriber)
    with pytest.raises(Refused, match="withdrawn"):
        start(cast, session)
    assert Cycle.objects.get(pk=session.cycle_id).phase == Phase.READY
    assert not Task.objects.filter(kind="integration-contact").exists()


def test_readiness_that_lapsed_meanwhile_starts_nothing(cast: Cast) -> None:
    session = confirmed(cast, opened(cast))
    move_cycle(cycle=session.cycle, to=Phase.PREPARE, by=cast.prescriber, at=minute(4))
    with pytest.raises(Refused):
        start(cast, session)
    assert not session.entries.filter(kind="started").exists()


def test_the_start_is_not_before_the_time_out_nor_in_the_future(cast: Cast) -> None:
    session = confirmed(cast, opened(cast))
    with pytest.raises(Refused, match="double check comes before"):
        start(cast, session, happened=3)
    with pytest.raises(Refused, match="future"):
        start(cast, session, happened=6)


def test_a_second_start_is_refused(cast: Cast) -> None:
    session = started(cast)
    with pytest.raises(Refused):
        start(cast, session, 6, 6)
    assert session.entries.filter(kind="started").count() == 1
