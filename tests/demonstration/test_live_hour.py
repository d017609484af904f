"""The demonstration's sessions go on: a device measures, a drop keeps entries for later, an emergency stays open."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.models import MinuteOfReadings, StoredReading
from mooring.care.sessions.queries import chart_of
from mooring.demonstration.live_hour import LiveHour
from mooring.rules.session_entry import EntryKind
from tests.care.sessions.rows import started
from tests.people import Cast, make_patient

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_a_device_measures_and_what_is_due_is_taken(cast_now: Cast) -> None:
    now = timezone.now()
    session = started(cast_now, now - timedelta(minutes=10))
    hour = LiveHour()
    for second in range(0, 100, 5):
        hour.turn(now + timedelta(seconds=second))
    assert StoredReading.objects.count() >= 95
    assert StoredReading.objects.filter(artefact=True).exists()
    assert MinuteOfReadings.objects.count() >= 2
    for minute in range(1, 9):
        hour.turn(now + timedelta(minutes=minute))
    chart = chart_of(session, now + timedelta(minutes=9))
    assert not chart.overdue
    assert any(signs.at > now for signs in chart.state.vitals)


def test_an_open_emergency_is_left_to_people(cast_now: Cast) -> None:
    now = timezone.now()
    session = started(cast_now, now - timedelta(minutes=10))
    write_entry(
        session=session,
        kind=EntryKind.EMERGENCY,
        facts={},
        happened_at=now,
        key=uuid4(),
        by=cast_now.monitor,
        at=now,
    )
    count = session.entries.count()
    LiveHour().turn(now + timedelta(minutes=20))
    assert session.entries.count() == count


def test_the_infusion_ends_when_its_time_is_over(cast_now: Cast) -> None:
    now = timezone.now()
    session = started(cast_now, now - timedelta(minutes=50))
    LiveHour().turn(now)
    assert session.entries.filter(kind="dosing-ended").count() == 1


def test_what_was_tapped_while_the_network_was_away_comes_late_at_its_own_time(cast_now: Cast) -> None:
    now = timezone.now()
    started(cast_now, now - timedelta(minutes=30))
    other = make_patient(cast_now.site, "Otto Lind", (cast_now.therapist, "therapist"))
    dropped = started(Cast(**{**cast_now.__dict__, "patient": other}), now - timedelta(minutes=17))
    start = chart_of(dropped, now).state.started_at
    assert start is not None
    hour, count = LiveHour(), dropped.entries.count()
    away = start + timedelta(minutes=12)
    hour.turn(away)
    hour.turn(away + timedelta(minutes=2))
    assert dropped.entries.count() == count
    hour.turn(away + timedelta(minutes=4))
    entry = dropped.entries.latest("id")
    assert entry.kind == "vitals"
    assert entry.stored_at - entry.at > timedelta(minutes=1)
