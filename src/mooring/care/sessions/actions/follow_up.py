"""The follow-up in the days after a dose: its window follows the end of dosing."""

from datetime import datetime

from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import contact_window
from mooring.identity.models import Person
from mooring.work.actions import move_task
from mooring.work.queries import open_tasks_about

FOLLOW_UP = "integration-contact"
"""The kind of the task that `care.integration` answers."""


def move_follow_up(session: Session, ended_at: datetime, *, by: Person, at: datetime) -> None:
    """Give the follow-up after the dose its window, counted from the end of dosing."""
    opens_at, until = contact_window(session.patient.site, ended_at, at)
    for task in open_tasks_about(session.cycle, FOLLOW_UP):
        move_task(task=task, opens_at=opens_at, due_at=until, escalate_at=until, by=by, at=at)
