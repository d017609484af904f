"""Reads over what is owed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, Q, QuerySet, Subquery, Sum, Value, When, Window
from django.utils import timezone
from django.utils.module_loading import import_string

from mooring.audit.prepared import Prepared
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
    found = INSTALLATION.rows(_held_by(person), at) if person is not None else INSTALLATION.rows(())
    if not found:
        return InstallationState(clock_state(at), is_demonstration(), None, 0)
    demonstration, day, last, tasks = found[0]
    silent = last is None or at - last > SILENCE
    return InstallationState(ClockState(last_ran=last, silent=silent), demonstration, day, tasks or 0)


def is_demonstration() -> bool:
    return (True,) in KINDS.rows(())


def is_in_use() -> bool:
    """Whether it is set up for real people: a demonstration, and a database that nobody set up yet, is not."""
    return (False,) in KINDS.rows(())


KINDS = Prepared(lambda keys, moments: Installation.objects.values_list("demonstration"))


def tasks_of(person: Person, at: datetime) -> "QuerySet[Task]":
    """Open tasks that are this person's, or nobody's in a role they hold at that site; soonest first."""
    return _open_tasks(_held_by(person), at)


def first_tasks_of(person: Person, at: datetime) -> tuple[list[Task], int, int]:
    """The first `FIRST` of them; how many they are in all, and how many of these are late."""
    tasks = FIRST_TASKS.records(_held_by(person), at)
    return tasks, *((tasks[0].counted, tasks[0].late) if tasks else (0, 0))


def _held_by(person: Person) -> tuple[int | str, ...]:
    """The person's number, and each role that they hold with the number of its site."""
    return (person.pk, *(part for held in person.standing for part in (held.role, held.site_id)))


def _open_tasks(held_by: Sequence[Any], at: datetime) -> "QuerySet[Task]":
    person, roles, sites = held_by[0], held_by[1::2], held_by[2::2]
    mine = Q(owner=person)
    for role, site in zip(roles, sites, strict=True):
        mine |= Q(owner__isnull=True, role=role, site_id=site)
    return (
        Task.objects.filter(mine, state=TaskState.OPEN, opens_at__lte=at)
        .select_related("owner", "fallback", "site")
        .order_by("due_at", "id")
    )


FIRST = 25
"""So many tasks stand on the first page, the soonest first; no one works off more before looking again."""
FIRST_TASKS = Prepared(
    lambda held_by, moments: _open_tasks(held_by, moments[0]).annotate(
        counted=Window(Count("*")),
        late=Window(Sum(Case(When(due_at__lt=moments[0], then=1), default=0))),
    )[:FIRST]
)


def _installation(held_by: Sequence[Any], moments: Sequence[datetime]) -> "QuerySet[Site, Any]":
    mine = _open_tasks(held_by, moments[0]) if held_by else Task.objects.none()
    made_up = Installation.objects.filter(demonstration=True)
    return (
        Site.objects.order_by("pk")
        .annotate(
            made_up=Exists(made_up),
            made_for=Subquery(made_up.values("demonstration_day")[:1]),
            last_ran=Subquery(Lease.objects.filter(name="clock").values("last_ran_at")[:1]),
            mine=Subquery(
                mine.order_by().annotate(one=Value(1)).values("one").annotate(rows=Count("pk")).values("rows")
            ),
        )
        .values_list("made_up", "made_for", "last_ran", "mine")[:1]
    )


INSTALLATION = Prepared(_installation)


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
