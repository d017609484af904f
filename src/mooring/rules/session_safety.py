"""The summary of a session's safety, out of its folded log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from mooring.rules import monitoring
from mooring.rules.session_log import FoldedSession, InterventionDone, SymptomSeen


@dataclass(frozen=True)
class SafetySummary:
    """What a reader has to know of the session's safety, out of the log alone.

    `alerts` in the order of time; `symptoms` the worst of every effect that is not wanted; `extremes` the
    lowest and highest value of every sign since the start; `missed` the observations that nobody made.
    """

    alerts: tuple[monitoring.Alert, ...]
    symptoms: tuple[SymptomSeen, ...]
    interventions: tuple[InterventionDone, ...]
    extremes: Mapping[str, tuple[float, float]]
    missed: tuple[monitoring.ScheduledObservation, ...]

    @property
    def uneventful(self) -> bool:
        """Whether the log holds no alert, no symptom and no intervention."""
        return not (self.alerts or self.symptoms or self.interventions)


def safety(
    state: FoldedSession,
    alerts: Iterable[monitoring.Alert],
    scheduled: Iterable[monitoring.ScheduledObservation],
    wanted: Collection[str] = (),
) -> SafetySummary:
    """The summary of a session from its alerts, its schedule and its log; there is no other place to say it.

    `wanted` names the effects (codes) that are part of the treatment and no matter of safety.
    """
    worst: dict[str, SymptomSeen] = {}
    for symptom in state.symptoms:
        if symptom.code in wanted:
            continue
        if symptom.code not in worst or symptom.severity > worst[symptom.code].severity:
            worst[symptom.code] = symptom
    extremes: dict[str, tuple[float, float]] = {}
    for signs in state.vitals:
        if state.started_at is None or signs.at < state.started_at:
            continue
        for sign, value in signs.values.items():
            low, high = extremes.get(sign, (value, value))
            extremes[sign] = min(low, value), max(high, value)
    return SafetySummary(
        alerts=tuple(sorted(alerts, key=lambda alert: (alert.at, alert.rule))),
        symptoms=tuple(worst.values()),
        interventions=state.interventions,
        extremes=extremes,
        missed=tuple(
            observation
            for observation in scheduled
            if observation.state == monitoring.ObservationState.MISSED
        ),
    )
