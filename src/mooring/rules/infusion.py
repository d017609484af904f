"""How much an infusion can have given by a time, and when it can have ended; plain arithmetic on the order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

Pause = tuple[datetime, datetime | None]
"""From when to when dosing was paused; None while it still is."""
TENTH = Decimal("0.1")


def expected_ml(
    started_at: datetime,
    until: datetime,
    *,
    rate_ml_per_h: Decimal,
    volume_ml: Decimal,
    pauses: Iterable[Pause] = (),
) -> Decimal:
    """What the pump gives by its rate until then (mL, to a tenth), pauses left out, at most the whole volume.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 12, 12, tzinfo=UTC)
    >>> expected_ml(noon, noon.replace(minute=4), rate_ml_per_h=Decimal(54), volume_ml=Decimal(36))
    Decimal('3.6')
    """
    if rate_ml_per_h <= 0:
        return volume_ml
    running = until - started_at
    for paused_at, resumed_at in pauses:
        running -= max(min(resumed_at or until, until) - max(paused_at, started_at), timedelta(0))
    hours = Decimal(max(running, timedelta(0)) / timedelta(hours=1))
    return min((rate_ml_per_h * hours).quantize(TENTH, ROUND_HALF_UP), volume_ml)


def earliest_end(started_at: datetime, given_ml: Decimal, rate_ml_per_h: Decimal) -> datetime:
    """When so much (mL) can have been given at the earliest at this rate; a bolus has no least time."""
    if rate_ml_per_h <= 0:
        return started_at
    return started_at + timedelta(hours=float(given_ml / rate_ml_per_h))
