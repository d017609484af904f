"""What regulators and payers ask for, with its dates: time limits, forms with their fields, billing codes.

An edition of a form, or a code, ends like any other item: what was valid on the day of a dose is printed for that
dose, whatever holds today.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from mooring.content.schema.base import Code, Item, Profile, Strict, Words


class TimeLimit(Item):
    """How long something is kept or looked back upon, or by when something is done, by a rule of law or programme."""

    about: Code
    authority: Words
    applies: Profile = Profile()
    years: int | None = Field(default=None, gt=0)
    days: int | None = Field(default=None, gt=0)
    business_days: int | None = Field(default=None, gt=0)
    summary: Words

    @model_validator(mode="after")
    def _one_span(self) -> TimeLimit:
        if sum(span is not None for span in (self.years, self.days, self.business_days)) != 1:
            raise ValueError("exactly one of years, days and business_days is given")
        return self


class FormField(Strict):
    """One field of a regulator's form; `seen` is False where no source showed the page that it stands on."""

    code: Code
    section: Words
    label: Words
    kind: Literal["text", "date", "yes-no", "whole", "decimal", "pressure", "choice", "list", "signature"]
    required: bool = False
    page: int = Field(default=1, ge=1)
    seen: bool = True


class PaperForm(Item):
    """One edition of a form that others ask for: its fields, and in words what nobody here has seen of it."""

    form: Code
    issuer: Words
    applies: Profile = Profile()
    fields: tuple[FormField, ...] = Field(min_length=1)
    unseen: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _codes_are_unique(self) -> PaperForm:
        codes = [field.code for field in self.fields]
        if len(codes) != len(set(codes)):
            raise ValueError("a field's code stands once in a form")
        return self


class BillingCode(Item):
    """A code by which a payer is told what was done: our own words, never the owner's descriptor, and no price."""

    code: str = Field(pattern=r"^[A-Z0-9]{5}$")
    bills: Literal["visit", "drug", "giving", "longer"]
    payers: tuple[Literal["medicare", "medicaid", "other"], ...] = ()
    applies: Profile = Profile()
    unit: Words
    above_mg: float | None = Field(default=None, ge=0)
    most_mg: float | None = Field(default=None, gt=0)
    above_minutes: int | None = Field(default=None, ge=0)
    most_minutes: int | None = Field(default=None, gt=0)
    summary: Words
