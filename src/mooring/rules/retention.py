"""From which day a kind of record may go, by the rule of the place. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mooring.content.schema.privacy import Retention


class Keeping(StrEnum):
    """Whether a kind of record may go now."""

    MAY_GO = "may-go"
    STAYS_UNTIL = "stays-until"
    STAYS = "stays"
    """No rule gives a period: it stays until the site adds its own."""


@dataclass(frozen=True)
class Judged:
    """One kind of record under one rule."""

    keeping: Keeping
    from_day: date | None = None


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March.

    >>> years_after(date(2024, 2, 29), 1)
    datetime.date(2025, 3, 1)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def strictest(rules: Iterable[Retention]) -> Retention | None:
    """One rule that keeps as long as each of them: the most years, and of minors the highest age.

    >>> strictest([Retention(records="clinical", years=7), Retention(records="clinical", minor_until_age=25)]).years
    7
    """
    found = [*rules]
    if not found:
        return None
    years = max((each.years for each in found if each.years is not None), default=None)
    age = max((each.minor_until_age for each in found if each.minor_until_age is not None), default=None)
    return Retention(records=found[0].records, years=years, minor_until_age=age)


def judge(rule: Retention | None, *, last_on: date, birth_date: date, today: date) -> Judged:
    """Whether it may go: so many years after the last entry, and of minors not before they are of that age."""
    if rule is None or rule.years is None:
        return Judged(Keeping.STAYS)
    from_day = years_after(last_on, rule.years)
    if rule.minor_until_age is not None:
        from_day = max(from_day, years_after(birth_date, rule.minor_until_age))
    return Judged(Keeping.MAY_GO if from_day <= today else Keeping.STAYS_UNTIL, from_day)
