"""Outcomes: what a change in score amounts to, relative to the doses given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mooring.content.schema.instruments import Change, Instrument


@dataclass(frozen=True)
class ScoreAt:
    """A total at a moment."""

    at: datetime
    total: float


@dataclass(frozen=True)
class Outcome:
    """What became of somebody, on one instrument. None: the instrument has no rule, or it does not apply.

    `response` asks for a baseline at or above caseness where the instrument names one. `improvement` is the
    part of the baseline that went away (0.5: halved; below 0: worse). `relapse`: responded or remitted after
    a dose, then neither.
    """

    instrument: str
    baseline: ScoreAt
    latest: ScoreAt
    best: ScoreAt
    improvement: float | None
    response: bool | None
    remission: bool | None
    reliable_improvement: bool | None
    reliable_deterioration: bool | None
    relapse: bool | None
    doses_before_response: int | None
    days_since_last_dose: float | None

    @property
    def words(self) -> str:
        """One plain sentence."""
        if self.relapse:
            return "Got better, then worse again."
        if self.remission:
            return "In remission."
        if self.response:
            return "Responded: at least half better than at the start."
        if self.reliable_deterioration:
            return "Worse than at the start by more than chance."
        if self.reliable_improvement:
            return "Better than at the start by more than chance, short of a response."
        return "No clear change since the start."


def classify(instrument: Instrument, scores: Iterable[ScoreAt], doses: Iterable[datetime]) -> Outcome | None:
    """The outcome over all scores; None without both a baseline and a later score.

    The baseline is the last score before (or at) the first dose, or the first score where there is none.

    >>> classify(phq9, [ScoreAt(day0, 20), ScoreAt(day21, 9)], [day1]).response  # doctest: +SKIP
    True
    """
    series = sorted(scores, key=lambda each: each.at)
    given = sorted(doses)
    before = [each for each in series if given and each.at <= given[0]]
    baseline = before[-1] if before else (series[0] if series else None)
    if baseline is None:
        return None
    later = [each for each in series if each.at > baseline.at]
    if not later:
        return None
    rules: dict[str, Change] = {change.kind: change for change in instrument.change}
    worse_up = instrument.total.higher_is != "better"
    judged = [(each, _response(rules, baseline, each, worse_up), _remission(rules, each)) for each in later]
    latest, response, remission = judged[-1]
    well = [each for each, responded, remitted in judged if responded or remitted]
    sign = 1 if worse_up else -1
    points = sign * (baseline.total - latest.total)
    reliable = rules.get("reliable change")
    limit = reliable.points if reliable else None
    return Outcome(
        instrument=instrument.key,
        baseline=baseline,
        latest=latest,
        best=min(later, key=lambda each: sign * each.total),
        improvement=points / baseline.total if baseline.total else None,
        response=response,
        remission=remission,
        reliable_improvement=None if limit is None else points >= limit,
        reliable_deterioration=None if limit is None else -points >= limit,
        relapse=bool(well) and not response and not remission,
        doses_before_response=sum(1 for dose in given if dose <= well[0].at) if well else None,
        days_since_last_dose=_days_since(given, latest.at),
    )


def _days_since(doses: list[datetime], at: datetime) -> float | None:
    before = [dose for dose in doses if dose <= at]
    return (at - before[-1]).total_seconds() / 86400 if before else None


def _response(rules: dict[str, Change], baseline: ScoreAt, score: ScoreAt, worse_up: bool) -> bool | None:
    rule, caseness = rules.get("response"), rules.get("caseness")
    if rule is None or rule.fraction is None or not worse_up or baseline.total <= 0:
        return None
    if caseness is not None and caseness.at_least is not None and baseline.total < caseness.at_least:
        return None
    return (baseline.total - score.total) / baseline.total >= rule.fraction


def _remission(rules: dict[str, Change], score: ScoreAt) -> bool | None:
    rule = rules.get("remission")
    if rule is None:
        return None
    if rule.at_most is not None:
        return score.total <= rule.at_most
    return None if rule.at_least is None else score.total >= rule.at_least
