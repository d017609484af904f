"""Readings of a bedside device: what a batch may hold, which readings are artefacts, and a minute of them as one.

A device sends what it measures, about once a second, each with a number of its own (`seq`). Nothing that it sends is
believed by itself: a reading is stored as it came, flagged where it cannot be the patient's, and becomes an
observation only when a person confirms it. Pure; it answers codes and values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from statistics import median

MOST_IN_A_BATCH = 600
"""Ten minutes at one reading a second: what a device kept while the network was away."""
MOST_AHEAD = timedelta(minutes=1)
MOST_SEQ = 2**53
A_MINUTE = timedelta(minutes=1)


class ReadingFault(StrEnum):
    """Why a reading of a batch was not taken."""

    NOT_AN_OBJECT = "not-an-object"
    NO_NUMBER = "no-number"
    NO_TIME = "no-time"
    IN_THE_FUTURE = "in-the-future"
    BEFORE_THE_PAIRING = "before-the-pairing"
    NO_VALUES = "no-values"
    UNKNOWN_SIGN = "unknown-sign"
    NOT_A_NUMBER = "not-a-number"


class BatchError(ValueError):
    """A body that is no batch of readings, by its code."""


@dataclass(frozen=True)
class SignRange:
    """What a sign can be at all, and by how much it may change from one reading to the next without being doubted."""

    least: float
    most: float
    ask_change: float | None = None


@dataclass(frozen=True)
class DeviceReading:
    """One reading: signs by key with the unit in the name. `artefact` when it cannot be the patient's."""

    seq: int
    at: datetime
    values: Mapping[str, float]
    artefact: bool = False


@dataclass(frozen=True)
class RefusedReading:
    seq: int | None
    fault: ReadingFault


@dataclass(frozen=True)
class ReadingBatch:
    readings: tuple[DeviceReading, ...]
    refused: tuple[RefusedReading, ...]


@dataclass(frozen=True)
class SignMinute:
    """One sign over a minute, artefacts aside: the middle value, the lowest, the highest, how many."""

    middle: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class DeviceMinute:
    """A minute of readings: each sign, how many readings there were, how many of them were artefacts."""

    at: datetime
    signs: Mapping[str, SignMinute] = field(default_factory=dict)
    readings: int = 0
    artefacts: int = 0


def read_batch(
    body: object,
    signs: Mapping[str, SignRange],
    *,
    since: datetime,
    now: datetime,
    last: DeviceReading | None = None,
) -> ReadingBatch:
    """A batch as a device sent it: `{"readings": [{"seq": 1, "at": "…Z", "values": {…}, "artefact": false}]}`.

    One reading that is wrong is refused with its reason and stops no other. `BatchError` for what is no batch.
    Readings are judged in the order of their time, after `last`, the newest one before them.
    """
    found = body.get("readings") if isinstance(body, dict) else None
    if not isinstance(found, list) or not found:
        raise BatchError("no-readings")
    if len(found) > MOST_IN_A_BATCH:
        raise BatchError("too-many-readings")
    good: list[DeviceReading] = []
    refused: list[RefusedReading] = []
    for each in found:
        one = _read(each, signs, since, now)
        if isinstance(one, DeviceReading):
            good.append(one)
        else:
            refused.append(one)
    return ReadingBatch(tuple(flagged(good, signs, last)), tuple(refused))


def _read(
    found: object, signs: Mapping[str, SignRange], since: datetime, now: datetime
) -> DeviceReading | RefusedReading:
    if not isinstance(found, dict):
        return RefusedReading(None, ReadingFault.NOT_AN_OBJECT)
    seq = found.get("seq")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq <= MOST_SEQ:
        return RefusedReading(None, ReadingFault.NO_NUMBER)
    at = _moment(found.get("at"))
    fault = _time_fault(at, since, now) or _value_fault(found.get("values"), signs)
    if fault is not None or at is None:
        return RefusedReading(seq, fault or ReadingFault.NO_TIME)
    values = {str(sign): float(value) for sign, value in found["values"].items()}
    return DeviceReading(seq, at, values, found.get("artefact") is True)


def _moment(text: object) -> datetime | None:
    """A moment with its offset; a time without one could be any hour."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _time_fault(at: datetime | None, since: datetime, now: datetime) -> ReadingFault | None:
    if at is None:
        return ReadingFault.NO_TIME
    if at > now + MOST_AHEAD:
        return ReadingFault.IN_THE_FUTURE
    return ReadingFault.BEFORE_THE_PAIRING if at < since - MOST_AHEAD else None


def _value_fault(values: object, signs: Mapping[str, SignRange]) -> ReadingFault | None:
    if not isinstance(values, dict) or not values:
        return ReadingFault.NO_VALUES
    for sign, value in values.items():
        if sign not in signs:
            return ReadingFault.UNKNOWN_SIGN
        if isinstance(value, bool) or not isinstance(value, int | float):
            return ReadingFault.NOT_A_NUMBER
        if abs(value) > 1e9 or not math.isfinite(value):
            return ReadingFault.NOT_A_NUMBER
    return None


def flagged(
    readings: Iterable[DeviceReading], signs: Mapping[str, SignRange], last: DeviceReading | None = None
) -> list[DeviceReading]:
    """The readings in the order of time; one that cannot be the patient's is flagged, never dropped.

    That is what the device calls one itself, what lies outside of all that is possible, and a leap between two
    readings by more than is believed of two observations.
    """
    found: list[DeviceReading] = []
    before = dict(last.values) if last is not None and not last.artefact else {}
    for reading in sorted(readings, key=lambda each: (each.at, each.seq)):
        wrong = reading.artefact or any(
            not signs[sign].least <= value <= signs[sign].most or _leaps(signs[sign], before.get(sign), value)
            for sign, value in reading.values.items()
        )
        found.append(DeviceReading(reading.seq, reading.at, reading.values, wrong))
        before |= {} if wrong and not _steady(found) else dict(reading.values)
    return found


def _leaps(sign: SignRange, before: float | None, value: float) -> bool:
    return sign.ask_change is not None and before is not None and abs(value - before) > sign.ask_change


STEADY = 5
"""After so many flagged readings in a row the new level is taken as where the patient is now."""


def _steady(readings: Sequence[DeviceReading]) -> bool:
    newest = readings[-STEADY:]
    return len(newest) == STEADY and all(reading.artefact for reading in newest)


def minute_of(at: datetime) -> datetime:
    """The minute in which a moment lies."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def summarise(at: datetime, readings: Iterable[DeviceReading]) -> DeviceMinute:
    """The readings of the minute that begins at `at`, as one line.

    >>> one = DeviceReading(1, datetime(2026, 11, 12, tzinfo=UTC), {"heart_rate_per_min": 80.0})
    >>> summarise(one.at, [one]).signs["heart_rate_per_min"].middle
    80.0
    """
    all_of_them = [reading for reading in readings if at <= reading.at < at + A_MINUTE]
    by_sign: dict[str, list[float]] = {}
    for reading in all_of_them:
        if not reading.artefact:
            for sign, value in reading.values.items():
                by_sign.setdefault(sign, []).append(value)
    signs = {
        sign: SignMinute(float(median(values)), min(values), max(values), len(values))
        for sign, values in by_sign.items()
    }
    return DeviceMinute(at, signs, len(all_of_them), sum(reading.artefact for reading in all_of_them))
