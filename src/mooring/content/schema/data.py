"""The data dictionary: every fact that a rule may look at, with its kind, unit and plausible range."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from functools import cached_property

from pydantic import Field, model_validator

from mooring.content.schema.base import Key, Strict, Words


class DatumType(StrEnum):
    YES_NO = "yes-no"
    NUMBER = "number"
    CHOICE = "choice"
    MOMENT = "moment"
    DATE = "date"


class Datum(Strict):
    """One kind of fact. One told or measured longer ago than `stale_after_…` counts as missing.

    `same_day`: it speaks of the day on which it was asked, so the next day knows nothing of it, however few hours
    have passed ("no alcohol", answered at 23:50). `stands`: a "yes" that a clinician confirmed does not grow old; it
    holds until a clinician refutes it. `optional`: counts only where it is known (a laboratory value); a rule that
    looks at it is not met without it. `steps`: what each whole number of a scale means, from the lowest on.
    """

    key: Key
    title: Words
    type: DatumType
    unit: str = ""
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    stale_after_days: int | None = Field(default=None, gt=0)
    stale_after_hours: int | None = Field(default=None, gt=0)
    same_day: bool = False
    stands: bool = False
    optional: bool = False
    loinc: str = ""
    steps: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _fits_its_type(self) -> Datum:
        if (self.type == DatumType.CHOICE) != bool(self.choices):
            raise ValueError("choices are given for a choice, and for nothing else")
        if self.type == DatumType.NUMBER and not self.unit:
            raise ValueError("a number states its unit ('1' for a plain count or score)")
        if self.steps and len(self.steps) != (self.most or 0) - (self.least or 0) + 1:
            raise ValueError("steps name every whole number from the lowest to the highest")
        if self.stale_after_days is not None and self.stale_after_hours is not None:
            raise ValueError("a fact grows old after days or after hours, not both")
        return self

    @cached_property
    def stale_after(self) -> timedelta | None:
        """How long a fact of this kind counts; None: it does not grow old by itself."""
        if self.stale_after_hours is not None:
            return timedelta(hours=self.stale_after_hours)
        return None if self.stale_after_days is None else timedelta(days=self.stale_after_days)
