"""Protocols: dose, rate, spacing and limits, as templates that a prescriber makes into a treatment."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from mooring.content.schema.base import Id, Item, Strict, Words
from mooring.content.schema.giving import ROUTES_OF_SHAPE, FirstDose, Giving, InfusionGiving

Number = Decimal
Product = Literal["racemic ketamine", "esketamine"]
Route = Literal["intravenous", "intramuscular", "subcutaneous", "intranasal", "oral", "sublingual"]


class Dose(Strict):
    """The dose and its limits, in mg per what `per` says; `most_mg` is the ceiling of one session.

    `most_mg_per_h` is the ceiling of an infusion's rate. `first` says what the first dose of a treatment is.
    """

    per: Literal["kg", "session", "hour and kg"]
    start: Number = Field(gt=0)
    least: Number = Field(gt=0)
    most: Number = Field(gt=0)
    most_mg: Number | None = Field(default=None, gt=0)
    most_mg_per_h: Number | None = Field(default=None, gt=0)
    second_signature_above: Number | None = Field(default=None, gt=0)
    first: tuple[FirstDose, ...] = ()
    choices: tuple[Number, ...] = ()
    round_to_mg: Number = Field(default=Decimal("0.1"), gt=0)

    @model_validator(mode="after")
    def _ordered(self) -> Dose:
        if not self.least <= self.start <= self.most:
            raise ValueError("expected least <= start <= most")
        return self


class Duration(Strict):
    """How long the dose is given, in minutes."""

    usual_min: int = Field(gt=0)
    least_min: int = Field(gt=0)
    most_min: int = Field(gt=0)


class Spacing(Strict):
    """How many doses in how many days, and how close two may stand."""

    cycles: int = Field(gt=0)
    least_cycles: int | None = None
    most_cycles: int | None = None
    least_days: int = Field(ge=0, description="From the first to the last dose, at least")
    most_days: int = Field(ge=0)
    gap_days_least: int = Field(ge=0, description="Days between two doses, at least")
    gap_days_most: int = Field(ge=0)
    target_days: tuple[int, ...] = Field(description="The day of each dose, the first being day 0")

    @model_validator(mode="after")
    def _whole(self) -> Spacing:
        days = self.target_days
        if len(days) != self.cycles or list(days) != sorted(set(days)) or days[:1] != (0,):
            raise ValueError(f"target_days: expected {self.cycles} rising days that begin with 0")
        gaps = [later - earlier for earlier, later in itertools.pairwise(days)]
        if any(not self.gap_days_least <= gap <= self.gap_days_most for gap in gaps):
            raise ValueError("target_days: a gap lies outside gap_days_least and gap_days_most")
        if gaps and not self.least_days <= days[-1] <= self.most_days:
            raise ValueError("target_days: the last day lies outside least_days and most_days")
        return self


class TaperStep(Strict):
    """One step of the taper after induction: so many doses, so many days apart."""

    doses: int | None = Field(default=None, description="None: for as long as the treatment continues")
    gap_days: int = Field(gt=0)
    words: Words


class FollowUp(Strict):
    """Review points, steps, taper and stop rules after or during induction.

    `steps` are the doses of a response-guided protocol, the next of which is proposed below `step_below_improvement`.
    `lengthen_by_days` is proposed after so many stable doses at one gap; `end_after_days` ends a treatment that was not
    studied for longer.
    """

    review_after_doses: tuple[int, ...] = ()
    review_every_doses: int | None = Field(default=None, gt=0)
    review_after_gap_days: int | None = Field(default=None, gt=0)
    review_every_days: int | None = None
    steps: tuple[Number, ...] = ()
    step_below_improvement: float | None = Field(default=None, ge=0, le=1)
    lengthen_after_doses: int | None = Field(default=None, gt=0)
    lengthen_by_days: int | None = Field(default=None, gt=0)
    longest_gap_days: int | None = Field(default=None, gt=0)
    end_after_days: int | None = Field(default=None, gt=0)
    least_improvement: float | None = Field(default=None, ge=0, le=1)
    taper: tuple[TaperStep, ...] = ()
    shorten_when_rise_from_best: float | None = None
    shorten_only_from_total: float | None = None
    most_doses_per_90_days: int | None = None
    stop_trial_after_days: int | None = None
    stop_rules: tuple[Words, ...] = ()


class ProtocolTemplate(Item):
    """One way of treating, as somebody studied or licensed it.

    `reference_only` says why no dose can be ordered under it: it is kept to be read.
    """

    product: Product
    salt_basis: Literal["base", "hydrochloride"] = "base"
    route: Route
    indications: tuple[Words, ...]
    standing: Literal["approved", "off-label", "off-label, compounded", "investigational"]
    setting: Literal["clinic", "inpatient", "at-home"] = "clinic"
    dose: Dose
    giving: Giving | None = Field(default=None, description="An infusion needs no word")
    duration: Duration | None = None
    reference_only: str = ""
    spacing: Spacing
    independent_check: bool = Field(
        default=True,
        description="Whether who signed the order may not be one of the two who read it back; where they may, it is said",
    )
    monitoring: Id | None = None
    follow_up: FollowUp | None = None
    summary: Words
    known: Words = Field(description="What is known of it, for and against, in plain words")
    unsure: tuple[Words, ...] = ()

    @property
    def given_as(self) -> Giving | None:
        """How the dose is given; None for a route of a pack from before its shape was known."""
        if self.giving is not None:
            return self.giving
        return InfusionGiving(shape="infusion") if self.route == "intravenous" else None

    @model_validator(mode="after")
    def _shape_fits_route(self) -> ProtocolTemplate:
        if self.giving is not None and self.route not in ROUTES_OF_SHAPE[self.giving.shape]:
            raise ValueError(f"giving: {self.giving.shape} cannot be {self.route}")
        return self
