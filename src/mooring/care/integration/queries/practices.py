"""What a patient practises and how it goes, their journal, and whether their page is open."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from mooring.audit.recording import reference
from mooring.care.integration.models import JournalEntry, Practice
from mooring.care.patients.models import Patient
from mooring.work.models import LinkState, TaskLink

LINK = "practices"
SHOWN_DAYS = 14


@dataclass(frozen=True)
class PracticeProgress:
    """One practice with the days of the last two weeks, oldest first, and how many were marked in all."""

    practice: Practice
    days: tuple[tuple[date, bool], ...]
    total: int

    @property
    def lately(self) -> int:
        """How many of the days shown were marked."""
        return sum(done for _day, done in self.days)

    @property
    def done_today(self) -> bool:
        return self.days[-1][1]


def practices_of(patient: Patient, today: date, *, ended: bool = False) -> list[PracticeProgress]:
    """The practices that stand, or those that ended, each with its progress."""
    found = Practice.objects.filter(patient__in=patient.records, ended_at__isnull=not ended)
    shown = [today - timedelta(days=back) for back in range(SHOWN_DAYS - 1, -1, -1)]
    progress = []
    for practice in found.select_related("by", "cycle").prefetch_related("days").order_by("at", "pk"):
        marked = {day.on for day in practice.days.all()}
        days = tuple((day, day in marked) for day in shown)
        progress.append(PracticeProgress(practice, days, len(marked)))
    return progress


def journal_of(patient: Patient, *, own: bool) -> list[JournalEntry]:
    """The entries, newest first: all of them for the patient themselves (`own`), the shared ones for the team."""
    found = JournalEntry.objects.filter(Q() if own else Q(shared=True), patient__in=patient.records)
    return list((found.select_related("private") if own else found).order_by("-at", "-pk"))


def has_link(patient: Patient, at: datetime) -> bool:
    """Whether the patient's page is open to them by a link that was sent."""
    links = TaskLink.objects.filter(kind=LINK, about=reference(patient), state=LinkState.OPEN)
    return links.filter(expires_at__gt=at).exists()
