"""What a session called for: the alerts of its folded log, and those that only the passing of time brings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from mooring.content.schema.monitoring import Thresholds
from mooring.rules import episodes, monitoring
from mooring.rules.session_entry import in_utc
from mooring.rules.session_log import FoldedSession


def alerts(
    state: FoldedSession,
    thresholds: Thresholds,
    *,
    baseline: Mapping[str, float] | None = None,
    age: float | None = None,
    jurisdiction: str = "",
    now: datetime | None = None,
) -> tuple[monitoring.Alert, ...]:
    """What the session called for, in the order of time, under the thresholds that it began with.

    Until the start the bands before the dose are read, from the start on those of dosing and recovery.
    `baseline` fills in signs that the log holds no value of before the start. With `now`, a second reading
    that has not come in time is an alert too; after the discharge none is awaited.
    """
    if state.started_at is None:
        return episodes.cues(
            thresholds, state.observations, phase="before", age=age, jurisdiction=jurisdiction
        )
    before = {**(baseline or {}), **state.baseline}
    given = episodes.cues(thresholds, _since_start(state), before, age=age, jurisdiction=jurisdiction)
    return given if now is None else alerts_at(state, given, now)


def alerts_at(
    state: FoldedSession, given: tuple[monitoring.Alert, ...], now: datetime
) -> tuple[monitoring.Alert, ...]:
    """The alerts that were given, with those for second readings that have not come by `now`."""
    if state.started_at is None:
        return given
    until = in_utc(now) if state.discharged_at is None else min(in_utc(now), state.discharged_at)
    return episodes.with_unconfirmed(given, _since_start(state), until)


def _since_start(state: FoldedSession) -> list[monitoring.TimedObservation]:
    started_at = state.started_at
    return [each for each in state.observations if started_at is None or each.at >= started_at]
