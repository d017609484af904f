"""Watching a session: which observations are due, and what a reading means.

`due` folds a plan and the observations so far into a schedule: each done, late, due, overdue or missed; a second
reading that an alert asks for is one of them, with its own clock. `evaluate` reads one observation against the
one table of thresholds. `episodes.cued` folds a whole session: red sounds every time, amber once an episode and again
whenever it becomes worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from mooring.content.schema.monitoring import Band, MonitoringPlan, SignBands, Thresholds
from mooring.rules.bands import band_of, rank, tables
from mooring.rules.verdict import Grade
from mooring.words.numbers import plain_number


@dataclass(frozen=True)
class TimedObservation:
    """What was observed at one moment: signs by key (`systolic_mmhg`), symptoms by code with severity 1 to 3."""

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
    """One planned observation. `minute` counts from the start of dosing; `missing` are the signs still to take.

    `confirms` marks the second reading that an alert asked for.
    """

    due_at: datetime
    minute: int
    signs: tuple[str, ...]
    label: str
    state: ObservationState
    missing: tuple[str, ...] = ()
    done_at: datetime | None = None
    confirms: bool = False


def due(
    plan: MonitoringPlan,
    started_at: datetime,
    observations: Iterable[TimedObservation],
    now: datetime,
    ended_at: datetime | None = None,
) -> tuple[ScheduledObservation, ...]:
    """Every observation of the session up to the next ones, in order of time.

    Before the start, pass the planned start as `started_at`. One counts as done when all its signs were taken
    between `early_min` before its minute and the opening of the next; after `grace_min` it is late, and until
    then overdue. The next one's opening turns an empty one into missed, for good.

    >>> scheduled = due(plan, start, [], start + timedelta(minutes=13))  # doctest: +SKIP
    >>> [(each.minute, each.state.value) for each in scheduled][:3]  # doctest: +SKIP
    [(-15, 'missed'), (0, 'missed'), (10, 'overdue')]
    """
    early, grace = timedelta(minutes=plan.early_min), timedelta(minutes=plan.grace_min)
    planned = _planned(plan, started_at, now, ended_at)
    measured = (observation for observation in observations if observation.values)
    in_order = sorted(measured, key=lambda observation: observation.at)
    scheduled = []
    for place, (due_at, signs, label) in enumerate(planned):
        closes = planned[place + 1][0] - early if place + 1 < len(planned) else None
        opens = due_at - early
        within = [
            observation
            for observation in in_order
            if opens <= observation.at and (closes is None or observation.at < closes)
        ]
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
        scheduled.append(ScheduledObservation(due_at, minute, signs, label, state, missing, done_at))
    return tuple(scheduled)


def _taken(
    signs: Sequence[str], within: Iterable[TimedObservation]
) -> tuple[tuple[str, ...], datetime | None]:
    """Which signs are still missing, and when the last of them came."""
    left, last = list(signs), None
    for observation in within:
        fresh = [sign for sign in left if sign in observation.values]
        if fresh:
            last = observation.at
            left = [sign for sign in left if sign not in fresh]
    return tuple(left), last


def _planned(
    plan: MonitoringPlan, started_at: datetime, now: datetime, ended_at: datetime | None
) -> list[tuple[datetime, tuple[str, ...], str]]:
    """(when, signs, label) of all observations; those closer than `early_min` to the one before join it."""
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
    for when, signs, label in sorted(raw, key=lambda part: part[0]):
        if joined and when - joined[-1][0] <= timedelta(minutes=plan.early_min):
            first = joined[-1]
            joined[-1] = (first[0], tuple(dict.fromkeys((*first[1], *signs))), first[2] or label)
        else:
            joined.append((when, signs, label))
    return joined


class AlertCode(StrEnum):
    """Why an alert is given; `sentences.alerts` has the words."""

    BAND = "band"
    CONFIRM = "confirm"
    NOT_CONFIRMED = "not-confirmed"
    LASTING = "lasting"
    SYMPTOM = "symptom"
    BEFORE_DOSE = "before-dose"


@dataclass(frozen=True)
class Alert:
    """What a reading calls for. Amber is a quiet cue; red sounds until it is acknowledged.

    `says` and `asks` are the content's own words of the band or the symptom; `code` tells why it is given
    now, `within_min` how soon a second reading is due or for how long a value has lasted.
    """

    rule: str
    sign: str
    level: str
    says: str
    asks: str
    value: float
    at: datetime
    sources: tuple[str, ...] = ()
    grade: Grade = Grade.D
    code: AlertCode = AlertCode.BAND
    within_min: int = 0
    script: str = ""

    @property
    def sounds(self) -> bool:
        return self.level == "red"

    @property
    def second(self) -> bool:
        """Whether it asks for a second reading soon."""
        return self.code == AlertCode.CONFIRM

    @property
    def key(self) -> str:
        """What an acknowledgement names; a corrected reading makes another alert."""
        return f"{self.sign}/{self.level}/{plain_number(self.value)}/{int(self.at.timestamp())}"


def evaluate(
    thresholds: Thresholds,
    observation: TimedObservation,
    baseline: Mapping[str, float] | None = None,
    earlier: Sequence[TimedObservation] = (),
    *,
    phase: str = "during",
    age: float | None = None,
    jurisdiction: str = "",
) -> tuple[Alert, ...]:
    """What one observation calls for, worst first; `phase` is "before" the dose or "during" it and after.

    `baseline` holds the pre-dose signs, so that rises can be read; `earlier` the observations before. A band
    that counts only with a second reading is amber at the first one and red when the next reading of that
    sign, however much later, lies in it or in a worse one. A band that may not last is red once the sign has
    been out of its quiet band for that long.

    >>> evaluate(table, TimedObservation(now, {"spo2_percent": 88}))[0].level  # doctest: +SKIP
    'red'
    """
    values = with_rises(observation.values, baseline or {})
    found = []
    for table in tables(thresholds, phase, age, jurisdiction) if values else ():
        if table.sign not in values:
            continue
        band = band_of(table, values[table.sign])
        if band.level != "quiet":
            series = sorted(
                (
                    (each.at, seen[table.sign])
                    for each in earlier
                    if each.at < observation.at
                    and table.sign in (seen := with_rises(each.values, baseline or {}))
                ),
                key=lambda reading: reading[0],
            )
            found.append(_alert(thresholds, table, band, values[table.sign], observation.at, series))
    found += _symptom_alerts(thresholds, observation)
    return tuple(sorted(found, key=lambda alert: (not alert.sounds, alert.rule)))


_RISES = {"systolic_mmhg": "systolic_rise_mmhg", "diastolic_mmhg": "diastolic_rise_mmhg"}
BEFORE_LEVELS = {"weigh": "amber", "prescriber": "amber", "stop": "red"}
"""How a band before the dose sounds in the room; whether the dose may start is the gate's answer."""


