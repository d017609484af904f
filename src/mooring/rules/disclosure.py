"""Whether a record may leave under a consent, and which disclosures a law lets the patient ask for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from mooring.content.schema.privacy import Accounting
from mooring.words.names import folded_words


class DisclosureBasis(StrEnum):
    """Why a disclosure is allowed."""

    TREATMENT = "treatment"
    PAYMENT = "payment"
    OPERATIONS = "operations"
    PATIENT = "patient"
    AUTHORISATION = "authorisation"
    MEDICAL_EMERGENCY = "medical-emergency"
    REQUIRED_BY_LAW = "required-by-law"
    PUBLIC_HEALTH = "public-health"
    OVERSIGHT = "oversight"
    COURT = "court"
    RESEARCH = "research"


class Recipients(StrEnum):
    """Whom a consent names: one recipient, everyone who treats or pays, or an intermediary with its members."""

    NAMED = "named"
    TREATING = "treating"
    INTERMEDIARY = "intermediary"


class Subject(StrEnum):
    """What a consent is about; notes of counselling and proceedings each need one of their own (42 CFR 2.31)."""

    RECORDS = "records"
    NOTES = "notes"
    PROCEEDINGS = "proceedings"


TREATMENT_PAYMENT_OPERATIONS = frozenset(
    {DisclosureBasis.TREATMENT, DisclosureBasis.PAYMENT, DisclosureBasis.OPERATIONS}
)
WITHOUT_CONSENT = frozenset(
    {
        DisclosureBasis.PATIENT,
        DisclosureBasis.MEDICAL_EMERGENCY,
        DisclosureBasis.COURT,
        DisclosureBasis.OVERSIGHT,
        DisclosureBasis.RESEARCH,
    }
)
"""On these a record of substance use may leave without the patient's consent; each has conditions of its own."""


@dataclass(frozen=True, kw_only=True)
class Permitted:
    """What one consent permits, as signed. `records` are codes of kinds of record; empty means all of them."""

    subject: Subject
    records: frozenset[str]
    recipients: Recipients
    recipient: str
    all_future: bool
    """For all future treatment, payment and operations."""
    purpose: str
    expires_on: date | None
    revoked_on: date | None


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What is about to leave, to whom and why."""

    records: frozenset[str]
    recipient: str
    basis: DisclosureBasis
    on: date
    has_notes: bool = False


def missing_elements(consent: Permitted) -> tuple[str, ...]:
    """Codes of the elements that a consent to be signed still lacks."""
    missing = []
    if not consent.recipient.strip():
        missing.append("recipient")
    if not consent.purpose.strip() and not consent.all_future:
        missing.append("purpose")
    if consent.expires_on is None and not consent.all_future:
        missing.append("expiry")
    if consent.subject != Subject.RECORDS and consent.all_future:
        missing.append("apart")
    return tuple(missing)


def why_not(consent: Permitted, leaving: Leaving) -> tuple[str, ...]:
    """Codes of what stands against letting this leave under this consent; empty where nothing does."""
    against = []
    if consent.revoked_on is not None and consent.revoked_on <= leaving.on:
        against.append("revoked")
    if consent.expires_on is not None and consent.expires_on < leaving.on:
        against.append("expired")
    if consent.records and not leaving.records <= consent.records:
        against.append("records")
    if not _names(consent, leaving):
        against.append("recipient")
    if consent.all_future and leaving.basis not in TREATMENT_PAYMENT_OPERATIONS:
        against.append("purpose")
    if leaving.has_notes and consent.subject != Subject.NOTES:
        against.append("notes")
    if leaving.basis == DisclosureBasis.COURT and consent.subject != Subject.PROCEEDINGS:
        against.append("proceedings")
    return tuple(against)


def _names(consent: Permitted, leaving: Leaving) -> bool:
    """Whether the consent names this recipient: by name, or as one of those who treat or pay."""
    if consent.recipients == Recipients.TREATING:
        return leaving.basis in TREATMENT_PAYMENT_OPERATIONS
    named, receives = set(folded_words(consent.recipient)), set(folded_words(leaving.recipient))
    return bool(receives) and (
        receives <= named if consent.recipients != Recipients.NAMED else receives == named
    )


class Made(Protocol):
    """What accounting looks at in a disclosure."""

    @property
    def day(self) -> date: ...
    @property
    def basis_code(self) -> str: ...
    @property
    def by_ehr(self) -> bool: ...
    @property
    def is_part2(self) -> bool: ...
    @property
    def is_consented(self) -> bool: ...


M = TypeVar("M", bound=Made)


def accounted(made: Iterable[M], rule: Accounting, on: date) -> list[M]:
    """The disclosures that the rule counts, back to the start of its window."""
    since = window_start(on, rule.window_years)
    return [each for each in made if since <= each.day <= on and _counts(each, rule)]


def _counts(made: Made, rule: Accounting) -> bool:
    if rule.part2_only and not made.is_part2:
        return False
    if rule.consented_only and not made.is_consented:
        return False
    if made.basis_code in rule.leaves_out:
        return False
    return made.basis_code not in rule.only_through_ehr or made.by_ehr


def window_start(on: date, years: int) -> date:
    """The first day that counts.

    >>> window_start(date(2028, 2, 29), 3)
    datetime.date(2025, 3, 1)
    """
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return date(on.year - years, 3, 1)
