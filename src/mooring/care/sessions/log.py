"""How the log of a session is read: as rows with their authors and words, or as columns where no row is shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from mooring.care.sessions.models import LogEntry, Session
from mooring.identity.prepared import Prepared
from mooring.rules.session_entry import LoggedEntry
from mooring.words.names import name_in_use

ENTRIES = Prepared(
    lambda keys, moments: (
        LogEntry.objects.filter(session__in=keys).select_related("by", "words", "corrects").order_by("id")
    )
)


def entries_of(session: Session) -> list[LogEntry]:
    """Every entry with its author and its words, in the order in which they were stored."""
    rows: list[LogEntry] = ENTRIES.records((session.pk,))
    for row in rows:
        row.session = session
    return rows


def as_entry(row: LogEntry) -> LoggedEntry:
    """A row as the fold reads it: keys as text, the author by reference."""
    words = getattr(row, "words", None)
    return LoggedEntry(
        key=str(row.key),
        kind=row.kind,
        at=row.at,
        stored_at=row.stored_at,
        by=row.by.actor_ref,
        facts=row.facts,
        text=words.text if words else "",
        corrects=str(row.corrects.key) if row.corrects else "",
    )


ENTRY_COLUMNS = (
    "by",
    "by__legal_name",
    "by__chosen_name",
    "key",
    "kind",
    "at",
    "stored_at",
    "facts",
    "words__text",
    "corrects__key",
)
"""The columns of a row of the log from which `logged` makes an entry."""


def logged(
    by: int,
    legal: str,
    chosen: str,
    key: UUID,
    kind: str,
    at: datetime,
    stored_at: datetime,
    facts: Mapping[str, Any],
    text: str | None,
    corrects: UUID | None,
) -> tuple[LoggedEntry, str]:
    """The entry of a row that was read as columns, and what its author is called."""
    corrected = str(corrects) if corrects else ""
    author = f"identity.person:{by}"
    entry = LoggedEntry(str(key), kind, at, stored_at, author, facts, text or "", corrected)
    return entry, name_in_use(chosen=chosen, legal=legal)


COLUMNS = Prepared(
    lambda keys, moments: LogEntry.objects.filter(session__in=keys).order_by("id").values_list(*ENTRY_COLUMNS)
)


def logged_in(session: Session) -> tuple[list[LoggedEntry], dict[str, str]]:
    """Every entry as the fold reads it, and what their authors are called: cheaper than rows that nobody shows."""
    found = [logged(*columns) for columns in COLUMNS.rows((session.pk,))]
    return [entry for entry, _name in found], {entry.by: name for entry, name in found}
