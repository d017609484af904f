"""The clock of a monitoring form, and what its answers may not contradict. Days are the site's own calendar days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class FormStanding(StrEnum):
    """Where a session's form stands against its day."""

    OPEN = "open"
    LAST_DAY = "last-day"
    OVERDUE = "overdue"
    SENT = "sent"


@dataclass(frozen=True)
class FormClock:
    """By when a form reaches the programme, and what that means today."""

    due_on: date
    days_left: int
    standing: FormStanding


def clock_of(treated_on: date, within_days: int, today: date, *, sent: bool) -> FormClock:
    """The clock of a form: on the last whole day somebody is told, from the due day on it is overdue until sent.

    The due day itself counts as overdue, so that nobody finds out at midnight.

    >>> clock_of(date(2026, 11, 6), 7, date(2026, 11, 12), sent=False).standing.value
    'last-day'
    >>> clock_of(date(2026, 11, 6), 7, date(2026, 11, 13), sent=False).standing.value
    'overdue'
    """
    due_on = treated_on + timedelta(days=within_days)
    left = (due_on - today).days
    if sent:
        standing = FormStanding.SENT
    elif left <= 0:
        standing = FormStanding.OVERDUE
    else:
        standing = FormStanding.LAST_DAY if left == 1 else FormStanding.OPEN
    return FormClock(due_on, left, standing)


def split_name(name: str) -> tuple[str, str] | None:
    """First and last name, where there are exactly two words; of anything else a person says which is which.

    >>> split_name("Ruth Calloway"), split_name("Ana Maria Garcia Lopez")
    (('Ruth', 'Calloway'), None)
    """
    words = name.split()
    return (words[0], words[1]) if len(words) == 2 else None
