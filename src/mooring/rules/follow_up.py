"""Follow-up: what the protocol's own plan proposes next, with its reasons. A prescriber decides.

Continue, step up, taper, lengthen or shorten the gap, stop the trial, stop. What is proposed is read from the doses that
were given and from what the scores amount to by the instrument's own rule; nothing here happens by itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from mooring.content.schema.protocols import FollowUp, ProtocolTemplate
from mooring.rules.outcomes import ScoreOutcome
from mooring.rules.verdict import RuleMessage


class ProposedStep(StrEnum):
    STOP = "stop"
    STOP_TRIAL = "stop trial"
    REVIEW = "review"
    SHORTEN = "shorten"
    STEP = "step"
    LENGTHEN = "lengthen"
    TAPER = "taper"
    GO_ON = "go on"


@dataclass(frozen=True)
class Proposal:
    """What to consider next, why, and from when on. `rule` is the protocol's `id@version`.

    Where doses follow: how many, how many days apart, and for a step the dose in the protocol's own unit.
    """

    step: ProposedStep
    says: str | RuleMessage
    rule: str
    not_before: date | None = None
    doses: int | None = None
    gap_days: int | None = None
    amount: Decimal | None = None


def propose(
    protocol: ProtocolTemplate,
    doses_on: Iterable[date],
    outcome: ScoreOutcome | None,
    on: date,
    amount: Decimal | None = None,
) -> tuple[Proposal, ...]:
    """Everything that the protocol's follow-up plan has to say on the day, gravest first.

    `doses_on` are the days on which doses of this treatment were given, `amount` the last dose in the protocol's own
    unit (mg/kg, mg, mg/kg/h).

    >>> propose(protocol, days, outcome, today)[0].step.value  # doctest: +SKIP
    'review'
    """
    days = sorted(doses_on)
    plan = protocol.follow_up
    if plan is None or not days:
        return ()
    found = [
        *_stop(protocol, plan, days, outcome),
        *_end(protocol, plan, days, on),
        *_review(protocol, plan, days, on),
        *_rate(protocol, plan, days, on),
        *_step(protocol, plan, outcome, amount),
    ]
    if len(days) < protocol.spacing.cycles:
        gap = protocol.spacing.target_days[len(days)] - protocol.spacing.target_days[len(days) - 1]
        says = RuleMessage("follow_up.next_dose", number=len(days) + 1, of=protocol.spacing.cycles)
        found.append(Proposal(ProposedStep.GO_ON, says, protocol.key, days[-1] + timedelta(days=gap)))
    else:
        found += _after_the_course(protocol, plan, days, outcome)
    return tuple(sorted(found, key=lambda each: list(ProposedStep).index(each.step)))


def what_changed(signed: ProtocolTemplate, current: ProtocolTemplate | None) -> tuple[Proposal, ...]:
    """What a treatment is told when its protocol has another version, or none, in the pack of today.

    A treatment keeps the version that it was signed under; the news is a reason for a review, never a change by itself.
    """
    if current is None:
        says = RuleMessage("follow_up.protocol_ended", protocol=signed.key)
        return (Proposal(ProposedStep.REVIEW, says, signed.key),)
    if current == signed:
        return ()
    says = RuleMessage(
        "follow_up.protocol_changed", protocol=signed.key, current=current.key, changed=current.changed or "–"
    )
    return (Proposal(ProposedStep.REVIEW, says, current.key),)


def review_due(protocol: ProtocolTemplate, doses_on: Iterable[date], on: date) -> bool:
    """Whether a review falls after the newest dose: at the plan's points, and when every planned dose was given."""
    days, plan = sorted(doses_on), protocol.follow_up
    if not days:
        return False
    if len(days) >= protocol.spacing.cycles:
        return True
    return plan is not None and bool(_review(protocol, plan, days, on))


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


def _end(protocol: ProtocolTemplate, plan: FollowUp, days: list[date], on: date) -> list[Proposal]:
    """What was not studied for longer ends; a maintenance that has lasted is tried without."""
    since = (on - days[0]).days
    if plan.end_after_days is not None and since >= plan.end_after_days:
        says = RuleMessage("follow_up.not_studied", most_days=plan.end_after_days)
        return [Proposal(ProposedStep.STOP, says, protocol.key)]
    if plan.stop_trial_after_days is not None and since >= plan.stop_trial_after_days:
        says = RuleMessage("follow_up.stop_trial", after_days=plan.stop_trial_after_days)
        return [Proposal(ProposedStep.STOP_TRIAL, says, protocol.key)]
    return []


