"""Red alerts and overdue observations as tasks: somebody is asked by name, and escalation passes it on.

What is open is read out of the log each time; a task is only the asking. It is made when a red alert is open
or an observation is overdue, and closed when the red is acknowledged or the observation was made.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import CLOCK, Actor
from mooring.care.sessions.models import Session, SessionState
from mooring.care.sessions.queries import SessionChart, chart_of
from mooring.identity.roles import Role
from mooring.sentences.alerts import alert_says
from mooring.work.actions import Owed, close_tasks_about, make_task

logger = logging.getLogger(__name__)

RED, OVERDUE = "red-alert", "overdue-observation"
ANSWERED_WITHIN = timedelta(minutes=5)
"""How soon somebody else is asked when a red alert or an overdue observation has no answer: a design default."""


def follow_alerts(chart: SessionChart, *, by: Actor, at: datetime) -> None:
    """Make or close the tasks of this session, as its log now stands."""
    for kind, title, reason in _asked(chart):
        if title:
            _ask(chart.session, kind, title, reason, by=by, at=at)
        else:
            close_tasks_about(chart.session, kind=kind, outcome="done", by=by, at=at)


def _asked(chart: SessionChart) -> Iterator[tuple[str, str, str]]:
    """(kind, title, reason) of both kinds; without a title there is nothing to ask."""
    reds = chart.open_reds
    names = "; ".join(dict.fromkeys(alert_says(alert) for alert in reds))
    yield RED, _("Red alert in a session") if reds else "", names
    yield (
        OVERDUE,
        _("Overdue observation in a session") if chart.overdue else "",
        _("Nothing has been recorded since it fell due."),
    )


def _ask(session: Session, kind: str, title: str, reason: str, *, by: Actor, at: datetime) -> None:
    patient = session.patient
    make_task(
        owed=Owed(
            kind=kind,
            about=session,
            title=title,
            reason=reason,
            address=reverse("session", args=[session.pk]),
            act=_("Open the session"),
            role=Role.PRESCRIBER,
            due_at=at + ANSWERED_WITHIN,
            escalate_at=at + ANSWERED_WITHIN,
            subject=patient.subject_ref,
            subject_name=str(patient),
            urgent=True,
        ),
        site=patient.site,
        by=by,
        at=at,
    )


def watch_sessions(*, at: datetime) -> int:
    """The clock's turn: what fell due while nobody recorded anything becomes a task; how many were read.

    Each session is read for itself, so that one that cannot be read keeps no other from being watched.
    """
    watched = 0
    for session in (
        Session.objects.filter(state=SessionState.OPEN)
        .select_related(
            "patient__person", "patient__site", "cycle__treatment__patient__site", "order", "pack"
        )
        .defer("pack__body")
    ):
        try:
            chart = chart_of(session, at)
            if chart.state.started_at is not None:
                follow_alerts(chart, by=CLOCK, at=at)
                watched += 1
        except Exception:
            logger.exception("watch_sessions:%s", session.pk)
    return watched
