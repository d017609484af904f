"""From trials as content to effects that can be shown and pooled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mooring.content.schema.longterm import Outcome, Trial
from mooring.evidence.meta import LEAST_TRIALS, Effect, Measure, Meta, pool, reported_difference, risk_ratio


@dataclass(frozen=True)
class Gathered:
    """The trials of one indication and outcome: those with numbers, pooled where three or more allow it,
    and those that give none that could be drawn."""

    effects: tuple[Effect, ...]
    meta: Meta | None
    without_numbers: tuple[Trial, ...]


def gather(trials: Iterable[Trial], *, indication: str, outcome: str, measure: Measure) -> Gathered:
    """Everything that trials say on one outcome of one indication, in order of year.

    Trials that speak against are in as all others; nothing is left out but what gives no numbers.
    """
    chosen = sorted((each for each in trials if each.indication == indication), key=lambda each: each.year)
    effects: list[Effect] = []
    without: list[Trial] = []
    for trial in chosen:
        found = [effect for each in trial.outcomes if (effect := _effect(trial, each, outcome, measure))]
        effects += found[:1]
        without += [] if found else [trial]
    meta = pool(effects) if len(effects) >= LEAST_TRIALS else None
    return Gathered(tuple(effects), meta, tuple(without))


def _effect(trial: Trial, outcome: Outcome, name: str, measure: Measure) -> Effect | None:
    if outcome.name != name:
        return None
    treated, control = outcome.treated, outcome.control
    if measure == Measure.RISK_RATIO:
        if treated is None or control is None or treated.events is None or control.events is None:
            return None
        return risk_ratio(trial.study, treated.events, treated.people, control.events, control.people)
    if outcome.difference is None or outcome.low is None or outcome.high is None:
        return None
    people = (treated.people if treated else 0) + (control.people if control else 0)
    return reported_difference(trial.study, outcome.difference, outcome.low, outcome.high, people)
