"""A treatment as intended: whether it stays within its protocol, and the days of its doses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from mooring.content.schema.protocols import ProtocolTemplate, Spacing
from mooring.rules.verdict import Effect, Finding, Override, RuleMessage, Verdict


@dataclass(frozen=True)
class Plan:
    """What a prescriber intends: so many doses of so many mg/kg, each over so many minutes."""

    doses: int
    mg_per_kg: Decimal
    duration_min: int


@dataclass(frozen=True)
class Obstacle:
    """Why no dose order can be written under a protocol, and what would have to be done."""

    says: RuleMessage
    asks: RuleMessage


def obstacles(protocol: ProtocolTemplate) -> tuple[Obstacle, ...]:
    """What stands between a protocol and a dose order; empty where orders can be written.

    An order is computed per kilogram, for an infusion into a vein, with a ceiling in mg and a duration.
    """
    found = []
    not_yet = RuleMessage("protocol.no_such_orders_yet")
    if protocol.route != "intravenous":
        found.append(Obstacle(RuleMessage("protocol.other_route", route=protocol.route), not_yet))
    if protocol.dose.per != "kg":
        found.append(Obstacle(RuleMessage("protocol.not_per_kilogram", per=protocol.dose.per), not_yet))
    if protocol.dose.most_mg is None:
        found.append(
            Obstacle(RuleMessage("protocol.no_ceiling"), RuleMessage("protocol.site_writes_ceiling"))
        )
    if protocol.duration is None and protocol.route == "intravenous":
        found.append(
            Obstacle(RuleMessage("protocol.no_duration"), RuleMessage("protocol.site_writes_duration"))
        )
    return tuple(found)


def fits_here(protocol: ProtocolTemplate) -> bool:
    """Whether a dose order can be written under it."""
    return not obstacles(protocol)


def check_plan(plan: Plan, protocol: ProtocolTemplate) -> Verdict:
    """Whether the plan stays within the protocol's own limits; every finding blocks."""
    dose, spacing, duration = protocol.dose, protocol.spacing, protocol.duration
    limits: list[tuple[str, str, Decimal, Decimal, Decimal]] = [
        (
            "doses",
            "plan.doses_outside",
            Decimal(plan.doses),
            Decimal(spacing.least_cycles or 1),
            Decimal(spacing.most_cycles or spacing.cycles),
        ),
        ("dose", "plan.dose_outside", plan.mg_per_kg, dose.least, dose.most),
    ]
    if duration is not None:
        least_min, most_min = Decimal(duration.least_min), Decimal(duration.most_min)
        limits.append(("duration", "plan.duration_outside", Decimal(plan.duration_min), least_min, most_min))
    return Verdict(
        tuple(
            Finding(
                rule=f"{protocol.key}/{rule}",
                effect=Effect.BLOCK,
                says=RuleMessage(code, value=value, least=least, most=most),
                asks=RuleMessage("plan.stay_within"),
                sources=protocol.references,
                grade=protocol.grade,
                override=Override.NOBODY,
            )
            for rule, code, value, least, most in limits
            if not least <= value <= most
        )
    )


def target_days(spacing: Spacing, first: date, open_days: frozenset[int], doses: int) -> tuple[date, ...]:
    """The day of each dose: the protocol's days from the first open day on, each moved to the next open one.

    `open_days` are ISO weekdays (1 is Monday). Two doses never stand closer than the protocol allows; a
    closed day may push one later than planned. Doses beyond the protocol's list follow at its least gap.

    >>> from datetime import date
    >>> target_days(six_in_three_weeks, date(2026, 11, 2), frozenset({1, 2, 3, 4, 5}), 2)  # doctest: +SKIP
    (datetime.date(2026, 11, 2), datetime.date(2026, 11, 5))
    """
    if not open_days & frozenset(range(1, 8)):
        raise ValueError("a site without an open day plans no dose")
    first = _next_open(first, open_days)
    days: list[date] = []
    for offset in _offsets(spacing, doses):
        day = first + timedelta(days=offset)
        if days:
            day = max(day, days[-1] + timedelta(days=max(spacing.gap_days_least, 1)))
        days.append(_next_open(day, open_days))
    return tuple(days)


def _offsets(spacing: Spacing, doses: int) -> Iterator[int]:
    yield from spacing.target_days[:doses]
    last = spacing.target_days[-1]
    for more in range(1, doses - len(spacing.target_days) + 1):
        yield last + more * max(spacing.gap_days_least, 1)


def _next_open(day: date, open_days: frozenset[int]) -> date:
    while day.isoweekday() not in open_days:
        day += timedelta(days=1)
    return day
