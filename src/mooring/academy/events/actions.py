"""Acts on events: planning, moving, cancelling; registering and its waiting list; attending; the recording."""

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.courses.models import Course
from mooring.academy.events.models import Registration, SpeakerEvent
from mooring.academy.events.queries import is_running, registration_of, takes_code
from mooring.academy.learning.actions import enrol
from mooring.academy.learning.models import Enrolment
from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.identity.models import Person, Site
from mooring.rules.verdict import Refused
from mooring.sentences.times import dated_moment_words
from mooring.work.actions import best_channel, write_message
from mooring.work.models import Channel

REMINDED_BEFORE = timedelta(hours=24)


@recorded("academy.events.planned")
def plan_event(
    *,
    site: Site,
    title: str,
    topic: str,
    summary: str,
    speaker: str,
    disclosure: str,
    starts_at: datetime,
    ends_at: datetime,
    live_link: str = "",
    seats: int | None = None,
    by: Person,
    at: datetime,
) -> SpeakerEvent:
    """Plan an event. Refused without what the speaker disclosed, in the past, or when it ends before it starts."""
    if not disclosure.strip():
        raise Refused(_("Record what the speaker disclosed, or that there was nothing."))
    _fits(starts_at, ends_at, at)
    return SpeakerEvent.objects.create(
        site=site,
        title=title,
        topic=topic,
        summary=summary,
        speaker=speaker,
        disclosure=disclosure,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=site.time_zone,
        live_link=live_link,
        seats=seats,
        secret=secrets.token_hex(32),
        planned_at=at,
        planned_by=by,
    )


