"""Events of signing in: who came in, from where, who did not, and what changed about how."""

from datetime import datetime

from django.db.models import QuerySet

from mooring.audit.models import Event
from mooring.audit.recording import VISITOR, Actor, note, recorded, sent_once
from mooring.identity.models import Person

SHOWN = (
    "identity.sign-in.started",
    "identity.sign-in.refused",
    "identity.sign-in.delayed",
    "identity.sign-in.ended",
    "identity.sign-in.resumed",
    "identity.sign-in.resume-refused",
    "identity.pin.set",
    "identity.pin.forgotten",
    "identity.signature.refused",
    "identity.signature.delayed",
    "identity.password.changed",
    "identity.password.set",
    "identity.second-step.added",
    "identity.second-step.removed",
    "identity.second-step.reset",
    "identity.tries.forgotten",
    "work.password-link.sent",
    "work.email.change-asked",
    "work.email.changed",
)
"""What a person and the privacy officer read about an account."""
LONGEST_DEVICE = 160


@recorded("identity.sign-in.started")
def note_sign_in(*, person: Person, address: str, device: str, by: Actor, at: datetime) -> None:
    note(target=person, address=address, device=device[:LONGEST_DEVICE])


@recorded("identity.sign-in.ended")
def note_sign_out(*, person: Person, address: str, by: Actor, at: datetime) -> None:
    note(target=person, address=address)


@recorded("identity.sign-in.refused")
def note_refused_sign_in(*, person: Person, address: str, device: str, by: Actor, at: datetime) -> None:
    note(target=person, address=address, device=device[:LONGEST_DEVICE])


@recorded("identity.sign-in.delayed")
def note_delayed_sign_in(*, person: Person, address: str, seconds: int, by: Actor, at: datetime) -> None:
    note(target=person, address=address, seconds=seconds)


@recorded("identity.signature.refused")
def note_refused_signature(*, person: Person, by: Actor, at: datetime) -> None:
    note(target=person)


@recorded("identity.signature.delayed")
def note_delayed_signature(*, person: Person, seconds: int, by: Actor, at: datetime) -> None:
    note(target=person, seconds=seconds)


@recorded("identity.password.changed")
def note_changed_password(*, person: Person, address: str, by: Actor, at: datetime) -> None:
    note(target=person, address=address)


@recorded("identity.second-step.added")
def note_second_step(*, person: Person, kind: str, address: str, by: Actor, at: datetime) -> None:
    note(target=person, kind=kind, address=address)


@recorded("identity.second-step.removed")
def note_removed_second_step(*, person: Person, kind: str, address: str, by: Actor, at: datetime) -> None:
    note(target=person, kind=kind, address=address)


def wrong_signature(person: Person, *, at: datetime) -> None:
    """Record a wrong signature beside the act that it was for: the form's key stays free for the right one."""
    with sent_once(None):
        note_refused_signature(person=person, by=VISITOR, at=at)


def delayed_signature(person: Person, *, seconds: int, at: datetime) -> None:
    with sent_once(None):
        note_delayed_signature(person=person, seconds=seconds, by=VISITOR, at=at)


def activity_of(person: Person) -> "QuerySet[Event]":
    """What happened about this account, newest first."""
    return Event.objects.filter(target=person.actor_ref, name__in=SHOWN).order_by("-id")


def knows_address(person: Person, address: str) -> bool:
    """Whether this person signed in from this address before."""
    known = Event.objects.filter(target=person.actor_ref, name="identity.sign-in.started")
    return known.filter(detail__address=address).exists()
