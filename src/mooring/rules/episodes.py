"""The alerts of a whole session as they are given, and the second readings that they make due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mooring.content.schema.monitoring import Thresholds
from mooring.rules.bands import band_of, rank, tables
from mooring.rules.monitoring import (
    Alert,
    AlertCode,
    ObservationState,
    ScheduledObservation,
    TimedObservation,
    evaluate,
    with_rises,
)


@dataclass(frozen=True)
class Cued:
    """What observations (in the order of time) gave, and what the next one is compared with, by sign."""

    observations: tuple[TimedObservation, ...] = ()
    given: tuple[Alert, ...] = ()
    worst: Mapping[str, Alert] = field(default_factory=dict)
    latest: Mapping[str, Alert] = field(default_factory=dict)


def cued(
    thresholds: Thresholds,
    observations: Iterable[TimedObservation],
    baseline: Mapping[str, float] | None = None,
    *,
    phase: str = "during",
    age: float | None = None,
    jurisdiction: str = "",
    before: Cued | None = None,
) -> Cued:
    """Every red, and amber once an episode and again when it becomes worse.

    An episode of a sign ends with a reading of that sign in its quiet band. Worse is a worse band than that of the
    last cue or of the last reading, or a value further out by the sign's `cue_again`. `before`, worked out under the
    same rules, spares the observations that it has seen.

    >>> # SpO2 94, 92, 91: cued at each step down, not only once
    """
    in_order = tuple(sorted(observations, key=lambda observation: observation.at))
    if before is None or in_order[: len(before.observations)] != before.observations:
        before = Cued()
    given, worst, latest = list(before.given), dict(before.worst), dict(before.latest)
    for place in range(len(before.observations), len(in_order)):
        observation, earlier = in_order[place], in_order[:place]
        alerts = evaluate(
            thresholds, observation, baseline, earlier, phase=phase, age=age, jurisdiction=jurisdiction
        )
        for alert in alerts:
            last = latest.get(alert.sign)
            if (
                alert.sounds
                or (last is not None and alert.code == AlertCode.CONFIRM != last.code)
                or _is_worse(thresholds, phase, alert, worst.get(alert.sign), age, jurisdiction)
            ):
                given.append(alert)
        alerting = {alert.sign: alert for alert in alerts}
        latest.update(alerting)
        for sign in set(with_rises(observation.values, baseline or {})) | set(observation.symptoms):
            if sign not in alerting:
                worst.pop(sign, None)
            elif sign not in worst or alerting[sign] in given:
                worst[sign] = alerting[sign]
    return Cued(in_order, tuple(given), worst, latest)


def _is_worse(
    thresholds: Thresholds,
    phase: str,
    alert: Alert,
    last: Alert | None,
    age: float | None,
    jurisdiction: str,
) -> bool:
    """Whether an alert inside an episode says more than the last one that was given in it."""
    if last is None:
        return True
    if alert.code == AlertCode.SYMPTOM:
        return alert.value > last.value
    table = next(each for each in tables(thresholds, phase, age, jurisdiction) if each.sign == alert.sign)
    band, last_band = band_of(table, alert.value), band_of(table, last.value)
    if rank(band) > rank(last_band):
        return True
    quiet = next((each for each in table.bands if each.level == "quiet"), None)
    below = quiet is not None and quiet.least is not None and alert.value < quiet.least
    further = last.value - alert.value if below else alert.value - last.value
    return band is last_band and table.cue_again is not None and further >= table.cue_again


def alerts_of(found: Cued, now: datetime | None = None) -> tuple[Alert, ...]:
    """The alerts with a red for every second reading that did not come within its minutes, in the order of time.

    It is red at that minute; with `now`, also while none has come.
    """
    missed = []
    for alert in found.given:
        if alert.code != AlertCode.CONFIRM:
            continue
        until = alert.at + timedelta(minutes=alert.within_min)
        second = _next_reading(alert, found.observations)
        if (second is not None and second > until) or (second is None and now is not None and now > until):
            missed.append(replace(alert, level="red", code=AlertCode.NOT_CONFIRMED, at=until))
    return tuple(sorted((*found.given, *missed), key=lambda alert: (alert.at, alert.rule)))


def _next_reading(alert: Alert, in_order: Sequence[TimedObservation]) -> datetime | None:
    sign = alert.sign.replace("_rise_mmhg", "_mmhg")
    return next((each.at for each in in_order if each.at > alert.at and sign in each.values), None)


def second_readings(
    alerts: Iterable[Alert],
    observations: Iterable[TimedObservation],
    started_at: datetime,
    now: datetime,
) -> tuple[ScheduledObservation, ...]:
    """The second readings that alerts ask for, each an observation with its own clock, until it was taken."""
    in_order = sorted(observations, key=lambda observation: observation.at)
    open_alerts: dict[str, Alert] = {}
    for alert in alerts:
        if alert.code == AlertCode.CONFIRM and _next_reading(alert, in_order) is None:
            open_alerts[alert.sign] = alert
    return tuple(
        ScheduledObservation(
            due_at=(until := alert.at + timedelta(minutes=alert.within_min)),
            minute=round((until - started_at) / timedelta(minutes=1)),
            signs=(alert.sign,),
            label="",
            state=ObservationState.OVERDUE if now > until else ObservationState.DUE,
            missing=(alert.sign,),
            confirms=True,
        )
        for alert in open_alerts.values()
    )
