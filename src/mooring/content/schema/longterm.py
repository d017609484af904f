"""Long-term safety, benchmarks and trials."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from mooring.content.schema.base import Item, Profile, Strict, TriggerText, Words
from mooring.content.schema.eligibility import EffectName, OverrideName


class LongTermCheck(Item):
    """What is observed over months and years, how often, and what a finding asks for."""

    applies: Profile = Profile()
    cadence: Words
    every_days: int | None = Field(default=None, gt=0)
    every_doses: int | None = Field(default=None, gt=0)
    when: TriggerText
    effect: EffectName
    override: OverrideName
    says: Words
    asks: Words


class Benchmark(Item):
    """What somebody measured in a group of patients, for comparison with a clinic's own."""

    study: Words
    design: Words
    controlled: bool
    indication: Words
    route: str
    product: str
    people: int = Field(gt=0)
    instrument: Words
    timepoint: Words
    response_percent: float | None = Field(default=None, ge=0, le=100)
    remission_percent: float | None = Field(default=None, ge=0, le=100)
    comparator: str = ""
    comparator_response_percent: float | None = Field(default=None, ge=0, le=100)
    comparator_remission_percent: float | None = Field(default=None, ge=0, le=100)
    caveats: tuple[Words, ...] = Field(min_length=1)


class Arm(Strict):
    """One arm of a trial: how many, and what was counted or measured."""

    name: Words
    people: int = Field(gt=0)
    events: int | None = Field(default=None, ge=0)
    mean: float | None = None
    sd: float | None = Field(default=None, gt=0)


class Outcome(Strict):
    """One outcome of a trial in two arms. Counts or means only where the source gives them.

    `difference` is treated minus control, with its 95 % interval or its standard error as printed.
    """

    name: Literal[
        "response",
        "remission",
        "relapse",
        "change in depression score",
        "change in suicidal thoughts",
        "change in PTSD score",
        "other",
    ]
    instrument: Words
    timepoint: Words
    higher_is: Literal["better", "worse"]
    treated: Arm | None = None
    control: Arm | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    standard_error: float | None = Field(default=None, gt=0)
    as_printed: str = ""

    @model_validator(mode="after")
    def _difference_with_its_interval(self) -> Outcome:
        interval = (self.low, self.high, self.standard_error)
        if self.difference is None and any(end is not None for end in interval):
            raise ValueError("an interval or a standard error belongs to a difference")
        if (self.low is None) != (self.high is None):
            raise ValueError("an interval has two ends")
        difference, low, high = self.difference, self.low, self.high
        if None not in (difference, low, high) and not low < difference < high:  # type: ignore[operator]
            raise ValueError("the difference lies inside its interval")
        return self


class Trial(Item):
    """One trial as data."""

    study: Words
    year: int
    design: Words
    indication: Words
    product: str
    route: str
    comparator: Words
    blinding: Words
    outcomes: tuple[Outcome, ...]
    finding: Literal["for", "against", "mixed", "no difference"]
    says: Words
    limits: tuple[Words, ...] = ()
