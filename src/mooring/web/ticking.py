"""`mooring tick`: the clock by hand, or again and again beside a server."""

import logging
import threading
from datetime import datetime, timedelta

from django.db import connections
from django.utils import timezone

from mooring.academy.checks.actions.review import send_reviews
from mooring.academy.credits.actions.batches import work_on_batches
from mooring.academy.credits.actions.profiles import forget_birthdays
from mooring.academy.events.actions import send_reminders
from mooring.care.sessions.actions.alert_tasks import watch_sessions
from mooring.knowledge.actions import announce
from mooring.web.parent import when_parent_is_gone
from mooring.work.clock import Ran, tick
from mooring.work.mistakes import Mistake
from mooring.work.schema import migrations_missing

logger = logging.getLogger(__name__)

LOOK_EVERY = timedelta(hours=1)
"""How often this process looks whether knowledge comes due or its files are refused."""
_looked: dict[str, datetime] = {}


def run(*, every: int | None, parent: int | None) -> int:
    """Tick once and say what was done; or every `every` seconds, until `parent` (a process id) is gone."""
    missing = migrations_missing()
    if missing:
        raise Mistake(f"The database lacks {len(missing)} changes. Run `mooring migrate`.")
    if every is None:
        ran = turn()
        if not ran.led:
            print("Another process runs the clock now. Nothing was done here.")
        else:
            print(f"{ran.delivered} delivered, {ran.escalated} escalated, {ran.sealed} rows sealed.")
        return 0
    _again_and_again(every, parent)
    return 0


def turn() -> Ran:
    """One turn of the clock, and what the rooms above it do in the background, if this process leads."""
    now = timezone.now()
    ran = tick(at=now)
    if ran.led:
        if now >= _looked.get("content", now - LOOK_EVERY) + LOOK_EVERY:
            _looked["content"] = now
            announce(at=now)
        watch_sessions(at=now)
        send_reviews(at=now)
        work_on_batches(at=now)
        forget_birthdays(at=now)
        send_reminders(at=now)
    return ran


def _again_and_again(every: int, parent: int | None) -> None:
    gone = threading.Event()
    if parent is not None:
        when_parent_is_gone(parent, gone.set)
    while not gone.is_set():
        try:
            turn()
        except Exception:
            logger.exception("a turn of the clock failed; the next one comes in %s s", every)
            connections.close_all()
        gone.wait(every)
