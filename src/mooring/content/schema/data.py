"""The data dictionary: every fact that a rule may look at, with its kind, unit and plausible range."""

from __future__ import annotations

from enum import StrEnum

from pydantic import model_validator

from mooring.content.schema.base import Key, Strict, Words


class DatumType(StrEnum):
    YES_NO = "yes-no"
    NUMBER = "number"
    CHOICE = "choice"
    MOMENT = "moment"
    DATE = "date"


class Datum(Strict):
    """One kind of fact. `stale_after_days`: an older fact counts as missing."""

    key: Key
    title: Words
    type: DatumType
    unit: str = ""
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    stale_after_days: int | None = None
    loinc: str = ""

    @model_validator(mode="after")
    def _fits_its_type(self) -> Datum:
        if (self.type == DatumType.CHOICE) != bool(self.choices):
            raise ValueError("choices are given for a choice, and for nothing else")
        if self.type == DatumType.NUMBER and not self.unit:
            raise ValueError("a number states its unit ('1' for a plain count or score)")
        return self
