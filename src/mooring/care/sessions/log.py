"""How the log of a session is read: its entries in the order in which they were stored, and what their authors are called.

A log only grows, and each tap and each look reads it whole. So a process keeps the logs that it read last, and reads
what came since. Some rows that it has, read again beside the newer ones, and the number of all tell whether the kept
one is still the beginning; where it is not, all rows are read. Of several logs at once the database says first which
have grown. What is read inside an act is kept once the act is committed: it may be taken back
(docs/decisions/0036-what-was-read-of-a-log-is-kept.md).
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Count, Max, Q, Subquery
from django.db.models.functions import Cast

from mooring.audit.prepared import Prepared
from mooring.care.sessions.kinds import contribution_of
from mooring.care.sessions.models import LogEntry
from mooring.rules import session_log
from mooring.rules.episodes import Cued
from mooring.rules.session_entry import LoggedEntry
from mooring.rules.session_log import FoldedSession
from mooring.words.names import name_in_use


@dataclass(frozen=True)
class StoredEntry:
    """An entry with the number of its row; rows are numbered in the order in which they were stored."""

    pk: int
    entry: LoggedEntry


@dataclass(frozen=True)
class Tally:
    """What tells one log from another: how many entries, the number of the newest row, the greatest key."""

    entries: int = 0
    newest: int = 0
    greatest_key: str = ""


@dataclass(frozen=True)
class SessionLog:
    """Every entry of a session in the order of storing, and what its authors are called, by reference."""

    rows: tuple[StoredEntry, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def folded(self) -> FoldedSession:
        """What the entries say; a log is folded here, and folded on where it has `grown`."""
        return session_log.fold((row.entry for row in self.rows), contribution_of)

    @cached_property
    def cued(self) -> dict[object, Cued]:
        """What was worked out of it for its alerts, by what else they depend on (`SessionChart.alerts`)."""
        return {}

    @cached_property
    def pks(self) -> Mapping[str, int]:
        """The number of each entry's row, by the entry's key."""
        return {row.entry.key: row.pk for row in self.rows}

    @cached_property
    def known_again(self) -> Mapping[int, StoredEntry]:
        """The newest row and the first of each author, by number: by them a kept log is known to stand, and its names."""
        first = {row.entry.by: row for row in reversed(self.rows)}
        return {row.pk: row for row in (*self.rows[-1:], *first.values())}

    @cached_property
    def tally(self) -> Tally:
        greatest = max((row.entry.key for row in self.rows), default="")
        return Tally(len(self.rows), self.rows[-1].pk if self.rows else 0, greatest)

    def grown(self, newer: Iterable[StoredEntry], names: Mapping[str, str]) -> "SessionLog":
        """This log with the rows that came after its newest; what was worked out of it is worked on where it can be."""
        rows = tuple(newer)
        log = SessionLog((*self.rows, *rows), names)
        before = vars(self).get("folded")
        on = before and session_log.fold_on(before, (row.entry for row in rows), contribution_of)
        if on is not None:
            vars(log).update(folded=on, cued=dict(self.cued))
        return log

    def called(self, names: Mapping[str, str]) -> "SessionLog":
        """The same log with its authors' present names."""
        return self if self.names == names else replace(self, names=names)

    def until(self, at: datetime) -> "SessionLog":
        """What the log says had happened by then."""
        return replace(self, rows=tuple(row for row in self.rows if row.entry.at <= at))


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
    entry = LoggedEntry(str(key), kind, at, stored_at, _author(by), facts, text or "", corrected)
    return entry, name_in_use(chosen=chosen, legal=legal)


def _author(pk: int) -> str:
    return f"identity.person:{pk}"


class KeptLogs:
    """The logs that this process read last."""

    AT_MOST = 128
    """About 1.5 kB an entry, with what is folded of it."""

    def __init__(self) -> None:
        self._logs: OrderedDict[int, SessionLog] = OrderedDict()
        self._lock = Lock()

    def of(self, sessions: Iterable[int]) -> dict[int, SessionLog]:
        with self._lock:
            return {session: self._logs[session] for session in sessions if session in self._logs}

    def keep(self, logs: Mapping[int, SessionLog]) -> None:
        with self._lock:
            for session, log in logs.items():
                self._logs[session] = log
                self._logs.move_to_end(session)
            while len(self._logs) > self.AT_MOST:
                self._logs.popitem(last=False)


