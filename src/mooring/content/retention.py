"""How long records of continuing education are kept, by body: dated content, read from `course/retention.yaml`. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).parent / "course" / "retention.yaml"


class RecordKind(StrEnum):
    """What is kept: a completion with its certificate, or the file of the activity."""

    COMPLETION = "completion"
    ACTIVITY_FILE = "activity-file"


class RetentionRule(BaseModel):
    """One body's rule about one kind of record, from a day on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body: str
    record: RecordKind
    years: int = Field(ge=1, le=30)
    says: str
    source: str
    effective_from: date
    effective_until: date | None = None
    unverified: bool = False

    def in_force(self, on: date) -> bool:
        return self.effective_from <= on and (self.effective_until is None or on <= self.effective_until)


class RetentionFile(BaseModel):
    """The file: when it was reviewed last, and its rules."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reviewed: date
    rules: tuple[RetentionRule, ...]


@cache
def retention_rules() -> RetentionFile:
    return RetentionFile.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def longest(rules: Iterable[RetentionRule], record: RecordKind, on: date) -> RetentionRule:
    """The rule that wins: the longest one in force on a day; of two as long, the one that was read."""
    found = [each for each in rules if each.record is record and each.in_force(on)]
    return max(found, key=lambda each: (each.years, not each.unverified))


def kept_until(record: RecordKind, begun: date, *, on: date) -> date:
    """The last day on which a record of `begun` must be kept, by the rules in force `on`.

    29 February becomes 28 February in a year that has none.
    """
    years = longest(retention_rules().rules, record, on).years
    try:
        return begun.replace(year=begun.year + years)
    except ValueError:
        return begun.replace(year=begun.year + years, day=28)