def _review(protocol: ProtocolTemplate, plan: FollowUp, days: list[date], on: date) -> list[Proposal]:
    found, given = [], len(days)
    every = plan.review_every_doses
    if given in plan.review_after_doses or (every and given % every == 0):
        says = RuleMessage("follow_up.review_now", number=given)
        found.append(Proposal(ProposedStep.REVIEW, says, protocol.key))
    gap = plan.review_after_gap_days
    if gap is not None and (on - days[-1]).days > gap:
        says = RuleMessage("follow_up.long_gap", gap_days=(on - days[-1]).days, most_days=gap)
        found.append(Proposal(ProposedStep.REVIEW, says, protocol.key))
    if plan.review_every_days and (on - days[0]).days >= plan.review_every_days:
        rounds = (on - days[0]).days // plan.review_every_days
        due = days[0] + timedelta(days=rounds * plan.review_every_days)
        says = RuleMessage("follow_up.regular_review", on=due)
        found.append(Proposal(ProposedStep.REVIEW, says, protocol.key, due))
    return found


def _rate(protocol: ProtocolTemplate, plan: FollowUp, days: list[date], on: date) -> list[Proposal]:
    most = plan.most_doses_per_90_days
    lately = sum(1 for day in days if on - timedelta(days=90) < day <= on)
    if most is None or lately <= most:
        return []
    says = RuleMessage("follow_up.many_doses", doses=lately, most=most)
    return [Proposal(ProposedStep.REVIEW, says, protocol.key)]


def _step(
    protocol: ProtocolTemplate, plan: FollowUp, outcome: ScoreOutcome | None, amount: Decimal | None
) -> list[Proposal]:
    """The next dose of a response-guided protocol, while too little has become better."""
    below = plan.step_below_improvement
    if below is None or amount is None or outcome is None or outcome.improvement is None:
        return []
    higher = next((step for step in plan.steps if step > amount), None)
    if higher is None or outcome.improvement >= below:
        return []
    says = RuleMessage("follow_up.step", share=outcome.improvement, below_share=below, amount=higher)
    return [Proposal(ProposedStep.STEP, says, protocol.key, amount=higher)]


def _after_the_course(
    protocol: ProtocolTemplate, plan: FollowUp, days: list[date], outcome: ScoreOutcome | None
) -> list[Proposal]:
    if _worse(plan, outcome):
        gap = max((days[-1] - days[-2]).days - 7, 7) if len(days) > 1 else 7
        after = days[-1] + timedelta(days=gap)
        says = RuleMessage("follow_up.risen")
        return [Proposal(ProposedStep.SHORTEN, says, protocol.key, after, doses=1, gap_days=gap)]
    after_course, last = len(days) - protocol.spacing.cycles, len(plan.taper) - 1
    for place, step in enumerate(plan.taper):
        if step.doses is None or after_course < step.doses:
            following = days[-1] + timedelta(days=step.gap_days)
            left = None if step.doses is None else step.doses - after_course
            tapering = Proposal(
                ProposedStep.TAPER,
                step.words,
                protocol.key,
                following,
                doses=left or 1,
                gap_days=step.gap_days,
            )
            longer = _lengthen(protocol, plan, days) if place == last and after_course else []
            return [*longer, tapering]
        after_course -= step.doses
    return []


def _lengthen(protocol: ProtocolTemplate, plan: FollowUp, days: list[date]) -> list[Proposal]:
    """A longer gap, after so many doses at one gap without becoming worse."""
    many, more = plan.lengthen_after_doses, plan.lengthen_by_days
    gaps = [(later - earlier).days for earlier, later in itertools.pairwise(days)]
    if many is None or more is None or len(gaps) < many:
        return []
    lately = gaps[-many:]
    if max(lately) - min(lately) >= more:
        return []
    gap = max(lately) + more
    if plan.longest_gap_days is not None and gap > plan.longest_gap_days:
        return []
    says = RuleMessage("follow_up.stable", doses=many, gap_days=gap)
    after = days[-1] + timedelta(days=gap)
    return [Proposal(ProposedStep.LENGTHEN, says, protocol.key, after, doses=1, gap_days=gap)]


def _worse(plan: FollowUp, outcome: ScoreOutcome | None) -> bool:
    if outcome is None or plan.shorten_when_rise_from_best is None:
        return False
    risen = outcome.latest.total - outcome.best.total >= plan.shorten_when_rise_from_best
    return risen and outcome.latest.total >= (plan.shorten_only_from_total or 0)
