"""Esketamine's safety programme (REMS): what is attested and acknowledged, and what the monitoring form asks, folded.

The attestations are those read in the outpatient setting form (2020) with what the regulator's page of 2024 added
(respiratory depression, a pulse oximeter). Sentences for people stand in `sentences.rems`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mooring.rules.monitoring import Alert
from mooring.rules.session_log import FoldedSession, VitalSigns


class Attestation(StrEnum):
    """What the authorised representative attests for the setting."""

    READ = "read"
    PRESCRIBER_ON_SITE = "prescriber-on-site"
    MONITORED_TWO_HOURS = "monitored-two-hours"
    OXIMETER = "oximeter"
    TRAINED = "trained"
    COUNSELLED = "counselled"
    VERIFIED = "verified"
    SUPERVISED = "supervised"
    FORM_IN_SEVEN_DAYS = "form-in-seven-days"
    TRANSFERS = "transfers"
    NOT_OUTSIDE = "not-outside"
    NO_TRANSFER_OF_STOCK = "no-transfer-of-stock"
    RECERTIFIED = "recertified"
    RECORDS = "records"
    AUDITS = "audits"


class Acknowledgment(StrEnum):
    """What the patient acknowledges when enrolling."""

    SELF_USE = "self-use"
    TWO_HOURS = "two-hours"
    NO_DRIVING = "no-driving"
    MEDICINES = "medicines"
    DATA = "data"


Minute = Callable[[datetime], int]
"""Whole minutes since the first device."""
SEDATED_BELOW = 5
"""MOAA/S 5 answers readily to the name; below it is sedated."""
DISSOCIATIVE = frozenset({"detached", "loss-of-reality", "senses-changed", "time-changed"})
SEDATING = frozenset({"drowsy"})
BREATHING = frozenset({"spo2_percent", "respiratory_rate_per_min", "breathing-stopped"})


@dataclass(frozen=True)
class Span:
    """From which minute to which an effect was seen; `until_min` is None while it has not resolved."""

    from_min: int
    until_min: int | None


@dataclass(frozen=True)
class Pressure:
    systolic: float
    diastolic: float
    minute: int


@dataclass(frozen=True)
class MonitoringFacts:
    """What the patient monitoring form asks of one session, read out of its log; minutes are since the first device.

    `floor_min` is when the two hours are over, `ready_min` when the patient would have been ready without them.
    """

    started_at: datetime
    monitored_min: int | None
    ready_min: int | None
    lots: tuple[str, ...]
    devices: int
    failed_devices: int
    before: Pressure | None
    at_40: Pressure | None
    last: Pressure | None
    acceptable_before: bool
    acceptable_after: bool | None
    oximetry: bool
    sedation: Span | None
    dissociation: Span | None
    respiratory_depression: Span | None


def monitoring_facts(
    state: FoldedSession, alerts: Iterable[Alert], ready_at: datetime | None, *, discharge_open: bool | None
) -> MonitoringFacts | None:
    """The facts of the form, or None before the first device. `discharge_open` is whether the discharge was allowed."""
    started_at = state.started_at
    if started_at is None:
        return None

    def minute(at: datetime) -> int:
        return int((at - started_at).total_seconds() // 60)

    vitals = [signs for signs in state.vitals if "systolic_mmhg" in signs.values]
    before = [signs for signs in vitals if signs.at <= started_at]
    after = [signs for signs in vitals if signs.at > started_at]
    parts = state.parts_given
    return MonitoringFacts(
        started_at=started_at,
        monitored_min=None if state.discharged_at is None else minute(state.discharged_at),
        ready_min=None if ready_at is None else max(minute(ready_at), 0),
        lots=tuple(dict.fromkeys(part.lot for part in parts if part.lot)),
        devices=sum(1 for part in parts if not part.failed),
        failed_devices=sum(1 for part in parts if part.failed),
        before=_pressure(before[-1:], minute),
        at_40=_pressure(
            sorted(_near(after, minute, 40), key=lambda signs: abs(minute(signs.at) - 40)), minute
        ),
        last=_pressure(after[-1:], minute),
        acceptable_before=bool(before),
        acceptable_after=discharge_open,
        oximetry=any("spo2_percent" in signs.values for signs in state.vitals),
        sedation=_span(_sedated(state), minute),
        dissociation=_span(_dissociated(state), minute),
        respiratory_depression=_span(_breathing(state, alerts), minute),
    )


NEAR_40_MIN = 10
"""A pressure within ten minutes of the fortieth counts as that reading; a design default."""


def _near(vitals: list[VitalSigns], minute: Minute, target: int) -> list[VitalSigns]:
    return [signs for signs in vitals if abs(minute(signs.at) - target) <= NEAR_40_MIN]


def _pressure(vitals: list[VitalSigns], minute: Minute) -> Pressure | None:
    if not vitals:
        return None
    signs = vitals[0]
    return Pressure(signs.values["systolic_mmhg"], signs.values.get("diastolic_mmhg", 0), minute(signs.at))


Seen = list[tuple[datetime, bool]]
"""At each look: whether the effect was there."""


def _sedated(state: FoldedSession) -> Seen:
    looks = [
        (signs.at, signs.values["moaas"] < SEDATED_BELOW) for signs in state.vitals if "moaas" in signs.values
    ]
    return sorted(looks + [(each.at, True) for each in state.symptoms if each.code in SEDATING])


def _dissociated(state: FoldedSession) -> Seen:
    looks = [
        (check.at, check.answers["dissociation_over"] != "yes")
        for check in state.discharge_answers
        if "dissociation_over" in check.answers
    ]
    return sorted(looks + [(each.at, True) for each in state.symptoms if each.code in DISSOCIATIVE])


def _breathing(state: FoldedSession, alerts: Iterable[Alert]) -> Seen:
    reds = [(alert.at, True) for alert in alerts if alert.sounds and alert.sign in BREATHING]
    red_at = {at for at, _there in reds}
    clear = [
        (signs.at, False)
        for signs in state.vitals
        if "spo2_percent" in signs.values and signs.at not in red_at
    ]
    return sorted(reds + clear) if reds else []


def _span(looks: Seen, minute: Minute) -> Span | None:
    seen = [at for at, there in looks if there]
    if not seen:
        return None
    resolved = next((at for at, there in looks if not there and at > seen[-1]), None)
    return Span(max(minute(seen[0]), 0), None if resolved is None else minute(resolved))
