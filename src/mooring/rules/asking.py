"""Which questionnaires are due when: the plan's lines against the doses as they are planned and given.

A line before a dose counts until that dose begins; one after a dose counts until the next dose begins, so that the
checks at a week or a month follow the last dose and no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class AskingLine:
    """One line of the plan: so many hours before or after each dose, or every so many; it stands since a moment."""

    key: int
    before: bool
    hours: int
    every_doses: int
    since: datetime

    def meets(self, number: int) -> bool:
        """Whether the line speaks of the dose of this number: the first, and then every so many."""
        return (number - 1) % self.every_doses == 0


@dataclass(frozen=True)
class DoseMoment:
    """A dose of the treatment: its cycle, its number, when it is planned, when it began."""

    cycle: int
    number: int
    planned_at: datetime
    given_at: datetime | None = None


def due_moments(lines: Iterable[AskingLine], doses: Iterable[DoseMoment]) -> dict[tuple[int, int], datetime]:
    """When each line asks, by (line, cycle): before every dose that is still to come, and after the newest given.

    What lay before the line was written is asked at once before a dose, and not at all after one.
    """
    every = sorted(doses, key=lambda dose: dose.number)
    given = [dose for dose in every if dose.given_at is not None]
    newest = max(given, key=lambda dose: dose.given_at or dose.planned_at, default=None)
    found: dict[tuple[int, int], datetime] = {}
    for line in lines:
        span = timedelta(hours=line.hours)
        if line.before:
            for dose in every:
                if dose.given_at is None and line.meets(dose.number):
                    found[line.key, dose.cycle] = max(dose.planned_at - span, line.since)
        elif newest is not None and newest.given_at is not None and line.meets(newest.number):
            due_at = newest.given_at + span
            if due_at >= line.since:
                found[line.key, newest.cycle] = due_at
    return found
