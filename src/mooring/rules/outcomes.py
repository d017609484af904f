"""Outcomes: what a change in score amounts to, relative to the doses given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mooring.content.schema.instruments import Change, Instrument
from mooring.rules.verdict import RuleMessage


@dataclass(frozen=True)
class ScoreAt:
    """A total at a moment."""

    at: datetime
    total: float


@dataclass(frozen=True)
class ScoreOutcome:
    """What became of somebody, on one instrument, by that instrument's own rules.

    None: the instrument has no such rule, or it does not apply. `response` asks for a baseline at or above caseness
    where the instrument names one. `improvement` is the part of the baseline that went away (0.5: halved; below 0:
    worse); `points` the same in points of the instrument, whichever way it counts. `lost_response`: responded or
    remitted at an earlier score, neither at the latest. No instrument here states a rule for relapse, so none is
    called one.
    """

    instrument: str
    baseline: ScoreAt
    latest: ScoreAt
    best: ScoreAt
    points: float
    improvement: float | None
    response: bool | None
    remission: bool | None
    response_share: float | None
    reliable_points: float | None
    lost_response: bool
    below_caseness: bool
    doses_before_response: int | None
    days_since_last_dose: float | None

    @property
    def reliable_improvement(self) -> bool | None:
        """Better by at least what the instrument counts as more than chance."""
        return None if self.reliable_points is None else self.points >= self.reliable_points

    @property
    def reliable_deterioration(self) -> bool | None:
        """Worse by at least what the instrument counts as more than chance."""
        return None if self.reliable_points is None else -self.points >= self.reliable_points

    @property
    def status(self) -> RuleMessage:
        """What it amounts to, and the rule it is said by. A worse score is never said to be no change."""
        points, limit = abs(self.points), self.reliable_points
        if self.reliable_deterioration:
            return RuleMessage("outcome.worse_reliably", points=points, limit=limit)
        if self.remission:
            return RuleMessage("outcome.remission")
        if self.response:
            return RuleMessage("outcome.response", share=self.response_share)
        if self.lost_response:
            return RuleMessage("outcome.lost_response", best=self.best.total, latest=self.latest.total)
        if self.reliable_improvement:
            return RuleMessage("outcome.better_reliably", points=points, limit=limit)
        if self.points == 0:
            return RuleMessage("outcome.same")
        better = self.points > 0
        if limit is None:
            return (
                RuleMessage("outcome.better_without_rule", points=points)
                if better
                else RuleMessage("outcome.worse_without_rule", points=points)
            )
        return (
            RuleMessage("outcome.better_within_chance", points=points, limit=limit)
            if better
            else RuleMessage("outcome.worse_within_chance", points=points, limit=limit)
        )

    @property
    def response_not_judged(self) -> RuleMessage | None:
        """Why nothing is said about response, where nothing is."""
        if self.response is not None:
            return None
        if self.below_caseness:
            return RuleMessage("outcome.baseline_below_caseness", baseline=self.baseline.total)
        return RuleMessage("outcome.no_response_rule")


def classify(
    instrument: Instrument, scores: Iterable[ScoreAt], doses: Iterable[datetime]
) -> ScoreOutcome | None:
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
    reliable, rule, caseness = (rules.get(kind) for kind in ("reliable change", "response", "caseness"))
    return ScoreOutcome(
        instrument=instrument.key,
        baseline=baseline,
        latest=latest,
        best=min(later, key=lambda each: sign * each.total),
        points=points,
        improvement=points / baseline.total if baseline.total else None,
        response=response,
        remission=remission,
        response_share=rule.fraction if rule else None,
        reliable_points=reliable.points if reliable else None,
        lost_response=bool(well) and not response and not remission,
        below_caseness=_below(caseness, baseline),
        doses_before_response=sum(1 for dose in given if dose <= well[0].at) if well else None,
        days_since_last_dose=_days_since(given, latest.at),
    )


def _below(caseness: Change | None, baseline: ScoreAt) -> bool:
    return caseness is not None and caseness.at_least is not None and baseline.total < caseness.at_least


def _days_since(doses: list[datetime], at: datetime) -> float | None:
    before = [dose for dose in doses if dose <= at]
    return (at - before[-1]).total_seconds() / 86400 if before else None


def _response(rules: dict[str, Change], baseline: ScoreAt, score: ScoreAt, worse_up: bool) -> bool | None:
    rule, caseness = rules.get("response"), rules.get("caseness")
    if rule is None or rule.fraction is None or not worse_up or baseline.total <= 0:
        return None
    if _below(caseness, baseline):
        return None
    return (baseline.total - score.total) / baseline.total >= rule.fraction


def _remission(rules: dict[str, Change], score: ScoreAt) -> bool | None:
    rule = rules.get("remission")
    if rule is None:
        return None
    if rule.at_most is not None:
        return score.total <= rule.at_most
    return None if rule.at_least is None else score.total >= rule.at_least
