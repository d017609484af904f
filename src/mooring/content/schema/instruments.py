"""Questionnaires and scales: structure, exact scoring, bands, change and licence."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import model_validator

from mooring.content import trigger
from mooring.content.schema.base import Code, Graded, Id, Item, Strict, TriggerText, Words


class Answer(Strict):
    """One answer: its value and, where the text may be shipped, its words."""

    value: float
    text: str = ""


class InstrumentItem(Strict):
    """One item. `answers` only where they differ from the instrument's.

    `only_if`: a trigger over the other items ('-' written '_'); where it is not met the item is skipped.
    """

    code: Code
    text: str = ""
    answers: tuple[Answer, ...] = ()
    least: float | None = None
    most: float | None = None
    reversed: bool = False
    scored: bool = True
    only_if: TriggerText | None = None
    loinc: str = ""


class Allowed(NamedTuple):
    """What an item may be: these values (any, where none are given) from least to most."""

    values: frozenset[float]
    least: float
    most: float
    reversed: bool


class Part(Strict):
    """A part of a score: the sum, mean, highest, or how many items reach `reach`."""

    take: Literal["sum", "mean", "highest", "count"]
    items: tuple[Code, ...]
    reach: float | None = None

    @model_validator(mode="after")
    def _reach_for_counts(self) -> Part:
        if (self.take == "count") != (self.reach is not None):
            raise ValueError("reach is given for a count, and for nothing else")
        return self


class Scale(Strict):
    """A total or subscale: its parts added, then multiplied.

    `missing_allowed` items may be missing; they then count as the mean of those answered (`mean`).
    """

    code: Code
    title: Words
    parts: tuple[Part, ...]
    times: float = 1
    least: float
    most: float
    missing_allowed: int = 0
    higher_is: Literal["worse", "better", "neither"] = "worse"


class ScoreBand(Strict):
    """From `least` to `most`, both included. `of` names a group of people (men, women) where bands differ."""

    least: float
    most: float
    label: Words
    of: str = ""


class Change(Graded):
    """What counts as change: parts of the baseline or points of the total."""

    kind: Literal["response", "remission", "reliable change", "important difference", "caseness"]
    fraction: float | None = None
    points: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""


class Watch(Strict):
    """An item that acts by itself as soon as it is saved."""

    item: Code
    at_least: float
    name: Code
    says: Words
    asks: Words


class Flag(Strict):
    """Shown when a trigger over the codes of scales and items ('-' written '_') is met."""

    code: Code
    when: TriggerText
    says: Words


class Licence(Strict):
    """Whether the text may be shipped: open, or with a notice (this line); the others not."""

    standing: Literal["open", "notice", "noncommercial", "structure only", "left out"]
    holder: str = ""
    line: Words
    confirmed: bool = False
    reference: str = ""

    @property
    def may_ship_text(self) -> bool:
        return self.standing in ("open", "notice")


class Loinc(Strict):
    """Codes, given only where the LOINC page itself was opened."""

    panel: str = ""
    total: str = ""
    answers: str = ""
    reference: str = ""


class Instrument(Item):
    """One questionnaire or scale; its first scale is the total."""

    short: Words
    respondent: Literal["patient", "clinician"]
    recall: str = ""
    recall_days: int | None = None
    repeat_after_days: int | None = None
    stem: str = ""
    answers: tuple[Answer, ...] = ()
    items: tuple[InstrumentItem, ...]
    scales: tuple[Scale, ...]
    bands: tuple[ScoreBand, ...] = ()
    change: tuple[Change, ...] = ()
    watch: tuple[Watch, ...] = ()
    flags: tuple[Flag, ...] = ()
    licence: Licence
    loinc: Loinc | None = None
    texts_from: Id | None = None
    unsure: tuple[Words, ...] = ()

    @property
    def total(self) -> Scale:
        return self.scales[0]

    @functools.cached_property
    def allowed(self) -> Mapping[str, Allowed]:
        """What each item may be, by its code."""
        return {item.code: self._allowed(item) for item in self.items}

    def _allowed(self, item: InstrumentItem) -> Allowed:
        values = frozenset(answer.value for answer in self.answers_of(item))
        least = item.least if item.least is not None else min(values, default=0.0)
        most = item.most if item.most is not None else max(values, default=math.inf)
        return Allowed(values, least, most, item.reversed)

    def answers_of(self, item: InstrumentItem) -> tuple[Answer, ...]:
        return item.answers or self.answers

    @model_validator(mode="after")
    def _hangs_together(self) -> Instrument:
        codes = [item.code for item in self.items]
        if len(set(codes)) != len(codes):
            raise ValueError("an item code is given twice")
        if not self.scales and self.items:
            raise ValueError("an instrument with items has at least one scale")
        named = {code for scale in self.scales for part in scale.parts for code in part.items}
        named |= {watch.item for watch in self.watch}
        if unknown := sorted(named - set(codes)):
            raise ValueError(f"unknown items {', '.join(unknown)}")
        scored = {code.replace("-", "_") for code in [*codes, *(scale.code for scale in self.scales)]}
        looked_at = {key for flag in self.flags for key in trigger.keys(trigger.parse(flag.when))}
        if unknown := sorted(looked_at - scored):
            raise ValueError(f"a flag looks at {', '.join(unknown)}, which is neither an item nor a scale")
        if any(item.text for item in self.items) and not self.licence.may_ship_text:
            raise ValueError(f"the licence ({self.licence.standing}) does not allow the text to be shipped")
        return self
