"""The speaker series: planned, moved, cancelled; registered with a waiting list; attended by the code of the moment."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from mooring.academy.events.actions import (
    add_recording,
    attend,
    cancel_event,
    move_event,
    plan_event,
    register,
    send_reminders,
    unregister,
)
from mooring.academy.events.models import Registration, SpeakerEvent
from mooring.academy.events.queries import archive, calendar_of, code_of, coming
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.models import Message
from tests.academy.checks.studying import signed_in
from tests.people import NOW, Cast, make_people

pytestmark = pytest.mark.django_db
START = NOW + timedelta(days=3)


def planned(cast: Cast, *, start: datetime = START, seats: int | None = None) -> SpeakerEvent:
    return plan_event(
        site=cast.site,
        title="Stopping well",
        topic="Maintenance",
        summary="When to end a treatment.",
        speaker="Robin Example, MD (fictional)",
        disclosure="No relationship with an ineligible company.",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        live_link="https://meet.example/1",
        seats=seats,
        by=cast.educator,
        at=min(NOW, start - timedelta(days=1)),
    )


def test_of_ten_two_get_the_last_two_seats(cast: Cast) -> None:
    event = planned(cast, seats=2)
    people = make_people({f"Guest {letter}": ((Role.LEARNER, cast.site),) for letter in "ABCDEFGHIJ"})
    held = [register(event=event, person=each, by=each, at=NOW) for each in people]
    assert [each.waiting for each in held] == [False] * 2 + [True] * 8
    unregister(registration=held[0], by=people[0], at=NOW)
    held[2].refresh_from_db()
    assert held[2].waiting is False
    event.refresh_from_db()
    assert event.seats_taken == 2
    assert Message.objects.filter(person=people[2], title__startswith="You have a place").count() == 1
    with pytest.raises(Refused, match="already registered"):
        register(event=event, person=people[1], by=people[1], at=NOW)


def test_an_event_that_is_moved_keeps_places_and_tells_in_each_ones_time(cast: Cast) -> None:
    event = planned(cast)
    cast.learner.time_zone = "Asia/Tokyo"
    cast.learner.save(update_fields=["time_zone"])
    register(event=event, person=cast.learner, by=cast.learner, at=NOW)
    later = datetime(2026, 11, 20, 18, tzinfo=UTC)
    move_event(event=event, starts_at=later, ends_at=later + timedelta(hours=1), by=cast.educator, at=NOW)
    told = Message.objects.get(person=cast.learner)
    assert "21 Nov 2026 03:00" in told.body
    assert Registration.objects.get().cancelled_at is None
    event.refresh_from_db()
    assert event.moved_from == START


def test_the_hour_of_a_wall_stays_across_daylight_saving(cast: Cast) -> None:
    """18:00 in Lisbon on both sides of the change is 17:00 and 18:00 in UTC."""
    lisbon = ZoneInfo("Europe/Lisbon")
    walls = [datetime(2027, 10, day, 18, tzinfo=lisbon) for day in (30, 31)]
    events = [planned(cast, start=wall) for wall in walls]
    calendar = Calendar.from_ical(calendar_of(events, at=NOW))
    starts = [each["dtstart"].dt for each in calendar.walk("VEVENT")]
    assert [each.astimezone(UTC).hour for each in starts] == [17, 18]


def test_the_code_of_the_moment_counts_and_an_old_one_does_not(cast: Cast) -> None:
    event = planned(cast)
    during = START + timedelta(minutes=30)
    code = code_of(event, during)
    with pytest.raises(Refused, match="while the event runs"):
        attend(event=event, person=cast.learner, code=code, by=cast.learner, at=START - timedelta(hours=1))
    with pytest.raises(Refused, match="not the code"):
        attend(event=event, person=cast.learner, code=code, by=cast.learner, at=during + timedelta(minutes=6))
    attended = attend(
        event=event, person=cast.learner, code=code, by=cast.learner, at=during + timedelta(minutes=1)
    )
    assert attended.attended_at == during + timedelta(minutes=1)
    again = attend(
        event=event, person=cast.learner, code=code, by=cast.learner, at=during + timedelta(minutes=1)
    )
    assert (again.pk, Registration.objects.count()) == (attended.pk, 1)


def test_a_reminder_comes_once_and_not_after_a_cancellation(cast: Cast) -> None:
    event, other = planned(cast), planned(cast)
    for each in (event, other):
        register(event=each, person=cast.learner, by=cast.learner, at=NOW)
    cancel_event(event=other, reason="The speaker is ill.", by=cast.educator, at=NOW)
    day_before = START - timedelta(hours=20)
    assert [send_reminders(at=NOW), send_reminders(at=day_before), send_reminders(at=day_before)] == [0, 1, 0]
    assert Message.objects.filter(person=cast.learner, title__startswith="Cancelled").count() == 1


def test_the_recording_comes_after_and_stands_in_the_archive_by_topic(cast: Cast) -> None:
    event = planned(cast)
    after = START + timedelta(hours=3)
    with pytest.raises(Refused, match="after the event"):
        add_recording(event=event, recording="https://x.example", course=None, by=cast.educator, at=NOW)
    add_recording(event=event, recording="https://x.example", course=None, by=cast.educator, at=after)
    assert list(archive(after, topic="Maintenance")) == [event]
    assert not archive(after, topic="Other").exists()
    assert not coming(after).exists()


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [(START, START, "ends before"), (NOW - timedelta(days=1), START, "in the past")],
)
def test_times_that_cannot_be_are_refused(cast: Cast, start: datetime, end: datetime, reason: str) -> None:
    event = planned(cast)
    with pytest.raises(Refused, match=reason):
        move_event(event=event, starts_at=start, ends_at=end, by=cast.educator, at=NOW)


def test_the_pages_and_the_feed(cast: Cast) -> None:
    client, teacher = signed_in(cast.learner), signed_in(cast.educator)
    start = timezone.now() + timedelta(days=2)
    event = planned(cast, start=start)
    page = client.get(reverse("speaker-event", args=[event.pk])).content.decode()
    assert "No relationship with an ineligible company." in page
    assert "Code to show now" not in page
    assert client.post(reverse("speaker-event-place", args=[event.pk]), {"place": "take"}).status_code == 302
    assert "You have a place" in client.get(reverse("speaker-event", args=[event.pk])).content.decode()
    assert "Code to show now" in teacher.get(reverse("speaker-event", args=[event.pk])).content.decode()
    listed = client.get(reverse("speaker-events"))
    feed = Client().get(reverse("speaker-events-feed", args=[listed.context["feed"]]))
    assert b"SUMMARY:Stopping well" in feed.content
    assert Client().get(reverse("speaker-events-feed", args=["forged"])).status_code == 404
    for name in ("speaker-event-move", "speaker-event-cancel", "speaker-event-recording"):
        assert client.get(reverse(name, args=[event.pk])).status_code == 403
        assert teacher.get(reverse(name, args=[event.pk])).status_code == 200
    assert client.get(reverse("speaker-event-plan")).status_code == 403
    assert teacher.get(reverse("speaker-event-plan")).status_code == 200
    assert client.post(reverse("speaker-event", args=[event.pk]), {"code": "000000"}).status_code == 422
    assert client.get(reverse("speaker-event-calendar", args=[event.pk])).status_code == 200
