"""Watching a session: which observations are due, and what a reading means.

`due` folds a plan and the observations so far into a schedule: each done, late, due, overdue or missed.
`evaluate` reads one observation against the one table of thresholds. `cues` folds a whole session: amber is
one quiet cue an episode, red sounds every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from mooring.content.schema.monitoring import Band, MonitoringPlan, SignBands, Thresholds
from mooring.rules.bands import band_of, rank, tables
from mooring.rules.verdict import Grade


@dataclass(frozen=True)
class TimedObservation:
    """What was seen at one moment: signs by key (`systolic_mmhg`), symptoms by code with severity 1 to 3."""

    at: datetime
    values: Mapping[str, float] = field(default_factory=dict)
    symptoms: Mapping[str, int] = field(default_factory=dict)


class ObservationState(StrEnum):
    UPCOMING = "upcoming"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"
    LATE = "late"
    MISSED = "missed"


@dataclass(frozen=True)
class ScheduledObservation:
    """One planned look. `minute` counts from the start of dosing; `missing` are the signs still to take."""

    due_at: datetime
    minute: int
    signs: tuple[str, ...]
    label: str
    state: ObservationState
    missing: tuple[str, ...] = ()
    done_at: datetime | None = None


def due(
    plan: MonitoringPlan,
    started_at: datetime,
    observations: Iterable[TimedObservation],
    now: datetime,
    ended_at: datetime | None = None,
) -> tuple[ScheduledObservation, ...]:
    """Every look of the session up to the next ones, in order of time.

    Before the start, pass the planned start as `started_at`. A look counts as done when all its signs were
    taken between `early_min` before its minute and the opening of the next look; after `grace_min` it is
    late, and until then overdue. The next look's opening turns an empty one into missed, for good.

    >>> looks = due(plan, start, [], start + timedelta(minutes=13))  # doctest: +SKIP
    >>> [(look.minute, look.state.value) for look in looks][:3]  # doctest: +SKIP
    [(-15, 'missed'), (0, 'missed'), (10, 'overdue')]
    """
    early, grace = timedelta(minutes=plan.early_min), timedelta(minutes=plan.grace_min)
    planned = _planned(plan, started_at, now, ended_at)
    seen = sorted(observations, key=lambda each: each.at)
    looks = []
    for at, (due_at, signs, label) in enumerate(planned):
        closes = planned[at + 1][0] - early if at + 1 < len(planned) else None
        opens = due_at - early
        within = [each for each in seen if opens <= each.at and (closes is None or each.at < closes)]
        missing, done_at = _taken(signs, within)
        if not missing and done_at is not None:
            state = ObservationState.DONE if done_at <= due_at + grace else ObservationState.LATE
        elif now < opens:
            state = ObservationState.UPCOMING
        elif closes is not None and now >= closes:
            state = ObservationState.MISSED
        else:
            state = ObservationState.DUE if now <= due_at + grace else ObservationState.OVERDUE
        minute = round((due_at - started_at) / timedelta(minutes=1))
        looks.append(ScheduledObservation(due_at, minute, signs, label, state, missing, done_at))
    return tuple(looks)


def _taken(
    signs: Sequence[str], within: Iterable[TimedObservation]
) -> tuple[tuple[str, ...], datetime | None]:
    """Which signs are still missing, and when the last of them came."""
    left, last = list(signs), None
    for each in within:
        fresh = [sign for sign in left if sign in each.values]
        if fresh:
            last = each.at
            left = [sign for sign in left if sign not in fresh]
    return tuple(left), last


def _planned(
    plan: MonitoringPlan, started_at: datetime, now: datetime, ended_at: datetime | None
) -> list[tuple[datetime, tuple[str, ...], str]]:
    """(when, signs, label) of all looks; those closer than `early_min` to the one before are joined to it."""
    raw: list[tuple[datetime, tuple[str, ...], str]] = []
    anchors = {"start": started_at, "end": ended_at}
    for point in plan.points:
        anchor = anchors[point.anchor]
        if anchor is not None:
            raw.append((anchor + timedelta(minutes=point.minute), point.signs, point.label))
    for repeat in plan.repeats:
        anchor = anchors[repeat.anchor]
        if anchor is None:
            continue
        step = timedelta(minutes=repeat.every_min)
        last = now + step
        if repeat.until == "end of dosing" and ended_at is not None:
            last = min(last, ended_at)
        when = anchor + timedelta(minutes=repeat.after_minute)
        while when <= last:
            raw.append((when, repeat.signs, ""))
            when += step
    joined: list[tuple[datetime, tuple[str, ...], str]] = []
    for when, signs, label in sorted(raw, key=lambda each: each[0]):
        if joined and when - joined[-1][0] <= timedelta(minutes=plan.early_min):
            first = joined[-1]
            joined[-1] = (first[0], tuple(dict.fromkeys((*first[1], *signs))), first[2] or label)
        else:
            joined.append((when, signs, label))
    return joined


@dataclass(frozen=True)
class Alert:
    """What a reading calls for. Amber is a quiet cue; red sounds. `second` asks for a second reading soon."""

    rule: str
    sign: str
    level: str
    says: str
    asks: str
    value: float
    at: datetime
    sources: tuple[str, ...] = ()
    grade: Grade = Grade.D
    second: bool = False

    @property
    def sounds(self) -> bool:
        return self.level == "red"


def evaluate(
    thresholds: Thresholds,
    observation: TimedObservation,
    baseline: Mapping[str, float] | None = None,
    earlier: Iterable[TimedObservation] = (),
    *,
    age: float | None = None,
    jurisdiction: str = "",
) -> tuple[Alert, ...]:
    """What one observation during dosing or recovery calls for, worst first.

    `baseline` holds the pre-dose signs, so that rises can be read; `earlier` the observations before, for
    bands that count only with a second reading (until it comes, the alert is amber and asks for it).

    >>> evaluate(table, TimedObservation(now, {"spo2_percent": 88}))[0].level  # doctest: +SKIP
    'red'
    """
    values = _with_rises(observation.values, baseline or {})
    before = sorted((each for each in earlier if each.at < observation.at), key=lambda each: each.at)
    found = []
    for table in tables(thresholds, "during", age, jurisdiction):
        if table.sign not in values:
            continue
        band = band_of(table, values[table.sign])
        if band.level != "quiet":
            found.append(
                _alert(thresholds, table, band, values[table.sign], observation, before, baseline or {})
            )
    for alarm in thresholds.symptoms:
        severity = observation.symptoms.get(alarm.symptom, 0)
        if severity >= alarm.least_severity:
            found.append(
                Alert(
                    rule=f"{thresholds.key}/{alarm.symptom}",
                    sign=alarm.symptom,
                    level=alarm.level,
                    says=alarm.says,
                    asks=alarm.asks,
                    value=severity,
                    at=observation.at,
                    sources=alarm.references,
                    grade=alarm.grade,
                )
            )
    return tuple(sorted(found, key=lambda alert: (not alert.sounds, alert.rule)))


_RISES = {"systolic_mmhg": "systolic_rise_mmhg", "diastolic_mmhg": "diastolic_rise_mmhg"}


def _with_rises(values: Mapping[str, float], baseline: Mapping[str, float]) -> dict[str, float]:
    rises = {
        rise: values[sign] - baseline[sign]
        for sign, rise in _RISES.items()
        if sign in values and sign in baseline
    }
    return {**values, **rises}


def _alert(
    thresholds: Thresholds,
    table: SignBands,
    band: Band,
    value: float,
    observation: TimedObservation,
    before: Sequence[TimedObservation],
    baseline: Mapping[str, float],
) -> Alert:
    unconfirmed = band.confirm_within_min is not None and not _confirmed(
        table, band, observation, before, baseline
    )
    return Alert(
        rule=f"{thresholds.key}/{table.sign}",
        sign=table.sign,
        level="amber" if unconfirmed else band.level,
        says=band.says,
        asks=f"Measure again within {band.confirm_within_min} minutes." if unconfirmed else band.asks,
        value=value,
        at=observation.at,
        sources=band.references,
        grade=band.grade,
        second=unconfirmed,
    )


def _confirmed(
    table: SignBands,
    band: Band,
    observation: TimedObservation,
    before: Sequence[TimedObservation],
    baseline: Mapping[str, float],
) -> bool:
    """Whether the reading before this one, close enough in time, was in this band or a worse one."""
    for each in reversed(before):
        values = _with_rises(each.values, baseline)
        if table.sign in values:
            close = observation.at - each.at <= timedelta(minutes=band.confirm_within_min or 0)
            return close and rank(band_of(table, values[table.sign])) >= rank(band)
    return False


def cues(
    thresholds: Thresholds,
    observations: Iterable[TimedObservation],
    baseline: Mapping[str, float] | None = None,
    *,
    age: float | None = None,
    jurisdiction: str = "",
) -> tuple[Alert, ...]:
    """The alerts of a whole session as they are given: every red, and one amber an episode.

    An episode of a sign ends with a reading of that sign that alarms nothing.
    """
    given: list[Alert] = []
    inside: set[str] = set()
    seen: list[TimedObservation] = []
    for observation in sorted(observations, key=lambda each: each.at):
        alerts = evaluate(thresholds, observation, baseline, seen, age=age, jurisdiction=jurisdiction)
        given += [alert for alert in alerts if alert.sounds or alert.sign not in inside]
        alarmed = {alert.sign for alert in alerts}
        looked_at = set(_with_rises(observation.values, baseline or {})) | set(observation.symptoms)
        inside = (inside - looked_at) | alarmed
        seen.append(observation)
    return tuple(given)