def _fits(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refused(_("The event ends before it starts."))
    if starts_at <= at:
        raise Refused(_("The event starts in the past."))


@recorded("academy.events.moved")
def move_event(
    *, event: SpeakerEvent, starts_at: datetime, ends_at: datetime, by: Person, at: datetime
) -> SpeakerEvent:
    """Move an event: everybody keeps their place and is told, and reminded again."""
    _fits(starts_at, ends_at, at)
    done = SpeakerEvent.objects.filter(
        pk=event.pk, cancelled_at__isnull=True, starts_at=event.starts_at, ends_at__gt=at
    ).update(moved_from=F("starts_at"), starts_at=starts_at, ends_at=ends_at)
    if done != 1:
        raise Refused(_("This event was moved or cancelled, or has ended."))
    event.refresh_from_db()
    event.registrations.update(reminded_at=None)
    for each in _registered(event):
        said = _("It is now on {moment}. You keep your place.")
        _tell(each.person, event, _("Moved: {title}"), said, by, at)
    return event


@recorded("academy.events.cancelled")
def cancel_event(*, event: SpeakerEvent, reason: str, by: Person, at: datetime) -> SpeakerEvent:
    """Cancel an event, with a reason that everybody who registered reads."""
    if not reason.strip():
        raise Refused(_("Give the reason. Everyone who registered reads it."))
    done = SpeakerEvent.objects.filter(pk=event.pk, cancelled_at__isnull=True, ends_at__gt=at).update(
        cancelled_at=at, reason=reason.strip()[:300]
    )
    if done != 1:
        raise Refused(_("This event was already cancelled, or has ended."))
    event.refresh_from_db()
    for each in _registered(event):
        _tell(each.person, event, _("Cancelled: {title}"), event.reason, by, at)
    return event


@recorded("academy.events.registered")
def register(*, event: SpeakerEvent, person: Person, by: Person, at: datetime) -> Registration:
    """Register; when all seats are taken, on the waiting list. Of ten at once, two get the last two seats."""
    if event.cancelled_at is not None or event.is_over(at):
        raise Refused(_("This event was cancelled, or has ended."))
    if registration_of(person, event) is not None:
        raise Refused(_("You are already registered."))
    free = Q(seats__isnull=True) | Q(seats_taken__lt=F("seats"))
    taken = SpeakerEvent.objects.filter(free, pk=event.pk, cancelled_at__isnull=True).update(
        seats_taken=F("seats_taken") + 1
    )
    note(waiting=taken != 1)
    return Registration.objects.create(event=event, person=person, registered_at=at, waiting=taken != 1)


@recorded("academy.events.registration-cancelled")
def unregister(*, registration: Registration, by: Person, at: datetime) -> Registration:
    """Give a place back; the first on the waiting list gets it and is told."""
    done = Registration.objects.filter(
        pk=registration.pk, cancelled_at__isnull=True, attended_at__isnull=True
    ).update(cancelled_at=at)
    if done != 1:
        raise Refused(_("This registration has ended already."))
    event = registration.event
    if not registration.waiting:
        following = event.registrations.filter(waiting=True, cancelled_at__isnull=True).order_by("pk").first()
        if following is not None:
            Registration.objects.filter(pk=following.pk).update(waiting=False)
            _tell(following.person, event, _("You have a place: {title}"), _("On {moment}."), by, at)
        else:
            SpeakerEvent.objects.filter(pk=event.pk, seats_taken__gt=0).update(
                seats_taken=F("seats_taken") - 1
            )
    registration.refresh_from_db()
    return registration


@recorded("academy.events.attended")
def attend(*, event: SpeakerEvent, person: Person, code: str, by: Person, at: datetime) -> Registration:
    """Record attendance by the code that is shown in the room; it changes every two minutes.

    Who did not register is registered by it. Refused outside the event, or for a wrong code.
    """
    if not is_running(event, at):
        raise Refused(_("Attendance is recorded while the event runs. Ask the educator afterwards."))
    if not takes_code(event, code, at):
        raise Refused(_("This is not the code that is shown now. Look again; it changes every two minutes."))
    held = registration_of(person, event)
    if held is None:
        held = Registration.objects.create(event=event, person=person, registered_at=at, waiting=True)
    Registration.objects.filter(pk=held.pk, attended_at__isnull=True).update(attended_at=at)
    held.refresh_from_db()
    if event.credit_course is not None:
        _open_credit(event.credit_course, person, at)
    return held


def _open_credit(course: Course, person: Person, at: datetime) -> None:
    """Whoever attended is enrolled in the live event's own activity, so that they can claim its credit."""
    held = Enrolment.objects.filter(learner=person, course=course, ended_at__isnull=True)
    if not held.exists():
        enrol(learner=person, course=course, paid=False, by=CLOCK, at=at)


@recorded("academy.events.credit-set")
def set_credit(*, event: SpeakerEvent, course: Course | None, by: Person, at: datetime) -> SpeakerEvent:
    """Say which activity gives the credit of the live event. Refused once somebody attended: they knew another."""
    if event.registrations.filter(attended_at__isnull=False).exists():
        raise Refused(_("A participant has attended already. The credit of this event stays as it is."))
    SpeakerEvent.objects.filter(pk=event.pk).update(credit_course=course)
    event.refresh_from_db()
    return event


@recorded("academy.events.recording-added")
def add_recording(
    *, event: SpeakerEvent, recording: str, course: Course | None, by: Person, at: datetime
) -> SpeakerEvent:
    """Link the recording, and the course that is its own activity when it gives credit."""
    if not event.is_over(at):
        raise Refused(_("The recording is linked after the event."))
    SpeakerEvent.objects.filter(pk=event.pk).update(recording=recording, recording_course=course)
    event.refresh_from_db()
    return event


def send_reminders(*, at: datetime) -> int:
    """The clock's turn: whoever has a place in an event of the next day is reminded once."""
    due = Registration.objects.filter(
        event__starts_at__gt=at,
        event__starts_at__lte=at + REMINDED_BEFORE,
        event__cancelled_at__isnull=True,
        cancelled_at__isnull=True,
        waiting=False,
        reminded_at__isnull=True,
    ).select_related("event__site", "person")
    found = list(due[:200])
    for each in found:
        remind(registration=each, by=CLOCK, at=at)
    return len(found)


@recorded("academy.events.reminded")
def remind(*, registration: Registration, by: Actor, at: datetime) -> Registration:
    """Remind one person of tomorrow's event."""
    if Registration.objects.filter(pk=registration.pk, reminded_at__isnull=True).update(reminded_at=at) == 1:
        _tell(registration.person, registration.event, _("Tomorrow: {title}"), _("On {moment}."), by, at)
    return registration


def _registered(event: SpeakerEvent) -> list[Registration]:
    return list(event.registrations.filter(cancelled_at__isnull=True).select_related("person"))


def _tell(person: Person, event: SpeakerEvent, title: str, body: str, by: Actor, at: datetime) -> None:
    """A message; the moment is said in the time of whoever reads it."""
    moment = dated_moment_words(event.starts_at, ZoneInfo(person.time_zone))
    write_message(
        channel=Channel.EMAIL if person.email else best_channel(person),
        person=person,
        site=event.site,
        title=title.replace("{title}", event.title)[:200],
        body=body.replace("{moment}", moment),
        address=reverse("speaker-event", args=[event.pk]),
        subject=person.subject_ref,
        by=by,
        at=at,
    )
