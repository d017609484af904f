"""Consents, requirements, symptoms."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from mooring.content.grades import EvidenceKind
from mooring.content.schema.base import Code, Item, Profile, Strict, Words


class TeachBack(Strict):
    """A question that shows whether a section was understood, and what a good answer holds."""

    question: Words
    expects: Words


class ConsentSection(Strict):
    """One section of a consent: plain words, and a teach-back question where it matters."""

    code: Code
    heading: Words
    text: Words
    teach_back: TeachBack | None = None
    choice: bool = False


class ConsentText(Item):
    """One versioned consent text; a new version asks again before the next dose."""

    product: str
    route: str
    setting: str = "clinic"
    language: str = "en"
    sections: tuple[ConsentSection, ...] = Field(min_length=1)


class NeededCredential(Strict):
    """One credential; `any_of` names others that serve as well."""

    credential: Code
    title: Words
    any_of: tuple[Code, ...] = ()


class Requirement(Item):
    """What a role needs in order to do an act."""

    role: Words
    acts: tuple[Code, ...] = Field(min_length=1)
    applies: Profile = Profile()
    needs: tuple[NeededCredential, ...] = Field(min_length=1)
    warn_days: int = Field(default=60, ge=0)


class Seen(Strict):
    """How often a symptom was seen in one group, in percent; `most_percent` where sources give a range.

    Single observations for orientation: groups, doses and ways of asking differ, so nothing is pooled.
    """

    group: Words
    people: int | None = Field(default=None, gt=0)
    of: Literal["patients", "sessions", "treatments"] = "patients"
    percent: float = Field(ge=0, le=100)
    most_percent: float | None = Field(default=None, ge=0, le=100)
    control_percent: float | None = Field(default=None, ge=0, le=100)
    control: str = ""
    reference: str
    kind: EvidenceKind

    @model_validator(mode="after")
    def _a_range_rises(self) -> Seen:
        if self.most_percent is not None and self.most_percent <= self.percent:
            raise ValueError("most_percent lies above percent")
        if (self.control_percent is None) != (not self.control):
            raise ValueError("control and control_percent are given together")
        return self


class Symptom(Item):
    """One coded symptom or effect, as tapped in a session or told afterwards."""

    code: Code
    words: Words = Field(description="What a patient would call it")
    nature: Literal["wanted", "unwanted", "either", "crisis"]
    group: Words
    severities: tuple[Words, ...] = ("mild", "moderate", "severe")
    alarm_from: int | None = Field(default=None, ge=1, le=3)
    script: str = ""
    seen: tuple[Seen, ...] = ()
