"""Somebody writes: the lead is stored, an answer is promised and owed, and an earlier one is recognised."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from mooring.audit.models import Event
from mooring.care.referrals.models import Lead
from mooring.care.referrals.queries import answered_by
from mooring.identity.models import Duty, Site
from mooring.identity.roles import Role
from mooring.work.models import Task
from tests.care.referrals.leads import received
from tests.people import NOW, Cast, make_patient

CLINIC = Site(
    name="Elm Quay", time_zone="America/Los_Angeles", opens_at=time(8), closes_at=time(18), open_days="12345"
)


def local(site: Site, year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=site.zone)


@pytest.mark.parametrize(
    ("came", "promised"),
    [
        ((2026, 11, 12, 10, 0), (2026, 11, 13, 10, 0)),  # Thursday: the same time on Friday
        ((2026, 11, 13, 17, 0), (2026, 11, 16, 18, 0)),  # Friday: Saturday is closed, so Monday's close
        ((2026, 11, 14, 9, 0), (2026, 11, 17, 8, 0)),  # Saturday: counted from Monday's opening
        ((2026, 11, 12, 20, 0), (2026, 11, 16, 18, 0)),  # after hours: from Friday 8:00, Saturday, Monday
    ],
)
def test_an_answer_is_promised_in_the_clinics_own_hours(
    came: tuple[int, int, int, int, int], promised: tuple[int, int, int, int, int]
) -> None:
    assert answered_by(CLINIC, local(CLINIC, *came), 24) == local(CLINIC, *promised)


def test_a_change_of_clocks_moves_no_opening_hour() -> None:
    """Clocks go back on 1 November 2026 in Oregon; Monday still closes at 18:00 local."""
    promised = answered_by(CLINIC, local(CLINIC, 2026, 10, 30, 17, 0), 24)
    assert (promised.hour, promised.utcoffset()) == (18, local(CLINIC, 2026, 11, 2, 18, 0).utcoffset())


@settings(deadline=None, max_examples=80)
@given(
    at=some.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    hours=some.integers(1, 200),
    days=some.sets(some.sampled_from("1234567")).map(lambda found: "".join(sorted(found))),
)
def test_the_promise_lies_ahead_and_in_open_hours_or_at_a_close(at: datetime, hours: int, days: str) -> None:
    site = Site(name="x", time_zone="Europe/Lisbon", opens_at=time(9), closes_at=time(17), open_days=days)
    promised = answered_by(site, at, hours)
    assert promised > at
    if days:
        assert site.is_open(promised) or site.local(promised).time() == time(17)


def test_the_lead_is_stored_with_a_task_and_an_event(cast: Cast) -> None:
    Duty.objects.create(
        site=cast.site,
        role=Role.COORDINATOR,
        person=cast.coordinator,
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
        ends_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    lead = received(cast.site)
    task = Task.objects.get(kind="fit-call")
    assert (task.role, task.owner, task.due_at) == (Role.COORDINATOR, cast.coordinator, lead.answer_by)
    assert (lead.owner, lead.stage, lead.move) == (cast.coordinator, "received", "clinic")
    event = Event.objects.get(name="care.referrals.received")
    assert event.actor == "visitor"
    assert "Sara" not in str(event.detail)


@pytest.mark.parametrize(
    "changed",
    [
        {"phone": "", "email": "", "legal_name": "  sara  LINDQVIST ", "prefers": "phone"},
        {"phone": "", "email": "SARA@example.net", "birth_date": date(1990, 1, 1), "legal_name": "S"},
        {"phone": "+1 (503) 555-0142", "email": "", "birth_date": date(1990, 1, 1), "legal_name": "S"},
    ],
)
def test_an_earlier_lead_is_recognised(cast: Cast, changed: dict[str, Any]) -> None:
    first = received(cast.site)
    if not (changed["phone"] or changed["email"]):
        changed = {**changed, "email": "another@example.net"}
    assert received(cast.site, **changed).may_be_lead == first


def test_somebody_else_is_not_taken_for_an_earlier_one(cast: Cast) -> None:
    received(cast.site)
    other = received(cast.site, legal_name="Sara Holm", phone="503 555 0942", email="holm@example.net")
    assert other.may_be_lead is None


def test_a_patient_is_recognised_by_phone_and_by_name(cast: Cast) -> None:
    assert received(cast.site, phone="1 503 555 0142", email="").may_be_patient == cast.patient
    patient = make_patient(cast.other_site, "Owen Castle")
    by_name = received(cast.site, legal_name="owen castle", birth_date=patient.birth_date, phone="")
    assert by_name.may_be_patient == patient


def test_recognising_asks_no_more_of_the_database_when_there_are_more(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        received(cast.site, legal_name=f"Person {number}", phone=f"503 555 1{number:03}", email="")
    assert Lead.objects.count() == 20
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        received(cast.site, at=NOW)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Garcia-Lopez", "Ana Garcia Lopez"),
        ("Ana García López", "ana garcia-lopez"),
        ("Ana Garcia Lopez", "Ana\u200b Garcia Lopez"),
        ("Ana Garcia Lopez", "Garcia Lopez, Ana"),
        ("Sean O'Neil", "Sean O\u2019Neil"),
    ],
)
def test_case_w5_the_same_person_in_another_spelling_is_flagged(cast: Cast, one: str, other: str) -> None:
    """Case W5: hyphens, accents, what nobody sees, order and apostrophes are no other person."""
    first = received(cast.site, legal_name=one, phone="+1 503 555 0161", email="")
    second = received(cast.site, legal_name=other, phone="+1 503 555 0162", email="")
    assert second.may_be_lead == first


def test_the_same_phone_in_another_writing_is_flagged(cast: Cast) -> None:
    first = received(cast.site, legal_name="Ana Silva", phone="(503) 555-0161", email="")
    second = received(
        cast.site, legal_name="Ben Okafor", phone="503.555.0161", email="", birth_date=date(1970, 2, 2)
    )
    assert second.may_be_lead == first
