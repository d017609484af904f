"""What a kind of paper is: what it is made of, what it asks of who makes it, and how its sheet comes about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from mooring.care.papers.models import PracticeDetails
from mooring.care.patients.models import Patient
from mooring.care.patients.queries import whose_words
from mooring.care.safety.models import AdverseEvent
from mooring.care.sessions.queries import SessionChart
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.work.documents.sheet import Sheet, SheetSection

SESSION, PATIENT, EVENT = "session", "patient", "event"
Words = str | Promise


@dataclass(frozen=True)
class PaperQuestion:
    """What a paper asks of who makes it, because no record holds it: a recipient, a diagnosis code, a fee."""

    code: str
    label: Words
    required: bool = True
    rows: int = 1
    choices: tuple[tuple[str, Words], ...] = ()


@dataclass(frozen=True)
class PaperSubject:
    """What a paper is made of, read at the moment at which it is made."""

    patient: Patient
    chart: SessionChart | None
    practice: PracticeDetails | None
    letterhead: tuple[str, ...]
    by: Person
    now: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    event: AdverseEvent | None = None

    @property
    def registered(self) -> AdverseEvent:
        """The event of the register, for papers of one."""
        if self.event is None:
            raise ValueError("this paper is made of an event of the register")
        return self.event

    @property
    def session_chart(self) -> SessionChart:
        """The chart, for papers of a session."""
        if self.chart is None:
            raise ValueError("this paper is made of a session")
        return self.chart

    def sheet(
        self,
        kind: str,
        title: str,
        lead: str,
        sections: tuple[SheetSection, ...],
        missing: tuple[str, ...] = (),
        *,
        version: str = "",
    ) -> Sheet:
        """The paper with what stands on every page: letterhead, identifiers, version."""
        return Sheet(
            kind, version or _("version {number}").format(number=1), title, lead, self.letterhead, whose_words(self.patient),
            tuple(section for section in sections if section.facts or section.lines or section.rows), missing,
        )  # fmt: skip


@dataclass(frozen=True)
class KindOfPaper:
    """One kind: `about` says of what it is made, `permission` who may make and read it, `asks` what is typed."""

    code: str
    title: Words
    about: str
    permission: Permission
    make: Callable[[PaperSubject], Sheet]
    asks: tuple[PaperQuestion, ...] = ()
    products: tuple[str, ...] = ()
    """Only for sessions with these products; empty: all."""
