"""How much an infusion can have given by a time, and when it can have ended; plain arithmetic on the order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

Pause = tuple[datetime, datetime | None]
"""From when to when dosing was paused; None while it still is."""
RateChange = tuple[datetime, Decimal]
"""From when on the pump runs at which rate (mL/h)."""
TENTH = Decimal("0.1")
MICROSECOND, MICROSECONDS_AN_HOUR = timedelta(microseconds=1), Decimal(3_600_000_000)


def expected_ml(
    started_at: datetime,
    until: datetime,
    *,
    rate_ml_per_h: Decimal,
    volume_ml: Decimal,
    pauses: Iterable[Pause] = (),
    changes: Iterable[RateChange] = (),
) -> Decimal:
    """What the pump gives by its rates until then (mL, to a tenth), pauses left out, at most the whole volume.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 12, 12, tzinfo=UTC)
    >>> expected_ml(noon, noon.replace(minute=4), rate_ml_per_h=Decimal(54), volume_ml=Decimal(36))
    Decimal('3.6')
    """
    if rate_ml_per_h <= 0:
        return volume_ml
    later = sorted((at, rate) for at, rate in changes if started_at < at < until)
    stretches = [(started_at, rate_ml_per_h), *later]
    ends = [at for at, _rate in later] + [until]
    stopped, total = list(pauses), Decimal(0)
    for (since, rate), end in zip(stretches, ends, strict=True):
        total += rate * Decimal(_running(since, end, stopped) // MICROSECOND) / MICROSECONDS_AN_HOUR
    return min(total.quantize(TENTH, ROUND_HALF_UP), volume_ml)


def _running(since: datetime, until: datetime, pauses: Iterable[Pause]) -> timedelta:
    """How long the pump ran between two moments."""
    running = until - since
    for paused_at, resumed_at in pauses:
        running -= max(min(resumed_at or until, until) - max(paused_at, since), timedelta(0))
    return max(running, timedelta(0))


def earliest_end(started_at: datetime, given_ml: Decimal, rate_ml_per_h: Decimal) -> datetime:
    """When so much (mL) can have been given at the earliest at this rate; a bolus has no least time."""
    if rate_ml_per_h <= 0:
        return started_at
    return started_at + timedelta(hours=float(given_ml / rate_ml_per_h))
