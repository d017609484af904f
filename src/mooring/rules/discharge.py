"""Discharge: may this person leave? The route's floor *and* every criterion; neither replaces the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from mooring.content import trigger as language
from mooring.content.schema.monitoring import Criterion, DischargeCriteria, MonitoringPlan
from mooring.rules.facts import deciding, known, number, read
from mooring.rules.verdict import Effect, Fact, Finding, Override, Standing, Verdict


def earliest(plan: MonitoringPlan, started_at: datetime | None, ended_at: datetime | None) -> datetime | None:
    """The earliest moment at which the route's floor is reached; None while it cannot be known."""
    floors = ((started_at, plan.floor_after_start_min), (ended_at, plan.floor_after_end_min))
    moments = []
    for anchor, minutes in floors:
        if minutes is None:
            continue
        if anchor is None:
            return None
        moments.append(anchor + timedelta(minutes=minutes))
    return max(moments)


def assess(
    facts: Iterable[Fact],
    criteria: DischargeCriteria,
    plan: MonitoringPlan,
    now: datetime,
    *,
    started_at: datetime | None,
    ended_at: datetime | None,
    baseline: Mapping[str, float] | None = None,
    product: str = "racemic ketamine",
) -> Verdict:
    """What still stands between this person and the door.

    Facts are dated observations of the session (all of them: the rule takes those that are fresh enough and
    were made after the dose ended; what was seen before says nothing of having recovered from it); what the
    patient says of their own state is noted by the monitor and passed as confirmed. `baseline` holds the
    signs before the dose.

    >>> assess(facts, criteria, plan, now, started_at=start, ended_at=end).allowed  # doctest: +SKIP
    True
    """
    since = ended_at or started_at
    dated = [fact for fact in facts if _recovery(fact, since, now)]
    found = [_floor(plan, now, started_at, ended_at)]
    for criterion in criteria.criteria:
        if not criterion.products or product in criterion.products:
            found.append(_criterion(criteria, criterion, [*dated, *_derived(dated, baseline or {})], now))
    return Verdict(tuple(finding for finding in found if finding is not None))


def _recovery(fact: Fact, since: datetime | None, now: datetime) -> bool:
    """Whether the fact was made after the dose, and not in the future."""
    return fact.dated is not None and fact.dated <= now and (since is None or fact.dated >= since)


def _floor(
    plan: MonitoringPlan, now: datetime, started_at: datetime | None, ended_at: datetime | None
) -> Finding | None:
    until = earliest(plan, started_at, ended_at)
    if until is not None and now >= until:
        return None
    left = "" if until is None else f", {-((now - until) // timedelta(minutes=1))} minutes from now"
    after = plan.floor_after_end_min if plan.floor_after_end_min is not None else plan.floor_after_start_min
    since = "the end" if plan.floor_after_end_min is not None else "the start"
    return Finding(
        rule=f"{plan.key}/floor",
        effect=Effect.HOLD,
        says=f"The floor is {after} minutes after {since} of dosing{left}.",
        asks="Stay and keep watching.",
        sources=plan.references,
        grade=plan.grade,
        override=Override.NOBODY,
        missing=() if until is not None else ("dosing_ended_at",),
    )


def _criterion(
    criteria: DischargeCriteria, criterion: Criterion, facts: list[Fact], now: datetime
) -> Finding | None:
    when = language.parse(criterion.met)
    fresh = timedelta(minutes=criterion.fresh_min)
    recent = [fact for fact in facts if fact.dated is not None and now - fact.dated <= fresh]
    now_known = known(recent, now)
    met = read(when, now_known.settled, now)
    missing = deciding(when, now_known.settled, now)
    if met and criterion.twice_apart_min is not None and not _stood(when, criterion, facts):
        met, missing = None, language.keys(when)
    if met:
        return None
    return Finding(
        rule=f"{criteria.key}/{criterion.code}",
        effect=Effect[criterion.effect],
        says=f"{'Not yet met' if met is False else 'Not yet known'}: {criterion.title}",
        asks=criterion.asks,
        facts=now_known.shown(language.keys(when)),
        sources=criterion.references,
        grade=criterion.grade,
        override=Override(criterion.override),
        missing=missing,
    )


def _stood(when: language.Trigger, criterion: Criterion, facts: list[Fact]) -> bool:
    """Whether the criterion was met at the last check and at one long enough before, and at all between."""
    wanted = set(language.keys(when))
    series = [fact for fact in facts if fact.key in wanted and fact.standing != Standing.REPORTED]
    moments = sorted({fact.dated for fact in series if fact.dated is not None}, reverse=True)
    for moment in moments:
        until = [fact for fact in series if fact.dated is not None and fact.dated <= moment]
        if read(when, known(until, moment).settled, moment) is not True:
            return False
        if moments[0] - moment >= timedelta(minutes=criterion.twice_apart_min or 0):
            return True
    return False


def _dated(fact: Fact) -> float:
    return fact.dated.timestamp() if fact.dated is not None else 0


def _derived(facts: list[Fact], baseline: Mapping[str, float]) -> list[Fact]:
    """The rise over the pre-dose value, and whether the pressure falls, from the readings of the session."""
    found: list[Fact] = []
    for sign, rise in (("systolic_mmhg", "systolic_rise_mmhg"), ("diastolic_mmhg", "diastolic_rise_mmhg")):
        series = sorted((fact for fact in facts if fact.key == sign), key=lambda fact: _dated(fact))
        values = [(fact, value) for fact in series if (value := number(fact.value)) is not None]
        if values and sign in baseline:
            last, value = values[-1]
            found.append(replace(last, key=rise, value=value - baseline[sign]))
        if len(values) > 1 and sign == "systolic_mmhg":
            last, value = values[-1]
            found.append(replace(last, key="systolic_falling", value=value <= values[-2][1]))
    return found
