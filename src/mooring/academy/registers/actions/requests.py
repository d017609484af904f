"""Acts on what learners ask for and complain of: each opens a task, and each answer closes it."""

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.courses.models import Course
from mooring.academy.learning.queries import site_of
from mooring.academy.registers.models import Accommodation, AccommodationState, Grievance
from mooring.audit.recording import note, recorded
from mooring.content.patient_guard import patient_marks
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, best_channel, close_tasks_about, make_task, write_message
from mooring.work.models import Channel

DECIDED_WITHIN = timedelta(days=7)
ACKNOWLEDGED_WITHIN = timedelta(days=2)
ANSWERED_WITHIN = timedelta(days=14)
"""Design defaults: no body whose text was read names a number of days."""


def _own_words(words: str) -> str:
    words = words.strip()
    if not words:
        raise Refused(_("Write your text first."))
    if patient_marks(words):
        raise Refused(
            _("This looks like data of a patient. Write it without names, numbers or dates of a patient.")
        )
    return words


@recorded("academy.registers.accommodation-asked")
def ask_accommodation(*, course: Course | None, need: str, by: Person, at: datetime) -> Accommodation:
    """Ask for what one needs in order to take part; it is decided within a week."""
    request = Accommodation.objects.create(person=by, course=course, need=_own_words(need), asked_at=at)
    make_task(
        owed=Owed(
            kind="accommodation",
            about=request,
            title=_("Decide an accommodation"),
            reason=str(course or _("Not about one course")),
            address=reverse("accommodation", args=[request.pk]),
            act=_("Decide"),
            role=Role.EDUCATOR,
            due_at=at + DECIDED_WITHIN,
            escalate_at=at + DECIDED_WITHIN,
        ),
        site=site_of(by),
        by=by,
        at=at,
    )
    return request


@recorded("academy.registers.accommodation-decided")
def decide_accommodation(
    *,
    accommodation: Accommodation,
    granted: bool,
    decision: str,
    from_day: date | None = None,
    by: Person,
    at: datetime,
) -> Accommodation:
    """Decide, in words that the person reads: what is done from which day, or why not and what instead."""
    if not decision.strip():
        raise Refused(_("Say what is done, or why not and what is possible instead."))
    if granted and from_day is None:
        raise Refused(_("Say from which day it is in place."))
    done = Accommodation.objects.filter(pk=accommodation.pk, state=AccommodationState.ASKED).update(
        state=AccommodationState.GRANTED if granted else AccommodationState.DECLINED,
        decision=decision.strip()[:600],
        from_day=from_day if granted else None,
        decided_at=at,
        decided_by=by,
    )
    if done != 1:
        raise Refused(_("A colleague decided this a moment ago."))
    accommodation.refresh_from_db()
    close_tasks_about(accommodation, kind="accommodation", outcome=accommodation.state, by=by, at=at)
    _tell(accommodation.person, _("Your request is decided"), accommodation.decision, by, at)
    return accommodation


@recorded("academy.registers.grievance-sent")
def send_grievance(*, course: Course | None, title: str, words: str, by: Person, at: datetime) -> Grievance:
    """Complain. It is acknowledged within two days and answered within fourteen."""
    if not title.strip():
        raise Refused(_("Say in a few words what it is about."))
    grievance = Grievance.objects.create(
        person=by,
        course=course,
        title=_own_words(title)[:160],
        words=_own_words(words),
        sent_at=at,
        answer_due_at=at + ANSWERED_WITHIN,
    )
    for kind, act, due in (
        ("grievance-acknowledge", _("Acknowledge a complaint"), at + ACKNOWLEDGED_WITHIN),
        ("grievance-answer", _("Answer a complaint"), grievance.answer_due_at),
    ):
        make_task(
            owed=Owed(
                kind=kind,
                about=grievance,
                title=act,
                reason=grievance.title,
                address=reverse("grievance", args=[grievance.pk]),
                act=_("Open"),
                role=Role.ADMINISTRATOR,
                due_at=due,
                escalate_at=due,
            ),
            site=site_of(by),
            by=by,
            at=at,
        )
    return grievance


@recorded("academy.registers.grievance-acknowledged")
def acknowledge_grievance(*, grievance: Grievance, by: Person, at: datetime) -> Grievance:
    """Tell the person that the complaint is read, by whom it is answered, and until when."""
    done = Grievance.objects.filter(pk=grievance.pk, acknowledged_at__isnull=True).update(
        acknowledged_at=at, acknowledged_by=by
    )
    if done != 1:
        raise Refused(_("A colleague acknowledged it a moment ago."))
    grievance.refresh_from_db()
    close_tasks_about(grievance, kind="grievance-acknowledge", outcome="acknowledged", by=by, at=at)
    said = _("{person} has read your complaint and answers it by {day}.").format(
        person=by, day=grievance.answer_due_at.date().isoformat()
    )
    _tell(grievance.person, _("Your complaint is read"), said, by, at)
    return grievance


@recorded("academy.registers.grievance-answered")
def answer_grievance(*, grievance: Grievance, answer: str, by: Person, at: datetime) -> Grievance:
    """Answer a complaint: what was found, what is changed, and where to go if that does not settle it."""
    if not answer.strip():
        raise Refused(_("Write the answer that the person reads."))
    done = Grievance.objects.filter(pk=grievance.pk, answered_at__isnull=True).update(
        answer=answer.strip()[:3000], answered_at=at, answered_by=by
    )
    if done != 1:
        raise Refused(_("A colleague answered it a moment ago."))
    if grievance.acknowledged_at is None:
        Grievance.objects.filter(pk=grievance.pk).update(acknowledged_at=at, acknowledged_by=by)
    grievance.refresh_from_db()
    for kind in ("grievance-acknowledge", "grievance-answer"):
        close_tasks_about(grievance, kind=kind, outcome="answered", by=by, at=at)
    note(late=at > grievance.answer_due_at)
    _tell(grievance.person, _("Your complaint is answered"), grievance.answer, by, at)
    return grievance


def _tell(person: Person, title: str, body: str, by: Person, at: datetime) -> None:
    write_message(
        channel=Channel.EMAIL if person.email else best_channel(person),
        person=person,
        site=site_of(person),
        title=title,
        body=body,
        address=reverse("registers"),
        subject=person.subject_ref,
        by=by,
        at=at,
    )
