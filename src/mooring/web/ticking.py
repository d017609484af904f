"""`mooring tick`: the clock by hand, or again and again beside a server."""

import logging
import threading
from datetime import datetime, timedelta

from django.db import connections

from mooring.academy.checks.actions.printing import make_prints
from mooring.academy.checks.actions.review import send_reviews
from mooring.academy.cohorts.actions.letters import look_after_cohorts
from mooring.academy.credits.actions.batches import work_on_batches
from mooring.academy.credits.actions.profiles import forget_birthdays
from mooring.academy.events.actions import send_reminders
from mooring.academy.registers.actions.announcing import announce_courses
from mooring.academy.reports.actions.jobs import work_on_reports
from mooring.care.disclosures.actions.copies import work_on_copies
from mooring.care.disclosures.actions.external import close_expired
from mooring.care.papers.actions import draw_batches
from mooring.care.rems.actions import remind_of_forms
from mooring.care.sessions.actions.alert_tasks import watch_sessions
from mooring.care.sessions.actions.chaperone import watch_consoles
from mooring.care.stock.actions import watch_stock
from mooring.care.treatments.actions.asking import send_due_measures
from mooring.care.treatments.waiting import look_after_patients
from mooring.knowledge.actions import announce
from mooring.web.parent import when_parent_is_gone
from mooring.work.chores import alone
from mooring.work.clock import Ran, database_now, keep_time, send_waiting, tick
from mooring.work.mistakes import Mistake
from mooring.work.schema import migrations_missing

TIME, DELIVERIES = "time", "deliveries"
"""The two halves of the clock: what needs nobody outside, and what waits for servers."""
logger = logging.getLogger(__name__)

LOOK_EVERY = timedelta(hours=1)
"""How often this process looks whether knowledge or a course comes due, or content files are refused."""
PATIENTS_EVERY = timedelta(minutes=10)
"""How often this process looks for patients whose next step is nobody's task."""
_looked: dict[str, datetime] = {}


def run(*, every: int | None, parent: int | None, half: str = "") -> int:
    """Tick once and say what was done; or every `every` seconds, until `parent` (a process id) is gone."""
    missing = migrations_missing()
    if missing:
        raise Mistake(f"The database is missing {len(missing)} changes. Run `mooring migrate`.")
    if every is None:
        ran = turn(half)
        if not ran.led:
            print("Another process runs the clock now. Nothing was done here.")
        else:
            print(f"{ran.delivered} delivered, {ran.escalated} escalated, {ran.sealed} rows sealed.")
        return 0
    _again_and_again(every, parent, half)
    return 0


def turn(half: str = "") -> Ran:
    """One turn of the clock, of both halves or of one, and what the rooms above it do in the background."""
    now = database_now()
    if half == DELIVERIES:
        return send_waiting(at=now)
    ran = keep_time(at=now) if half else tick(at=now)
    if ran.led:
        if _comes_due("content", LOOK_EVERY, now):
            alone("announce", lambda: announce(at=now), at=now)
            alone("courses", lambda: announce_courses(at=now), at=now)
        if _comes_due("patients", PATIENTS_EVERY, now):
            alone("next-steps", lambda: look_after_patients(at=now), at=now)
        alone("sessions-watched", lambda: watch_sessions(at=now), at=now)
        alone("papers", lambda: draw_batches(at=now), at=now)
        alone("rems", lambda: remind_of_forms(at=now), at=now)
        alone("stock", lambda: watch_stock(at=now), at=now)
        alone("chaperones-watched", lambda: watch_consoles(at=now), at=now)
        alone("measures", lambda: send_due_measures(at=now), at=now)
        alone("reviews", lambda: send_reviews(at=now), at=now)
        alone("external", lambda: close_expired(at=now), at=now)
        alone("copies", lambda: work_on_copies(at=now), at=now)
        alone("batches", lambda: work_on_batches(at=now), at=now)
        alone("birthdays", lambda: forget_birthdays(at=now), at=now)
        alone("reminders", lambda: send_reminders(at=now), at=now)
        alone("prints", lambda: make_prints(at=now), at=now)
        alone("reports", lambda: work_on_reports(at=now), at=now)
        alone("cohorts", lambda: look_after_cohorts(at=now), at=now)
    return ran


def _comes_due(name: str, every: timedelta, now: datetime) -> bool:
    if now < _looked.get(name, now - every) + every:
        return False
    _looked[name] = now
    return True


def _again_and_again(every: int, parent: int | None, half: str) -> None:
    gone = threading.Event()
    if parent is not None:
        when_parent_is_gone(parent, gone.set)
    while not gone.is_set():
        try:
            turn(half)
        except Exception:
            logger.exception("a turn of the clock failed; the next one comes in %s s", every)
            connections.close_all()
        gone.wait(every)
