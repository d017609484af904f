"""What is new in the logs, heard by one small question a process for everybody who listens.

SQLite: `data_version` changes when another connection commits; only then the newest rows are read, by id: writers
come one after the other, so ids are in the order of commits. PostgreSQL: ids may commit out of order, so each
entry notifies at its commit (`care.sessions.actions.new_entry`), and nobody is asked until one does.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from mooring.care.sessions.actions.new_entry import CHANNEL
from mooring.care.sessions.models import LogEntry

logger = logging.getLogger(__name__)

LOOK_S = 0.15
AFTER_FAULT_S = 2.0


@dataclass(frozen=True)
class HeardEntry:
    """A new entry of a session at a site, all by id."""

    entry: int
    session: int
    site: int


def newest_entry(kind: str, pk: int) -> int:
    """The newest entry of a session, or of all sessions of a site; 0 for none."""
    rows = (
        LogEntry.objects.filter(session=pk)
        if kind == "session"
        else LogEntry.objects.filter(session__patient__site=pk)
    )
    return int(rows.aggregate(newest=Max("id"))["newest"] or 0)


def changes_since(entry: int) -> list[HeardEntry]:
    """Every entry after this one, oldest first."""
    rows = LogEntry.objects.filter(id__gt=entry).order_by("id")
    return [HeardEntry(*row) for row in rows.values_list("id", "session", "session__patient__site")]


def watch_entries(publish: Callable[[HeardEntry], None], stop: threading.Event | None = None) -> None:
    """Publish each new entry until told to stop; a database that is away is asked again."""
    stop = stop or threading.Event()
    while not stop.is_set():
        try:
            if connection.vendor == "postgresql":
                _listen(publish, stop)
            else:
                _look(publish, stop)
        except Exception:
            logger.exception("the logs cannot be watched; the next try comes in %s s", AFTER_FAULT_S)
            connection.close()
            stop.wait(AFTER_FAULT_S)
    connection.close()


def _look(publish: Callable[[HeardEntry], None], stop: threading.Event) -> None:
    last = LogEntry.objects.aggregate(newest=Max("id"))["newest"] or 0
    version = None
    while not stop.wait(LOOK_S):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            seen = cursor.fetchone()
        if seen == version:
            continue
        version = seen
        for change in changes_since(last):
            last = change.entry
            publish(change)


def _listen(publish: Callable[[HeardEntry], None], stop: threading.Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    while not stop.is_set():
        for notified in connection.connection.notifies(timeout=1.0, stop_after=1):
            publish(HeardEntry(*(int(part) for part in notified.payload.split())))
