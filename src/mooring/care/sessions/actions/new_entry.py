"""How an entry gets into the log: the one place where a row of it is written."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from django.db import IntegrityError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.models import Event
from mooring.audit.prepared import Prepared
from mooring.audit.recording import AlreadyDone, Clash, note, reference
from mooring.care.sessions.models import EntryText, LogEntry, Session, SessionState
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind, in_utc
from mooring.rules.verdict import Refused
from mooring.words.times import clock

TEXT_CHARACTERS = 2000
CHANNEL = "mooring_log"
"""On PostgreSQL each entry notifies here at its commit; open pages learn of it at once (`web/stream_changes.py`)."""


HELD = Prepared(
    lambda keys, moments: (
        Session.objects.select_for_update(no_key=True).filter(pk__in=keys).values_list("state")
    )
)
"""The state of a session, whose row the act holds from then on; on SQLite it holds the only writer already."""


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """An entry to be written, with its checks. `key` comes from the page, so that sending twice stores once."""

    session: Session
    kind: EntryKind
    by: Person
    at: datetime
    happened_at: datetime
    key: UUID
    facts: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    corrects: LogEntry | None = None

    def __post_init__(self) -> None:
        """Two times of one zone compare by the wall clock, an hour wrong when it changes: hence UTC."""
        object.__setattr__(self, "at", in_utc(self.at))
        object.__setattr__(self, "happened_at", in_utc(self.happened_at))

    def store(self) -> LogEntry:
        """Write it, as part of the act that is running, which ends with `AlreadyDone` when the key is known.

        Holds the session's row first: its entries are numbered in the order of their commits, and nothing is
        written into a session that is signed off or cancelled in the same moment.
        """
        self._check_time()
        text = self._checked_text()
        self._hold()
        try:
            entry = LogEntry.objects.create(
                key=self.key,
                session=self.session,
                kind=self.kind,
                at=self.happened_at,
                stored_at=timezone.now(),
                by=self.by,
                facts=self.facts,
                text_digest=self._digest(text),
                corrects=self.corrects,
            )
        except IntegrityError as error:
            raise Clash(self._explain) from error
        if text:
            EntryText.objects.create(entry=entry, text=text)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                heard = f"{entry.pk} {self.session.pk} {self.session.patient.site_id}"
                cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, heard])
        note(target=entry, session=self.session.pk, kind=self.kind, key=str(self.key))
        return entry

    def _hold(self) -> None:
        """A correction is written in a session that was signed off, too; who may, its act says."""
        if HELD.rows((self.session.pk,)) == [(SessionState.OPEN,)] or self.corrects is not None:
            return
        self._refuse_repeat()
        current = Session.objects.get(pk=self.session.pk)
        raise Refused(
            _("This session is {state}. Its log takes no new entry.").format(
                state=current.get_state_display()
            )
        )

    def _explain(self) -> NoReturn:
        """Why the entry stands already, asked once the act is rolled back."""
        self._refuse_repeat()
        raise Refused(_("A colleague recorded this a moment ago. Nothing was saved twice; check the log."))

    def _refuse_repeat(self) -> None:
        known = LogEntry.objects.filter(key=self.key).first()
        if known is None:
            return
        if known.session_id != self.session.pk or known.kind != self.kind:
            raise Refused(_("This key belongs to another entry. Nothing was saved; please send it again."))
        event = Event.objects.filter(target=reference(known)).order_by("id").first()
        if event is not None:
            raise AlreadyDone(event)

    def _check_time(self) -> None:
        local = self.session.patient.site.local
        if self.happened_at > self.at:
            raise Refused(_("This time lies in the future. Write when it happened."))
        if self.happened_at < in_utc(self.session.opened_at):
            opened = clock(local(self.session.opened_at))
            raise Refused(
                _("The session was opened at {opened}; an earlier time does not belong to it.").format(
                    opened=opened
                )
            )

    def _checked_text(self) -> str:
        text = self.text.strip()
        if len(text) > TEXT_CHARACTERS:
            raise Refused(
                _("These words are longer than {most} characters. Please shorten them.").format(
                    most=TEXT_CHARACTERS
                )
            )
        if "\x00" in text:
            raise Refused(_("This text contains a character that cannot be saved. Type it again."))
        return text

    def _digest(self, text: str) -> str:
        return hashlib.sha256(f"{self.key}:{text}".encode()).hexdigest() if text else ""
