"""The clock: one leader by lease; it delivers, retries, escalates and seals.

`mooring serve` starts it; `mooring tick` runs it by hand. Every chore is safe to run twice and safe to be
killed in.
"""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from mooring.audit import seals
from mooring.audit.recording import CLOCK, note, recorded
from mooring.identity.models import Person
from mooring.identity.queries import holders
from mooring.work.actions import write_message
from mooring.work.delivery import deliver
from mooring.work.models import Channel, Lease, Message, Task, TaskState

LEASE = timedelta(seconds=20)
BATCH = 100


@dataclass(frozen=True)
class Ran:
    """What one turn of the clock did; `led` is False when another process holds the lease."""

    led: bool
    delivered: int = 0
    escalated: int = 0
    sealed: int = 0


def me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def take_lease(*, holder: str, at: datetime) -> bool:
    """Become or stay the leader; False while somebody else holds an unexpired lease."""
    free = Lease.objects.filter(name="clock").filter(Q(holder=holder) | Q(held_until__lt=at))
    if free.update(holder=holder, held_until=at + LEASE) == 1:
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(name="clock", holder=holder, held_until=at + LEASE)
    except IntegrityError:
        return False
    return True


def tick(*, at: datetime, holder: str | None = None) -> Ran:
    """One turn: every chore once, if this process leads."""
    if not take_lease(holder=holder or me(), at=at):
        return Ran(led=False)
    escalated = sum(escalate(task=task, by=CLOCK, at=at) for task in _late(at))
    delivered = sum(deliver(message, at=at) for message in _waiting(at))
    sealed = seals.seal(at=at)
    Session.objects.filter(expire_date__lt=at).delete()
    Lease.objects.filter(name="clock").update(last_ran_at=at)
    return Ran(led=True, delivered=delivered, escalated=escalated, sealed=sealed)


def _late(at: datetime) -> list[Task]:
    return list(
        Task.objects.filter(state=TaskState.OPEN, escalate_at__lte=at, escalated_at__isnull=True)
        .select_related("owner", "fallback", "site")
        .order_by("escalate_at")[:BATCH]
    )


def _waiting(at: datetime) -> list[Message]:
    waiting = Message.objects.filter(delivered_at__isnull=True, given_up_at__isnull=True, next_try_at__lte=at)
    return list(
        waiting.select_related("person", "link", "site", "task").order_by(F("urgent").desc(), "next_try_at")[
            :BATCH
        ]
    )


@recorded("work.task.escalated")
def escalate(*, task: Task, by: object, at: datetime) -> bool:
    """The fallback becomes the owner; without one the task is open to everyone in its role. All are told."""
    others = [each for each in holders(task.site, task.role, at) if each != task.owner]
    next_owner = task.fallback or (None if others else task.owner)
    changed = Task.objects.filter(pk=task.pk, state=TaskState.OPEN, escalated_at__isnull=True).update(
        escalated_at=at, owner=next_owner, fallback=task.owner
    )
    if changed != 1:
        return False
    asked = [task.fallback] if task.fallback else others
    note(target=task, to=[each.actor_ref for each in asked])
    told = {person.pk: person for person in (*asked, task.owner) if person}
    for person in told.values():
        write_message(
            channel=Channel.SCREEN,
            person=person,
            site=task.site,
            title=_passed_on(task, others),
            body=_("{who}: {reason}").format(who=task.subject_name, reason=task.reason)
            if task.subject_name
            else task.reason,
            address=task.address,
            subject=task.subject,
            task=task,
            urgent=task.urgent,
            by=CLOCK,
            at=at,
        )
    return True


def _passed_on(task: Task, others: list[Person]) -> str:
    """Who is asked now, in words that are true."""
    if task.fallback:
        return _("Now asked of {whom}: {title}").format(whom=task.fallback, title=task.title)
    if others:
        return _("Now open to everyone who is {role}: {title}").format(
            role=task.get_role_display().lower(), title=task.title
        )
    return _("Overdue, and there is no one else to ask: {title}").format(title=task.title)
