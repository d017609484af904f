"""A treatment as intended: whether it stays within its protocol, and the days of its doses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from mooring.content.orderable import Lack, lacks, needs_ceiling
from mooring.content.pack import Pack
from mooring.content.schema.protocols import ProtocolTemplate, Spacing
from mooring.rules.doses.basis import UNITS
from mooring.rules.doses.checking import protocol_finding
from mooring.rules.verdict import Effect, RuleMessage, Verdict


@dataclass(frozen=True)
class Plan:
    """What a prescriber intends: so many doses of so much, in mg per what the protocol says, over so many minutes.

    `duration_min` is None where nothing is infused.
    """

    doses: int
    amount: Decimal
    duration_min: int | None = None


@dataclass(frozen=True)
class Obstacle:
    """Why no dose order can be written under a protocol, and what would have to be done."""

    says: RuleMessage
    asks: RuleMessage


ASKS: Mapping[Lack, str] = {
    Lack.REFERENCE_ONLY: "protocol.read_only",
    Lack.NO_DURATION: "protocol.site_writes_duration",
    Lack.NO_CONSENT: "protocol.site_writes_consent",
}
"""What to do about each lack; of any other, the site writes an item of its own and signs the pack."""


def obstacles(
    protocol: ProtocolTemplate, pack: Pack, on: date, ceiling_mg: Decimal | None = None
) -> tuple[Obstacle, ...]:
    """What stands between a protocol and a dose order here; empty where orders can be written.

    `ceiling_mg` is what the site's medical director signed, where the protocol prints no ceiling.
    """
    found = [
        Obstacle(
            RuleMessage(lack, route=protocol.route, why=protocol.reference_only),
            RuleMessage(ASKS.get(lack, "protocol.site_writes_item")),
        )
        for lack in lacks(protocol, pack, on)
    ]
    if not found and needs_ceiling(protocol) and ceiling_mg is None:
        found.append(
            Obstacle(RuleMessage("protocol.no_ceiling"), RuleMessage("protocol.director_signs_ceiling"))
        )
    return tuple(found)


def fits_here(protocol: ProtocolTemplate, pack: Pack, on: date, ceiling_mg: Decimal | None = None) -> bool:
    """Whether a dose order can be written under it."""
    return not obstacles(protocol, pack, on, ceiling_mg)


def check_plan(plan: Plan, protocol: ProtocolTemplate) -> Verdict:
    """Whether the plan stays within the protocol's own limits; every finding blocks."""
    dose, spacing, duration, unit = (
        protocol.dose,
        protocol.spacing,
        protocol.duration,
        UNITS[protocol.dose.per],
    )
    least_doses, most_doses = spacing.least_cycles or 1, spacing.most_cycles or spacing.cycles
    found: list[tuple[str, RuleMessage]] = []
    if not least_doses <= plan.doses <= most_doses:
        says = RuleMessage("plan.doses_outside", value=plan.doses, least=least_doses, most=most_doses)
        found.append(("doses", says))
    if not dose.least <= plan.amount <= dose.most:
        says = RuleMessage(
            "plan.dose_outside", value=plan.amount, least=dose.least, most=dose.most, unit=unit
        )
        found.append(("dose", says))
    elif dose.choices and plan.amount not in dose.choices:
        says = RuleMessage("dose.no_such_dose", dose_mg=plan.amount, exist_mg=dose.choices)
        found.append(("dose-choice", says))
    minutes = plan.duration_min
    if duration is not None and (minutes is None or not duration.least_min <= minutes <= duration.most_min):
        says = RuleMessage(
            "plan.duration_outside", value=minutes, least=duration.least_min, most=duration.most_min
        )
        found.append(("duration", says))
    asks = RuleMessage("plan.stay_within")
    return Verdict(tuple(protocol_finding(protocol, rule, Effect.BLOCK, says, asks) for rule, says in found))


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
    first = next_open_day(first, open_days)
    days: list[date] = []
    for offset in _offsets(spacing, doses):
        day = first + timedelta(days=offset)
        if days:
            day = max(day, days[-1] + timedelta(days=max(spacing.gap_days_least, 1)))
        days.append(next_open_day(day, open_days))
    return tuple(days)


def _offsets(spacing: Spacing, doses: int) -> Iterator[int]:
    yield from spacing.target_days[:doses]
    last = spacing.target_days[-1]
    for more in range(1, doses - len(spacing.target_days) + 1):
        yield last + more * max(spacing.gap_days_least, 1)


def next_open_day(day: date, open_days: frozenset[int]) -> date:
    """The day itself, or the first one after it on which the site is open."""
    while day.isoweekday() not in open_days:
        day += timedelta(days=1)
    return day
