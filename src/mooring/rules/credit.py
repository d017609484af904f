"""Credit: when an offering is open, how much may be claimed, and whether a course's makers have disclosed.

Sources: ACCME, Standards for Integrity and Independence in Accredited Continuing Education, Standard 3 (all
financial relationships with ineligible companies in the 24 months before, collected before the role, mitigated
before the role, told to learners before they engage); AMA PRA credit system (claimed in steps of 0.25, with
attestation).
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from mooring.content.course.schema import Offering, Provider
from mooring.rules.verdict import RuleMessage

LOOKS_BACK_MONTHS = 24
"""How far a disclosure looks back (ACCME, Standard 3.1)."""
RENEWED_AFTER = timedelta(days=366)
"""A disclosure older than this is asked again. ACCME allows yearly collection that is kept up to date."""


@dataclass(frozen=True)
class MakerFacts:
    """What is recorded about one person in control of content.

    `held` is the first day of each role that was given; `mitigated` holds the places of the mitigated
    relationships in `companies`.
    """

    name: str
    roles: Collection[str]
    held: Mapping[str, date] = field(default_factory=dict)
    disclosed_on: date | None = None
    companies: tuple[str, ...] = ()
    mitigated: Collection[int] = ()


def disclosure_problems(maker: MakerFacts, on: date) -> tuple[RuleMessage, ...]:
    """Why this person may not hold a role on a day: nothing disclosed, too long ago, or not mitigated."""
    if maker.disclosed_on is None:
        return (RuleMessage("credit.not_disclosed", maker=maker.name, months=LOOKS_BACK_MONTHS),)
    found = []
    if on - maker.disclosed_on > RENEWED_AFTER:
        found.append(RuleMessage("credit.disclosure_old", maker=maker.name, on=maker.disclosed_on))
    found += [
        RuleMessage("credit.not_mitigated", maker=maker.name, company=company)
        for place, company in enumerate(maker.companies)
        if place not in maker.mitigated
    ]
    return tuple(found)


def maker_problems(maker: MakerFacts, on: date) -> tuple[RuleMessage, ...]:
    """What stands between this person's part in the course and its credit on a day."""
    not_given = [
        RuleMessage("credit.role_not_given", maker=maker.name, role=role.replace("-", " "))
        for role in maker.roles
        if role not in maker.held or maker.held[role] > on
    ]
    return disclosure_problems(maker, on) or tuple(not_given)


def offering_problems(offering: Offering, on: date) -> tuple[RuleMessage, ...]:
    """Why an offering is closed on a day by its own dates."""
    if offering.paused:
        return (RuleMessage("credit.paused"),)
    if on < offering.valid_from:
        return (RuleMessage("credit.starts", on=offering.valid_from),)
    if on > offering.valid_through:
        return (RuleMessage("credit.ended", on=offering.valid_through),)
    return ()


def statement(offering: Offering, *, provider: Provider, title: str, amount: Decimal) -> str:
    """The offering's statement with provider, title and amount filled in; nothing else is replaced."""
    words = offering.statement
    for name, value in (("{provider}", provider.name), ("{title}", title), ("{amount}", f"{amount:f}")):
        words = words.replace(name, value)
    return words


def amount_problem(offering: Offering, amount: Decimal) -> RuleMessage | None:
    """Why this amount cannot be claimed, or None: all of it, or whole steps up to the maximum.

    Amounts are written as the accreditor writes them (1.00), so they are handed on as text.
    """
    most, step = str(offering.max_amount), str(offering.step)
    if not amount.is_finite():
        return RuleMessage("credit.amount_no_number")
    if not offering.partial_allowed:
        return None if amount == offering.max_amount else RuleMessage("credit.amount_whole", most=most)
    if amount <= 0 or amount > offering.max_amount:
        return RuleMessage("credit.amount_range", step=step, most=most)
    return None if amount % offering.step == 0 else RuleMessage("credit.amount_step", step=step)


def eligibility_problems(
    offering: Offering, *, profession: str, state: str, licence: str
) -> tuple[RuleMessage, ...]:
    """Why a person who states this may not claim the offering."""
    found = []
    if offering.professions and profession not in offering.professions:
        found.append(RuleMessage("credit.professions", professions=tuple(offering.professions)))
    if offering.states and state not in offering.states:
        found.append(RuleMessage("credit.states", states=tuple(offering.states)))
    if offering.licence_required and not licence.strip():
        found.append(RuleMessage("credit.licence"))
    return tuple(found)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day.

    >>> months_later(date(2027, 1, 31), 1)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
