"""Which questionnaires a treatment asks for, and when relative to its doses."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mooring.content.schema.base import Id, Item, Profile, Strict

OUTCOME = "OUTCOME"
"""Stands for the instrument that the prescriber chose to follow the treatment."""


class AskedAt(Strict):
    """One questionnaire, so many hours before or after a dose; `OUTCOME` is the one that follows the treatment.

    `every_doses`: at the first dose and then every so many.
    """

    instrument: Id
    when: Literal["before", "after"]
    hours: int = Field(ge=0, le=24 * 400)
    every_doses: int = Field(default=1, gt=0, le=24)


class MeasureSchedule(Item):
    """What is asked around the doses of a treatment of this kind, where its plan says nothing else."""

    applies: Profile = Profile()
    asks: tuple[AskedAt, ...] = Field(min_length=1)
