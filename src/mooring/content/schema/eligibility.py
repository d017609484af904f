"""Eligibility: who should not have this treatment, or only after a further look."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mooring.content.schema.base import Graded, Item, Key, Profile, Strict, TriggerText, Words

EffectName = Literal["INFO", "CAUTION", "SPECIALIST_REVIEW", "HOLD", "BLOCK"]
OverrideName = Literal["nobody", "prescriber", "two people"]


class Question(Strict):
    """What the patient is asked: one thing, plainly. The answer is the reported value of `about`."""

    about: Key
    text: Words
    hint: str = ""


class LabelText(Strict):
    """What a product's label really prints about the condition."""

    document: Words
    prints: Literal["contraindication", "warning", "not recommended", "not named"]
    where: str = ""
    reference: str = ""


class Variant(Strict):
    """Another effect for one product, route, jurisdiction or setting; the first that fits counts."""

    where: Profile
    effect: EffectName
    override: OverrideName | None = None


class EligibilityRule(Item):
    """One condition: what is asked, what is confirmed, when it speaks and what it then asks of people."""

    group: Words
    applies: Profile = Profile()
    question: Question | None = None
    confirm: Words = Field(description="What a clinician must confirm")
    when: TriggerText
    effect: EffectName
    override: OverrideName
    variants: tuple[Variant, ...] = ()
    says: Words
    asks: Words
    labels: tuple[LabelText, ...] = ()
    note: str = ""


class ReadinessRule(Item):
    """What must be so on the day; what clears in minutes belongs here."""

    group: Words
    applies: Profile = Profile()
    question: Question | None = None
    when: TriggerText = Field(description="When the patient is NOT ready")
    effect: EffectName
    override: OverrideName
    says: Words
    asks: Words


__all__ = [
    "EffectName",
    "EligibilityRule",
    "Graded",
    "LabelText",
    "OverrideName",
    "Question",
    "ReadinessRule",
    "Variant",
]
