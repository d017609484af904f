"""Rules about records as such: what is accounted for, which notice travels, what is kept how long."""

from __future__ import annotations

from pydantic import Field, model_validator

from mooring.content.jurisdictions import within
from mooring.content.schema.base import Code, Item, Key, Strict, Words


class Accounting(Strict):
    """Which disclosures a law lets the patient ask for, and how far back."""

    window_years: int = Field(ge=1, le=30)
    leaves_out: tuple[Code, ...] = ()
    only_through_ehr: tuple[Code, ...] = Field(
        default=(), description="Counted only if sent through a health record"
    )
    part2_only: bool = False
    consented_only: bool = False


class Notice(Strict):
    """The words that travel with a disclosure."""

    words: Words


class ConsentStatements(Strict):
    """What a written consent tells the patient, beside what is filled in."""

    revoking: Words
    redisclosure: Words
    refusing: Words


class Scope(Strict):
    """What marks a row at its source in a Part 2 programme: indications of a treatment, questionnaires, answers.

    `facts` are keys of the data dictionary: whoever states or settles one, whatever the answer.
    """

    indications: tuple[Words, ...] = ()
    instruments: tuple[Words, ...] = ()
    facts: tuple[Key, ...] = ()


class Retention(Strict):
    """How long a kind of record is kept; without `years` nothing of that kind is erased."""

    records: Code
    years: int | None = Field(default=None, ge=1, le=120)
    minor_until_age: int | None = Field(default=None, ge=16, le=40)


class PrivacyRule(Item):
    """One dated rule of one law: it says exactly one of the things below."""

    law: Words
    jurisdictions: tuple[Words, ...] = ()
    accounting: Accounting | None = None
    notice: Notice | None = None
    consent: ConsentStatements | None = None
    scope: Scope | None = None
    retention: Retention | None = None

    def holds_at(self, jurisdiction: str) -> bool:
        return not self.jurisdictions or within(jurisdiction, self.jurisdictions)

    @model_validator(mode="after")
    def _says_one_thing(self) -> PrivacyRule:
        parts = (self.accounting, self.notice, self.consent, self.scope, self.retention)
        if sum(part is not None for part in parts) != 1:
            raise ValueError("a rule says one of accounting, notice, consent, scope, retention")
        return self
