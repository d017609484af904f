"""The clock: one leader by lease; it delivers, retries, escalates and seals.

`mooring serve` starts it; `mooring tick` runs it by hand. Every chore is safe to run twice and safe to be
killed in.
"""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit import seals
from mooring.audit.recording import CLOCK, note, recorded
from mooring.identity.models import Person
from mooring.identity.queries import holders
from mooring.identity.tries import forget_old
from mooring.work.actions import write_message
from mooring.work.backups import back_up_when_due
from mooring.work.chores import alone, each_alone
from mooring.work.delivery import deliver
from mooring.work.heads import ship_when_due
from mooring.work.models import Channel, Lease, Message, Task, TaskState
from mooring.work.shipping import ship_backup_when_due
from mooring.work.time_stamps import stamp_when_due

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


def take_lease(*, holder: str, at: datetime, name: str = "clock") -> bool:
    """Become or stay the leader; False while somebody else holds an unexpired lease."""
    # A lease that ends later than any lease can was taken before a clock stepped back: it is free, too.
    free = Q(holder=holder) | Q(held_until__lt=at) | Q(held_until__gt=at + 2 * LEASE)
    if Lease.objects.filter(free, name=name).update(holder=holder, held_until=at + LEASE) == 1:
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, holder=holder, held_until=at + LEASE)
    except IntegrityError:
        return False
    return True


def database_now() -> datetime:
    """The time of the database, so that two machines of one clinic have one clock."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def tick(*, at: datetime, holder: str | None = None) -> Ran:
    """One turn of everything, by hand or in a test; `serve` runs the two halves in processes of their own."""
    own, sent = keep_time(at=at, holder=holder), send_waiting(at=at, holder=holder)
    return Ran(led=own.led, delivered=sent.delivered, escalated=own.escalated, sealed=own.sealed)


def keep_time(*, at: datetime, holder: str | None = None) -> Ran:
    """Escalate, seal, tidy: whatever needs nobody outside, so that no silent server holds it up."""
    if not take_lease(holder=holder or me(), at=at):
        return Ran(led=False)
    escalated = each_alone("escalate", _late(at), lambda task: escalate(task=task, by=CLOCK, at=at), at=at)
    sealed = alone("seal", lambda: seals.seal(at=at), at=at)
    alone("sessions", lambda: Session.objects.filter(expire_date__lt=at).delete(), at=at)
    alone("tries", lambda: forget_old(at=at), at=at)
    Lease.objects.filter(name="clock").update(last_ran_at=at)
    return Ran(led=True, escalated=escalated, sealed=sealed if isinstance(sealed, int) else 0)


def send_waiting(*, at: datetime, holder: str | None = None) -> Ran:
    """Deliver what waits, ship the head of the audit and the backup of a day: all wait for servers outside."""
    if not take_lease(holder=holder or me(), at=at, name="deliveries"):
        return Ran(led=False)
    delivered = each_alone("deliver", _waiting(at), lambda message: deliver(message, at=at), at=at)
    alone("time-stamp", lambda: stamp_when_due(at=at), at=at)
    alone("head", lambda: ship_when_due(at=at), at=at)
    alone("backup", lambda: back_up_when_due(at=at), at=at)
    alone("ship-backup", lambda: ship_backup_when_due(at=at), at=at)
    Lease.objects.filter(name="deliveries").update(last_ran_at=at)
    return Ran(led=True, delivered=delivered)


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