def with_rises(values: Mapping[str, float], baseline: Mapping[str, float]) -> dict[str, float]:
    """The values with the rises over the pre-dose pressure that can be read from them."""
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
    at: datetime,
    series: Sequence[tuple[datetime, float]],
) -> Alert:
    level: str = band.level
    code, within = AlertCode.BAND, 0
    if table.phase == "before":
        level, code = BEFORE_LEVELS[band.level], AlertCode.BEFORE_DOSE
    elif band.confirm_within_min is not None and not _confirmed(table, band, series):
        level, code, within = "amber", AlertCode.CONFIRM, band.confirm_within_min
    elif band.red_after_min is not None and level != "red":
        lasted = _minutes_out_of_quiet(table, at, series)
        if lasted >= band.red_after_min:
            level, code, within = "red", AlertCode.LASTING, lasted
    return Alert(
        rule=f"{thresholds.key}/{table.sign}",
        sign=table.sign,
        level=level,
        says=band.says,
        asks=band.asks,
        value=value,
        at=at,
        sources=band.references,
        grade=band.grade,
        code=code,
        within_min=within,
        script=(band.script or table.script) if level == "red" or code == AlertCode.CONFIRM else "",
    )


def _confirmed(table: SignBands, band: Band, series: Sequence[tuple[datetime, float]]) -> bool:
    """Whether the reading before this one was in this band or a worse one, however long ago."""
    return bool(series) and rank(band_of(table, series[-1][1])) >= rank(band)


def _minutes_out_of_quiet(table: SignBands, at: datetime, series: Sequence[tuple[datetime, float]]) -> int:
    """For how many whole minutes every reading of this sign has been out of its quiet band."""
    since = at
    for moment, value in reversed(series):
        if band_of(table, value).level == "quiet":
            break
        since = moment
    return int((at - since) / timedelta(minutes=1))


def _symptom_alerts(thresholds: Thresholds, observation: TimedObservation) -> list[Alert]:
    """The gravest alarm of each symptom at its severity."""
    found: dict[str, Alert] = {}
    for alarm in thresholds.symptoms if observation.symptoms else ():
        severity = observation.symptoms.get(alarm.symptom)
        if severity is None or severity < alarm.least_severity:
            continue
        if alarm.symptom in found and alarm.level != "red":
            continue
        found[alarm.symptom] = Alert(
            rule=f"{thresholds.key}/{alarm.symptom}",
            sign=alarm.symptom,
            level=alarm.level,
            says=alarm.says,
            asks=alarm.asks,
            value=severity,
            at=observation.at,
            sources=alarm.references,
            grade=alarm.grade,
            code=AlertCode.SYMPTOM,
            script=alarm.script,
        )
    return list(found.values())
