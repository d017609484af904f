"""From trials as content to effects that can be shown and pooled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mooring.content.schema.longterm import Outcome, Trial
from mooring.evidence.meta import (
    LEAST_TRIALS,
    Effect,
    Measure,
    Meta,
    pool,
    reported_difference,
    reported_standard_error,
    risk_ratio,
)
from mooring.evidence.pooling import Sets


@dataclass(frozen=True)
class Question:
    """What trials must share before their effects may stand in one plot."""

    outcome: str
    instrument: str
    timepoint: str
    higher_is: str
    product: str
    route: str
    comparator: str


@dataclass(frozen=True)
class Comparable:
    """Effects of trials that asked the same question, in order of year; pooled from three trials on."""

    question: Question
    measure: Measure
    effects: tuple[Effect, ...]
    meta: Meta | None


PoolSets = Callable[[Sets], Sequence[Meta]]


def pool_here(sets: Sets) -> list[Meta]:
    """Pool each set in this very process, which loads the statistics."""
    return [pool(effects) for effects in sets]


def comparable(trials: Iterable[Trial], *, pool_sets: PoolSets = pool_here) -> tuple[Comparable, ...]:
    """Every set of comparable effects in these trials, the largest first.

    Trials that speak against are in as all others; nothing is left out but what gives no counts, no interval
    and no standard error, and counts without an event in either arm: they say nothing about a ratio, and stand
    singly on the trial's own page. A trial enters a set once, with the first outcome that answers its question: two
    arms that share one control are not two trials. `pool_sets` says where the statistics are computed.
    """
    sets: dict[tuple[Question, Measure], dict[str, Effect]] = {}
    for trial in sorted(trials, key=lambda each: (each.year, each.id)):
        for outcome in trial.outcomes:
            for effect in _effects(trial, outcome):
                sets.setdefault((_question(trial, outcome), effect.measure), {}).setdefault(trial.id, effect)
    groups = [(question, measure, tuple(effects.values())) for (question, measure), effects in sets.items()]
    large = [effects for _question_asked, _measure, effects in groups if len(effects) >= LEAST_TRIALS]
    pooled = dict(zip(large, pool_sets(large), strict=True)) if large else {}
    found = [
        Comparable(question, measure, effects, pooled.get(effects)) for question, measure, effects in groups
    ]
    return tuple(sorted(found, key=lambda each: -len(each.effects)))


def _question(trial: Trial, outcome: Outcome) -> Question:
    return Question(
        outcome.name,
        outcome.instrument,
        outcome.timepoint,
        outcome.higher_is,
        trial.product,
        trial.route,
        trial.comparator,
    )


def _effects(trial: Trial, outcome: Outcome) -> Iterable[Effect]:
    treated, control = outcome.treated, outcome.control
    people = (treated.people if treated else 0) + (control.people if control else 0)
    if (
        treated
        and control
        and treated.events is not None
        and control.events is not None
        and (treated.events or control.events)
    ):
        yield risk_ratio(trial.study, treated.events, treated.people, control.events, control.people)
    if outcome.difference is not None and outcome.low is not None and outcome.high is not None:
        yield reported_difference(trial.study, outcome.difference, outcome.low, outcome.high, people)
    elif outcome.difference is not None and outcome.standard_error is not None:
        yield reported_standard_error(trial.study, outcome.difference, outcome.standard_error, people)
