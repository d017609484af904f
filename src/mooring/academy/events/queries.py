"""Reads of events: what comes, the archive by topic, the code of the moment, calendar files."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from icalendar import Calendar, Event

from mooring.academy.events.models import Registration, SpeakerEvent
from mooring.identity.models import Person

CODE_MINUTES = 2
"""How long a code is shown; the one before it is taken, too. Design default."""
ATTENDED_AROUND = timedelta(minutes=15)
"""How long before the start and after the end a code is taken. Design default."""


class Attended(Protocol):
    """What attendance is recorded for: it runs from when to when, and its secret makes the code."""

    starts_at: datetime
    ends_at: datetime
    secret: str


def coming(at: datetime) -> "QuerySet[SpeakerEvent]":
    """Events that are not over, the next first; cancelled ones stay listed until their day has passed."""
    return SpeakerEvent.objects.filter(ends_at__gte=at).order_by("starts_at", "pk")


def archive(at: datetime, *, topic: str = "") -> "QuerySet[SpeakerEvent]":
    """Events that are over, the newest first."""
    found = SpeakerEvent.objects.filter(ends_at__lt=at, cancelled_at__isnull=True)
    if topic:
        found = found.filter(topic=topic)
    return found.select_related("recording_course").order_by("-starts_at", "-pk")


def registration_of(person: Person, event: SpeakerEvent) -> Registration | None:
    return event.registrations.filter(person=person, cancelled_at__isnull=True).first()


def attended_event_of(person: Person, course_pk: int) -> tuple[bool, datetime | None]:
    """Whether a course is the activity of live events, and when this person attended one of them first."""
    events = SpeakerEvent.objects.filter(credit_course=course_pk, cancelled_at__isnull=True)
    if not events.exists():
        return False, None
    row = Registration.objects.filter(event__in=events, person=person, attended_at__isnull=False)
    return True, row.order_by("attended_at").values_list("attended_at", flat=True).first()


def is_running(event: Attended, at: datetime) -> bool:
    """Whether attendance is recorded now."""
    return event.starts_at - ATTENDED_AROUND <= at <= event.ends_at + ATTENDED_AROUND


def code_of(event: Attended, at: datetime) -> str:
    """The six figures that are shown in the room at this moment."""
    window = int(at.timestamp() // (60 * CODE_MINUTES))
    made = hmac.new(event.secret.encode(), str(window).encode(), hashlib.sha256).digest()
    return str(int.from_bytes(made[:4], "big") % 1_000_000).zfill(6)


def takes_code(event: Attended, code: str, at: datetime) -> bool:
    """Whether a code is the one of now or of the window before."""
    known = (code_of(event, at), code_of(event, at - timedelta(minutes=CODE_MINUTES)))
    return any(hmac.compare_digest(each, code.strip()) for each in known)


def calendar_of(events: Iterable[SpeakerEvent], *, at: datetime) -> bytes:
    """The events as a calendar file (RFC 5545), in UTC, so that every calendar shows its own time."""
    calendar = Calendar()
    calendar.add("prodid", "-//Mooring//academy//EN")
    calendar.add("version", "2.0")
    for each in events:
        entry = Event()
        entry.add("uid", f"event-{each.pk}@mooring")
        entry.add("dtstamp", at.astimezone(UTC))
        entry.add("dtstart", each.starts_at.astimezone(UTC))
        entry.add("dtend", each.ends_at.astimezone(UTC))
        entry.add("summary", each.title)
        entry.add("description", each.summary)
        entry.add("url", settings.PUBLIC_ADDRESS + reverse("speaker-event", args=[each.pk]))
        entry.add("status", "CANCELLED" if each.cancelled_at else "CONFIRMED")
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
