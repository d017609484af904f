"""Which time limit of law or programme holds at a site on a day."""

from __future__ import annotations

from datetime import date, timedelta

from mooring.content.pack import Pack
from mooring.content.schema.regulation import TimeLimit

SATURDAY = 5


def limit_of(pack: Pack, about: str, on: date, jurisdiction: str, product: str = "") -> TimeLimit | None:
    """The limit of this kind that holds there on that day; None where no rule on file gives one.

    >>> from mooring.content.loader import load
    >>> limit_of(load(), "loss-report", date(2026, 11, 12), "US-OR").days
    45
    """
    for limit in pack.limits.in_force(on):
        if limit.about == about and limit.applies.fits(product, "", jurisdiction, ""):
            return limit
    return None


def last_day(limit: TimeLimit, start: date) -> date:
    """The last day of a limit that begins on `start`; business days leave out weekends (holidays are not known here).

    >>> from mooring.content.loader import load
    >>> last_day(limit_of(load(), "loss-notice", date(2026, 11, 13), "US-OR"), date(2026, 11, 13))
    datetime.date(2026, 11, 16)
    """
    if limit.days is not None:
        return start + timedelta(days=limit.days)
    if limit.years is not None:
        day = min(start.day, 28) if start.month == 2 else start.day
        return start.replace(year=start.year + limit.years, day=day)
    day_of, left = start, limit.business_days or 0
    while left:
        day_of += timedelta(days=1)
        left -= day_of.weekday() < SATURDAY
    return day_of
