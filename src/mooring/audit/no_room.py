"""When nothing can be written (a full disk, one that is read-only): charts stay readable, and nobody looks unseen.

An act fails as a whole, with nothing acknowledged. An opening is read: its row waits in this process, loudly, and
is written with the next one that can be. Every waiting row stands in the log of the server, too.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)
SQLITE_SAYS = (
    "database or disk is full",
    "attempt to write a readonly database",
    "disk i/o error",
    "unable to open database file",
)
POSTGRESQL_SAYS = frozenset({"53100", "25006"})
"""SQLSTATE of a full disk, and of a transaction that may only read."""
MOST_WAITING = 10_000
_waiting: list[Callable[[], None]] = []


def cannot_write(error: DatabaseError) -> bool:
    """Whether the database refused because there is nowhere to write."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in POSTGRESQL_SAYS:
        return True
    said = str(error).lower()
    return any(each in said for each in SQLITE_SAYS)


def write_or_wait(write: Callable[[], None], what: str) -> None:
    """Write now, after all that waits; or keep it for later, where there is no room. Within an act it is not kept:
    the act fails, because nothing of it may stand without the rest."""
    try:
        write_waiting()
        write()
    except DatabaseError as error:
        if connection.in_atomic_block or not cannot_write(error) or len(_waiting) >= MOST_WAITING:
            raise
        _waiting.append(write)
        logger.exception("NO ROOM TO WRITE: kept in this process (%s waiting): %s", len(_waiting), what)


def write_waiting() -> int:
    """Write everything that waits, oldest first; how much it was."""
    count = 0
    while _waiting:
        _waiting[0]()
        _waiting.pop(0)
        count += 1
    if count:
        logger.error("There is room again: %s rows that waited are written.", count)
    return count


def waiting() -> int:
    """How many rows wait in this process."""
    return len(_waiting)


@contextmanager
def if_there_is_room(what: str) -> Iterator[None]:
    """What is good to write and must not stop a reader or a sign-in: without room it is left out, loudly."""
    try:
        yield
    except DatabaseError as error:
        if connection.in_atomic_block or not cannot_write(error):
            raise
        logger.exception("NO ROOM TO WRITE: left out: %s", what)
