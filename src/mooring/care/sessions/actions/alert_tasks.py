"""What a session asks of people as tasks: somebody is asked by name, and escalation passes it on.

What is open is read out of the log each time; a task is only the asking. Red alerts, overdue observations, the
patient's calls, an emergency and its debrief each make one, and what answers them in the log closes it.
"""

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.audit.recording import CLOCK, Actor, reference
from mooring.care.sessions.kinds.call import Wish
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import OPEN_SESSIONS, SessionChart, chart_of, live_charts
from mooring.identity.models import Site
from mooring.identity.roles import Role
from mooring.rules.session_events import debrief_due
from mooring.sentences.alerts import alert_says
from mooring.work.actions import Owed, close_tasks_about, make_task
from mooring.work.models import Task, TaskState

logger = logging.getLogger(__name__)

RED, OVERDUE = "red-alert", "overdue-observation"
CALL, DEBRIEF = "patient-call", "emergency-debrief"
EMERGENCY, EMERGENCY_DESK = "emergency", "emergency-desk"
ANSWERED_WITHIN = timedelta(minutes=5)
"""How soon somebody else is asked when a red alert or an overdue observation has no answer: a design default."""
CALL_WITHIN = timedelta(minutes=1)
"""How soon a colleague is asked as well when a patient's call has no answer: a design default."""
DEBRIEF_WITHIN = timedelta(hours=24)
"""How soon an emergency is debriefed: a design default."""


OPEN_KINDS = Prepared(
    lambda keys, moments: Task.objects.filter(about__in=keys, state=TaskState.OPEN).values_list(
        "about", "kind"
    )
)


@dataclass(frozen=True)
class TaskWanted:
    """One thing that a session may ask for; without a title there is nothing to ask now."""

    kind: str
    title: str
    reason: str
    role: Role = Role.PRESCRIBER
    within: timedelta = ANSWERED_WITHIN
    urgent: bool = True
    page: str = ""


def follow_alerts(chart: SessionChart, *, by: Actor, at: datetime) -> None:
    """Make or close the tasks of this session, as its log now stands; one read where nothing changes."""
    _follow(chart, _open_kinds([chart])[reference(chart.session)], by=by, at=at)


def _open_kinds(charts: Sequence[SessionChart]) -> dict[str, set[str]]:
    """The kinds of the open tasks about each session, by its reference."""
    found: dict[str, set[str]] = {reference(chart.session): set() for chart in charts}
    for about, kind in OPEN_KINDS.rows(list(found)) if found else ():
        found[about].add(kind)
    return found


def _follow(chart: SessionChart, open_kinds: Collection[str], *, by: Actor, at: datetime) -> None:
    for asked in _asked(chart):
        if asked.title and asked.kind not in open_kinds:
            _ask(chart.session, asked, by=by, at=at)
        elif not asked.title and asked.kind in open_kinds:
            close_tasks_about(chart.session, kind=asked.kind, outcome="done", by=by, at=at)


def _asked(chart: SessionChart) -> Iterator[TaskWanted]:
    reds = chart.open_reds
    names = "; ".join(dict.fromkeys(alert_says(alert) for alert in reds))
    yield TaskWanted(RED, _("Red alert in a session") if reds else "", names)
    yield TaskWanted(
        OVERDUE,
        _("Overdue observation in a session") if chart.overdue else "",
        _("Nothing has been recorded since it fell due."),
    )
    wishes = "; ".join(str(Wish(call.what).label) for call in chart.open_calls)
    yield TaskWanted(
        CALL, _("The patient calls") if wishes else "", wishes, role=Role.MONITOR, within=CALL_WITHIN
    )
    emergency = chart.emergency
    script = chart.knowledge.script(emergency.script) if emergency else None
    yield TaskWanted(
        EMERGENCY,
        _("EMERGENCY in a session: come now") if emergency else "",
        script.title if script else _("The team is called."),
        within=CALL_WITHIN,
        page="emergency/",
    )
    yield TaskWanted(
        EMERGENCY_DESK,
        _("EMERGENCY in a session: doors and escort") if emergency else "",
        _("Meet the ambulance crew at the door, call the escort, keep others away."),
        role=Role.COORDINATOR,
        within=CALL_WITHIN,
        page="emergency/",
    )
    yield TaskWanted(
        DEBRIEF,
        _("Debrief the emergency") if debrief_due(chart.state.lines) else "",
        _("Record what happened and what changes; report an adverse event. The sign-off waits for it."),
        within=DEBRIEF_WITHIN,
        urgent=False,
    )


def _ask(session: Session, asked: TaskWanted, *, by: Actor, at: datetime) -> None:
    patient = session.patient
    make_task(
        owed=Owed(
            kind=asked.kind,
            about=session,
            title=asked.title,
            reason=asked.reason,
            address=reverse("session", args=[session.pk]) + asked.page,
            act=_("Open the session"),
            role=asked.role,
            due_at=at + asked.within,
            escalate_at=at + asked.within,
            subject=patient.subject_ref,
            subject_name=str(patient),
            urgent=asked.urgent,
        ),
        site=patient.site,
        by=by,
        at=at,
    )


def watch_sessions(*, at: datetime) -> int:
    """The clock's turn: what fell due while nobody recorded anything becomes a task; how many were watched."""
    charts = [chart for chart in _open_charts(at) if chart.state.started_at is not None]
    open_kinds = _open_kinds(charts)
    watched = 0
    for chart in charts:
        with _told_where_it_fails(chart.session.pk):
            _follow(chart, open_kinds[reference(chart.session)], by=CLOCK, at=at)
            watched += 1
    return watched


def _open_charts(at: datetime) -> list[SessionChart]:
    """All open sessions, read together; each for itself where that fails, so that one keeps no other from being watched."""
    try:
        return live_charts(Site.objects.all(), at)
    except Exception:
        logger.exception("watch_sessions: not all can be read")
    charts = []
    for session in OPEN_SESSIONS.records([site.pk for site in Site.objects.all()]):
        with _told_where_it_fails(session.pk):
            charts.append(chart_of(session, at))
    return charts


@contextmanager
def _told_where_it_fails(session: int) -> Iterator[None]:
    try:
        yield
    except Exception:
        logger.exception("watch_sessions:%s", session)
