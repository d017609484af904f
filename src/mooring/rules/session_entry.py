"""One entry of a dosing session's log, as the rules read it: its kind, its facts, what it contributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

WITHDRAWN = "withdrawn"
"""The fact by which a correction says that the entry it names should not have been written at all."""


class EntryKind(StrEnum):
    """Every kind of entry; `care/sessions/kinds/` holds a file for each, named like the member."""

    DOUBLE_CHECK = "time-out"
    STARTED = "started"
    PART = "dose-part"
    VITALS = "vitals"
    PAIN = "pain"
    SYMPTOM = "symptom"
    STATE = "state"
    INTERVENTION = "intervention"
    RATE = "rate"
    NOTE = "note"
    ACKNOWLEDGEMENT = "acknowledgement"
    DOSING_ENDED = "dosing-ended"
    DISCHARGE_CHECK = "discharge-check"
    DISCHARGED = "discharged"
    SIGNED_OFF = "signed-off"
    WATCH = "watch"
    SITTING = "sitting"
    ATTESTATION = "attestation"
    CUFF = "cuff"
    CALL = "call"
    CALL_ANSWERED = "call-answered"
    EMERGENCY = "emergency"
    EMERGENCY_STEP = "emergency-step"
    EMERGENCY_OVER = "emergency-over"
    DEBRIEF = "debrief"


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a time without a zone is refused with `ValueError`.

    Two times in one zone are subtracted by Python on the wall clock, an hour wrong across a clock change.
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a session's times need a time zone")
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class LoggedEntry:
    """One entry of the log. `key` names it; `corrects` is the key of the entry that it replaces, or empty."""

    key: str
    kind: str
    at: datetime
    stored_at: datetime
    by: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    corrects: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", in_utc(self.at))
        object.__setattr__(self, "stored_at", in_utc(self.stored_at))
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        """By when it happened, then by when it was stored."""
        return self.at, self.stored_at, self.key

    @property
    def withdrawn(self) -> bool:
        return self.facts.get(WITHDRAWN) is True


@dataclass(frozen=True)
class Contribution:
    """What an entry that stands adds to the folded session; empty for words alone.

    `values` are signs by key with the unit in the name, `symptoms` severities (1 to 3) by code, `answers`
    what was asked for the discharge, `intervention` a code, `reading` what was read back at the double check and
    whether it `agrees` with the order, `given_ml` how much was infused, `part` the figures of one part of the dose
    that was given, `acknowledged` the keys of the alerts that somebody answered, `rate_ml_per_h` what the pump runs at
    from then on.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    symptoms: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, object] = field(default_factory=dict)
    intervention: str = ""
    reading: str = ""
    agrees: bool = False
    given_ml: str = ""
    part: Mapping[str, Any] = field(default_factory=dict)
    acknowledged: tuple[str, ...] = ()
    rate_ml_per_h: str = ""


ContributionOf = Callable[[LoggedEntry], Contribution]
