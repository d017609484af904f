"""Reads over what is owed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, Q, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.module_loading import import_string

from mooring.audit.recording import reference
from mooring.identity.models import Person, RoleAssignment, Site
from mooring.identity.roles import covers
from mooring.work.models import Installation, Lease, Message, Task, TaskState

SILENCE = timedelta(seconds=30)


def subject_shown(task: Task) -> dict[str, object]:
    """Whose record a task speaks of, as every page that writes shows it; the rooms that hold records answer."""
    for path in settings.TASK_SUBJECTS:
        if shown := import_string(path)(task.subject):
            return dict(shown)
    return {}


@dataclass(frozen=True)
class ClockState:
    """When the clock last ran, and whether it has been silent for too long."""

    last_ran: datetime | None
    silent: bool


def clock_state(at: datetime | None = None) -> ClockState:
    at = at or timezone.now()
    lease = Lease.objects.filter(name="clock").first()
    last = lease.last_ran_at if lease else None
    return ClockState(last_ran=last, silent=last is None or at - last > SILENCE)


@dataclass(frozen=True)
class InstallationState:
    """What every page shows of this installation: its clock, whether its people are made up, one's tasks."""

    clock: ClockState
    demonstration: bool
    demonstration_day: date | None
    tasks: int


def installation_state(person: Person | None, at: datetime) -> InstallationState:
    """The clock, the demonstration mark and how many tasks are the person's, in one statement: every page asks.

    It hangs on the first site, because there is one before anyone can sign in.
    """
    mine = tasks_of(person, at) if person is not None else Task.objects.none()
    counted = mine.order_by().annotate(one=Value(1)).values("one").annotate(rows=Count("pk")).values("rows")
    made_up = Installation.objects.filter(demonstration=True)
    found = (
        Site.objects.order_by("pk")
        .annotate(
            made_up=Exists(made_up),
            made_for=Subquery(made_up.values("demonstration_day")[:1]),
            last_ran=Subquery(Lease.objects.filter(name="clock").values("last_ran_at")[:1]),
            mine=Subquery(counted),
        )
        .values_list("made_up", "made_for", "last_ran", "mine")
        .first()
    )
    if found is None:
        return InstallationState(clock_state(at), is_demonstration(), None, 0)
    demonstration, day, last, tasks = found
    silent = last is None or at - last > SILENCE
    return InstallationState(ClockState(last_ran=last, silent=silent), demonstration, day, tasks or 0)


def is_demonstration() -> bool:
    return Installation.objects.filter(demonstration=True).exists()


def tasks_of(person: Person, at: datetime) -> "QuerySet[Task]":
    """Open tasks that are this person's, or nobody's in a role they hold at that site; soonest first."""
    mine = Q(owner=person)
    for each in person.standing:
        mine |= Q(owner__isnull=True, role=each.role, site_id=each.site_id)
    return (
        Task.objects.filter(mine, state=TaskState.OPEN, opens_at__lte=at)
        .select_related("owner", "fallback", "site")
        .order_by("due_at", "id")
    )


def may_do(person: Person, task: Task | RoleAssignment) -> bool:
    """Whether a role of this person at the site covers the role asked for: the role itself, or one that may all of it.

    An inspector covers nothing of a prescriber's; a medical director covers a prescriber.
    """
    return person.is_active and any(
        held.site_id == task.site_id and covers(held.role, task.role) for held in person.standing
    )


def may_be_asked(person: Person, task: Task) -> bool:
    """Whether the task is this person's, passes to them, or is of a role that they hold at its site."""
    if person.pk in (task.owner_id, task.fallback_id):
        return True
    return any(each.role == task.role and each.site_id == task.site_id for each in person.standing)


def next_asked(person: Person, at: datetime) -> "QuerySet[Task]":
    """Open tasks of others that pass to this person when nobody answers; soonest first."""
    return (
        Task.objects.filter(
            fallback=person, state=TaskState.OPEN, opens_at__lte=at, escalated_at__isnull=True
        )
        .exclude(owner=person)
        .select_related("owner", "site")
        .order_by("due_at", "id")
    )


def open_tasks_about(record: models.Model, kind: str = "") -> "QuerySet[Task]":
    found = Task.objects.filter(about=reference(record), state=TaskState.OPEN).select_related(
        "owner", "fallback"
    )
    return (found.filter(kind=kind) if kind else found).order_by("due_at")


def open_tasks_in(subjects: Iterable[str]) -> "QuerySet[Task]":
    """Open tasks of one patient's records."""
    return (
        Task.objects.filter(subject__in=tuple(subjects), state=TaskState.OPEN)
        .select_related("owner", "fallback")
        .order_by("due_at")
    )


def unread_messages(person: Person) -> "QuerySet[Message]":
    return Message.objects.filter(
        person=person, channel="screen", delivered_at__isnull=False, read_at__isnull=True
    ).order_by("-urgent", "-id")
