"""What a locked screen still shows and sounds: alerts of running sessions, by room, without a name."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from mooring.audit.recording import reference
from mooring.care.sessions.actions.alert_tasks import CALL, EMERGENCY, OVERDUE, RED
from mooring.care.sessions.models import Session
from mooring.identity.models import Person
from mooring.identity.roles import Permission, Reach
from mooring.work.models import Task, TaskState

LOUD = (RED, EMERGENCY, OVERDUE, CALL)


@dataclass(frozen=True)
class LockedAlerts:
    """The lines, and how many sound as alerts and as calls of a patient."""

    lines: tuple[str, ...] = ()
    reds: int = 0
    calls: int = 0


def alerts_for(person: Person) -> LockedAlerts:
    """What stands open in the sessions of this person's sites, and what is asked of them by name."""
    sites = person.sites_where(Permission.SESSIONS_READ, Reach.SITE)
    open_now = Task.objects.filter(
        Q(site__in=sites) | Q(owner=person),
        kind__in=LOUD,
        state=TaskState.OPEN,
        opens_at__lte=timezone.now(),
    )
    tasks = list(open_now.order_by("due_at")[:12])
    if not tasks:
        return LockedAlerts()
    keys = [task.about.rpartition(":")[2] for task in tasks]
    rooms = {reference(session): session.room for session in Session.objects.filter(pk__in=keys)}
    lines = (": ".join(part for part in (rooms.get(task.about, ""), task.title) if part) for task in tasks)
    calls = sum(task.kind == CALL for task in tasks)
    return LockedAlerts(tuple(dict.fromkeys(lines)), len(tasks) - calls, calls)