KEPT = KeptLogs()
SINCE = Prepared(
    lambda keys, moments: (
        LogEntry.objects.filter(id__gte=keys[0], session__in=keys[1:])
        .order_by("id")
        .values_list("session", "id", *ENTRY_COLUMNS)
    )
)
TALLIES = Prepared(
    lambda keys, moments: (
        LogEntry.objects.filter(session__in=keys)
        .order_by("session", "by")
        .values_list("session", "by", "by__legal_name", "by__chosen_name")
        .annotate(entries=Count("id"), newest=Max("id"), greatest=Max(Cast("key", CharField())))
    )
)


FOLLOWING = Prepared(
    lambda keys, moments: (
        LogEntry.objects.filter(Q(id__gt=keys[1]) | Q(id__in=keys[1:]), session=keys[0])
        .order_by("id")
        .annotate(
            entries=Subquery(
                LogEntry.objects.filter(session=keys[0]).values("session").annotate(n=Count("id")).values("n")
            )
        )
        .values_list("id", "entries", *ENTRY_COLUMNS)
    )
)
"""What came after a row of a session, that row and some others of it, and how many there are in all."""


def log_of(session: int) -> SessionLog:
    """The log of a session (its id), as it stands now: one statement where this process read it before."""
    kept = KEPT.of([session]).get(session)
    found = kept and _followed(session, kept)
    if found is None:
        found = _read_on({session: SessionLog()})[session]
    transaction.on_commit(partial(KEPT.keep, {session: found}))
    return found


def _followed(session: int, log: SessionLog) -> SessionLog | None:
    """This log with the rows that came after it; None where it is not the beginning of what stands there now."""
    known = log.known_again
    if not known:
        return None
    rows = FOLLOWING.rows((session, *known))
    standing, newer, names = 0, list[StoredEntry](), dict[str, str]()
    for pk, _number, *columns in rows:
        entry, names[entry.by] = logged(*columns)
        if pk not in known:
            newer.append(StoredEntry(pk, entry))
        elif known[pk].entry == entry:
            standing += 1
    entries = rows[0][1] if rows else 0
    if standing < len(known) or entries != len(log.rows) + len(newer):
        return None
    return log.grown(newer, names) if newer else log.called(names)


def logs_of(sessions: Iterable[int]) -> dict[int, SessionLog]:
    """The logs of sessions (ids), as they stand now: two statements, however many there are."""
    asked = list(sessions)
    kept = KEPT.of(asked)
    said = _said_of(list(kept))
    kept = {session: log.called(said[session][1]) for session, log in kept.items()}
    grown = {
        session: kept.get(session, SessionLog())
        for session in asked
        if session not in kept or kept[session].tally != said[session][0]
    }
    found = kept | _read_on(grown)
    torn = [session for session in grown if session in kept and found[session].tally != said[session][0]]
    found |= _read_on({session: SessionLog() for session in torn})
    transaction.on_commit(partial(KEPT.keep, found))
    return found


def _said_of(sessions: list[int]) -> dict[int, tuple[Tally, dict[str, str]]]:
    """What the database says of the logs of these sessions: the tally, and the names of the authors."""
    authors: dict[int, list[tuple[Any, ...]]] = {session: [] for session in sessions}
    for session, *columns in TALLIES.rows(sessions) if sessions else ():
        authors[session].append(tuple(columns))
    return {session: _summed(rows) for session, rows in authors.items()}


def _summed(authors: list[tuple[Any, ...]]) -> tuple[Tally, dict[str, str]]:
    names = {_author(by): name_in_use(chosen=chosen, legal=legal) for by, legal, chosen, *_figures in authors}
    if not authors:
        return Tally(), names
    greatest = max(str(UUID(row[5])) for row in authors)
    return Tally(sum(row[3] for row in authors), max(row[4] for row in authors), greatest), names


def _read_on(logs: Mapping[int, SessionLog]) -> dict[int, SessionLog]:
    """These logs with the rows that came after their newest; an empty one where that is another row by now."""
    if not logs:
        return {}
    newest = {session: log.rows[-1:] for session, log in logs.items()}
    since = min(rows[0].pk if rows else 0 for rows in newest.values())
    rows: dict[int, list[StoredEntry]] = defaultdict(list)
    names = {session: dict(log.names) for session, log in logs.items()}
    for session, pk, *columns in SINCE.rows((since, *logs)):
        if not newest[session] or pk >= newest[session][0].pk:
            entry, name = logged(*columns)
            rows[session].append(StoredEntry(pk, entry))
            names[session][entry.by] = name
    return {
        session: log.grown(rows[session][len(newest[session]) :], names[session])
        if tuple(rows[session][:1]) == newest[session] or not newest[session]
        else SessionLog()
        for session, log in logs.items()
    }
