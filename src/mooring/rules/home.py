"""Doses at home: when a prescriber's visit is due, how much may be in the house, when silence is passed on.

Every number here is a design default of the at-home programme (a medical director signs the programme), but for the
visits (before the first dose, after the second, then every six), which published programmes describe alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum

FIRST_REVIEW, THEN_EVERY = 2, 6
MOST_DOSES_OUT = 6
REFILL_AFTER = timedelta(days=7)
ATTEST_EVERY = timedelta(minutes=15)
STEP = timedelta(minutes=3)


def visit_point(given: int) -> int:
    """After how many doses the visit that counts now was due: 0, 2, 8, 14, …

    >>> [visit_point(n) for n in (0, 1, 2, 7, 8, 13, 14)]
    [0, 0, 2, 2, 8, 8, 14]
    """
    if given < FIRST_REVIEW:
        return 0
    return FIRST_REVIEW + (given - FIRST_REVIEW) // THEN_EVERY * THEN_EVERY


def visit_due(given_at: Sequence[datetime], visited_at: Sequence[datetime], since: datetime) -> bool:
    """Whether a prescriber's visit is due before the next dose of a treatment that was signed at `since`."""
    doses = sorted(given_at)
    point = visit_point(len(doses))
    after = since if point == 0 else doses[point - 1]
    return not any(visit >= after for visit in visited_at)


@dataclass(frozen=True)
class Handed:
    """Doses that were dispensed for the house on a day."""

    on: date
    doses: int


def doses_out(handed: Sequence[Handed], taken: int, returned: int) -> int:
    """How many dispensed doses are still in the house."""
    return sum(each.doses for each in handed) - taken - returned


def dispensing_faults(
    handed: Sequence[Handed], *, doses: int, taken: int, returned: int, on: date
) -> tuple[str, ...]:
    """Codes of what speaks against dispensing so many doses on a day."""
    found = []
    if doses_out(handed, taken, returned) + doses > MOST_DOSES_OUT:
        found.append("home.too_many")
    last = max((each.on for each in handed), default=None)
    if last is not None and on - last < REFILL_AFTER:
        found.append("home.too_soon")
    return tuple(found)


class Silence(IntEnum):
    """How far a missed attestation has been passed on."""

    NONE = 0
    CHAPERONE = 1
    PATIENT = 2
    CLINICIAN = 3
    WELFARE = 4


def next_attestation(started_at: datetime, attested_at: Sequence[datetime]) -> datetime:
    """When the chaperone is to look and answer next: fifteen minutes after the last answer, or the start."""
    return max([started_at, *attested_at]) + ATTEST_EVERY


def silence(due_at: datetime, now: datetime) -> Silence:
    """Who is asked by now: each step three minutes after the one before.

    >>> from datetime import UTC
    >>> due = datetime(2026, 11, 12, 18, 49, tzinfo=UTC)
    >>> silence(due, due + timedelta(minutes=4)).name
    'CHAPERONE'
    """
    late = now - due_at
    if late < STEP:
        return Silence.NONE
    return Silence(min(late // STEP, Silence.WELFARE))
