"""What a session called for: the alerts of its folded log, and those that only the passing of time brings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from mooring.content.schema.monitoring import Thresholds
from mooring.rules import episodes, monitoring
from mooring.rules.session_entry import in_utc
from mooring.rules.session_log import FoldedSession


def cued(
    state: FoldedSession,
    thresholds: Thresholds,
    *,
    baseline: Mapping[str, float] | None = None,
    age: float | None = None,
    jurisdiction: str = "",
    before: episodes.Cued | None = None,
) -> episodes.Cued:
    """What the observations gave, under the thresholds that the session began with.

    Until the start the bands before the dose are read, from the start on those of dosing and recovery.
    `baseline` fills in signs that the log holds no value of before the start; `before` is what was found when the log
    was shorter.
    """
    if state.started_at is None:
        return episodes.cued(
            thresholds,
            state.observations,
            phase="before",
            age=age,
            jurisdiction=jurisdiction,
            before=before,
        )
    measured = {**(baseline or {}), **state.baseline}
    since_start = [each for each in state.observations if each.at >= state.started_at]
    return episodes.cued(thresholds, since_start, measured, age=age, jurisdiction=jurisdiction, before=before)


def alerts_at(
    state: FoldedSession, found: episodes.Cued, now: datetime | None
) -> tuple[monitoring.Alert, ...]:
    """What the session called for, in the order of time.

    With `now`, a second reading that has not come in time is an alert too; after the discharge none is awaited.
    """
    until = None if now is None or state.started_at is None else in_utc(now)
    if until is not None and state.discharged_at is not None:
        until = min(until, state.discharged_at)
    return episodes.alerts_of(found, until)
