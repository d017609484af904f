"""Follow-up: what the protocol's own plan proposes next — review, taper, maintenance, stop. People decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mooring.content.schema.protocols import FollowUp, ProtocolTemplate
from mooring.rules.outcomes import ScoreOutcome
from mooring.rules.verdict import RuleMessage


class ProposedStep(StrEnum):
    GO_ON = "go on"
    REVIEW = "review"
    TAPER = "taper"
    SHORTEN = "shorten"
    STOP = "stop"


@dataclass(frozen=True)
class Proposal:
    """What to consider next, why, and from when on. `rule` is the protocol's `id@version`."""

    step: ProposedStep
    says: str | RuleMessage
    rule: str
    not_before: date | None = None


def propose(
    protocol: ProtocolTemplate, doses_on: Iterable[date], outcome: ScoreOutcome | None, on: date
) -> tuple[Proposal, ...]:
    """Everything that the protocol's follow-up plan has to say on the day, gravest first.

    `doses_on` are the days on which doses of this treatment were given.

    >>> propose(protocol, days, outcome, today)[0].step.value  # doctest: +SKIP
    'review'
    """
    days = sorted(doses_on)
    plan = protocol.follow_up
    if plan is None or not days:
        return ()
    found = [
        *_stop(protocol, plan, days, outcome),
        *_review(protocol, plan, days, on),
        *_rate(protocol, plan, days, on),
    ]
    if len(days) < protocol.spacing.cycles:
        gap = protocol.spacing.target_days[len(days)] - protocol.spacing.target_days[len(days) - 1]
        says = RuleMessage("follow_up.next_dose", number=len(days) + 1, of=protocol.spacing.cycles)
        found.append(Proposal(ProposedStep.GO_ON, says, protocol.key, days[-1] + timedelta(days=gap)))
    else:
        found += _taper(protocol, plan, days, outcome)
    order = [
        ProposedStep.STOP,
        ProposedStep.REVIEW,
        ProposedStep.SHORTEN,
        ProposedStep.TAPER,
        ProposedStep.GO_ON,
    ]
    return tuple(sorted(found, key=lambda each: order.index(each.step)))


def _stop(
    protocol: ProtocolTemplate, plan: FollowUp, days: list[date], outcome: ScoreOutcome | None
) -> list[Proposal]:
    least, points = plan.least_improvement, plan.review_after_doses
    if least is None or not points or outcome is None or outcome.improvement is None:
        return []
    if len(days) >= max(points) and outcome.improvement < least:
        says = RuleMessage(
            "follow_up.too_little", doses=len(days), share=outcome.improvement, least_share=least
        )
        return [Proposal(ProposedStep.STOP, says, protocol.key)]
    return []


def _review(protocol: ProtocolTemplate, plan: FollowUp, days: list[date], on: date) -> list[Proposal]:
    found = []
    if len(days) in plan.review_after_doses:
        found.append(
            Proposal(ProposedStep.REVIEW, RuleMessage("follow_up.review_now", number=len(days)), protocol.key)
        )
    if plan.review_every_days and (on - days[0]).days >= plan.review_every_days:
        rounds = (on - days[0]).days // plan.review_every_days
        due = days[0] + timedelta(days=rounds * plan.review_every_days)
        found.append(
            Proposal(ProposedStep.REVIEW, RuleMessage("follow_up.regular_review", on=due), protocol.key, due)
        )
    return found


def _rate(protocol: ProtocolTemplate, plan: FollowUp, days: list[date], on: date) -> list[Proposal]:
    most = plan.most_doses_per_90_days
    lately = sum(1 for day in days if on - timedelta(days=90) < day <= on)
    if most is None or lately <= most:
        return []
    says = RuleMessage("follow_up.many_doses", doses=lately, most=most)
    return [Proposal(ProposedStep.REVIEW, says, protocol.key)]


def _taper(
    protocol: ProtocolTemplate, plan: FollowUp, days: list[date], outcome: ScoreOutcome | None
) -> list[Proposal]:
    if _worse(plan, outcome):
        return [Proposal(ProposedStep.SHORTEN, RuleMessage("follow_up.risen"), protocol.key)]
    after = len(days) - protocol.spacing.cycles
    for step in plan.taper:
        if step.doses is None or after < step.doses:
            return [
                Proposal(
                    ProposedStep.TAPER, step.words, protocol.key, days[-1] + timedelta(days=step.gap_days)
                )
            ]
        after -= step.doses
    return []


def _worse(plan: FollowUp, outcome: ScoreOutcome | None) -> bool:
    if outcome is None or plan.shorten_when_rise_from_best is None:
        return False
    risen = outcome.latest.total - outcome.best.total >= plan.shorten_when_rise_from_best
    return risen and outcome.latest.total >= (plan.shorten_only_from_total or 0)
