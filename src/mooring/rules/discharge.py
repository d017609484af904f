"""Discharge: may this person leave? The minimum stay, every criterion and no open red; none replaces another.

Findings carry a `code` with values; `sentences.discharge` has the words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from mooring.content import trigger as language
from mooring.content.schema.monitoring import Criterion, DischargeCriteria, MonitoringPlan
from mooring.rules.facts import deciding, known, number, read
from mooring.rules.monitoring import Alert
from mooring.rules.verdict import Effect, Fact, Finding, Override, Standing, Verdict


class DischargeCode(StrEnum):
    """Why the door stays shut."""

    STAY_AFTER_START = "stay-after-start"
    STAY_AFTER_END = "stay-after-end"
    NOT_MET = "not-met"
    NOT_KNOWN = "not-known"
    OPEN_RED = "open-red"
    RECENT_RED = "recent-red"


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
    alerts: Iterable[Alert] = (),
    acknowledged: Collection[str] = (),
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
        if criterion.applies(plan.product, plan.route):
            found.append(_criterion(criteria, criterion, [*dated, *_derived(dated, baseline or {})], now))
    found += _reds(criteria, [alert for alert in alerts if alert.sounds], acknowledged, now)
    return Verdict(tuple(finding for finding in found if finding is not None))


NOT_OF_THE_BODY = frozenset({"escort", "advice", "cannula"})
"""Criteria that say nothing of how the patient is: they do not count for when the patient would have been ready."""


def ready_at(
    facts: Iterable[Fact],
    criteria: DischargeCriteria,
    plan: MonitoringPlan,
    now: datetime,
    *,
    ended_at: datetime | None,
    baseline: Mapping[str, float] | None = None,
) -> datetime | None:
    """From when on the patient would have been ready without the minimum stay; None while not, or not again.

    The form of esketamine's safety programme asks for this minute beside the stay itself: ready after 75 minutes,
    monitored for 122. It is the first look from which every criterion about the patient stood until the last one.
    """
    if ended_at is None:
        return None
    dated = sorted((fact for fact in facts if _recovery(fact, ended_at, now)), key=_dated)
    looks = sorted({fact.dated for fact in dated if fact.dated is not None})
    found: datetime | None = None
    for look in looks:
        until = [fact for fact in dated if fact.dated is not None and fact.dated <= look]
        seen = [*until, *_derived(until, baseline or {})]
        stands = all(
            _criterion(criteria, criterion, seen, look) is None
            for criterion in criteria.criteria
            if criterion.code not in NOT_OF_THE_BODY and criterion.applies(plan.product, plan.route)
        )
        found = (found or look) if stands else (found if _only_missing(criteria, plan, seen, look) else None)
    return found


def _only_missing(
    criteria: DischargeCriteria, plan: MonitoringPlan, seen: list[Fact], look: datetime
) -> bool:
    """Whether nothing speaks against the patient at this look; some of it was only not asked again."""
    findings = [
        _criterion(criteria, criterion, seen, look)
        for criterion in criteria.criteria
        if criterion.code not in NOT_OF_THE_BODY and criterion.applies(plan.product, plan.route)
    ]
    return all(finding is None or finding.code == DischargeCode.NOT_KNOWN for finding in findings)


def _recovery(fact: Fact, since: datetime | None, now: datetime) -> bool:
    """Whether the fact was made after the dose, and not in the future."""
    return fact.dated is not None and fact.dated <= now and (since is None or fact.dated >= since)


def _floor(
    plan: MonitoringPlan, now: datetime, started_at: datetime | None, ended_at: datetime | None
) -> Finding | None:
    until = earliest(plan, started_at, ended_at)
    if until is not None and now >= until:
        return None
    after_end = plan.floor_after_end_min is not None
    minutes = plan.floor_after_end_min if after_end else plan.floor_after_start_min
    left_min = None if until is None else -((now - until) // timedelta(minutes=1))
    return Finding(
        rule=f"{plan.key}/floor",
        effect=Effect.HOLD,
        code=DischargeCode.STAY_AFTER_END if after_end else DischargeCode.STAY_AFTER_START,
        values=(("minutes", minutes), ("left_min", left_min)),
        sources=plan.references,
        grade=plan.grade,
        override=Override.NOBODY,
        missing=() if until is not None else ("dosing_ended_at",),
    )


def _reds(
    criteria: DischargeCriteria, reds: list[Alert], acknowledged: Collection[str], now: datetime
) -> list[Finding]:
    """A red that nobody answered keeps the door shut; one of the last minutes asks the prescriber."""
    still_open = [alert for alert in reds if alert.key not in acknowledged]
    since = now - timedelta(minutes=criteria.red_free_min)
    recent = [alert for alert in reds if alert.key in acknowledged and since < alert.at <= now]
    found = []
    if still_open:
        found.append(_red(criteria, DischargeCode.OPEN_RED, still_open, Override.NOBODY))
    if recent:
        found.append(_red(criteria, DischargeCode.RECENT_RED, recent, Override.PRESCRIBER))
    return found


def _red(
    criteria: DischargeCriteria, code: DischargeCode, alerts: list[Alert], override: Override
) -> Finding:
    return Finding(
        rule=f"{criteria.key}/{code}",
        effect=Effect.HOLD,
        code=code,
        values=(
            ("names", tuple(dict.fromkeys(alert.says for alert in alerts))),
            ("minutes", criteria.red_free_min),
        ),
        sources=criteria.references,
        grade=criteria.grade,
        override=override,
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
        code=DischargeCode.NOT_MET if met is False else DischargeCode.NOT_KNOWN,
        values=(("criterion", criterion.title),),
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
    return found + _oxygen_drop(facts, baseline)


def _oxygen_drop(facts: list[Fact], baseline: Mapping[str, float]) -> list[Fact]:
    """By how much the newest oxygen saturation lies below the one before the dose."""
    series = sorted((fact for fact in facts if fact.key == "spo2_percent"), key=_dated)
    value = number(series[-1].value) if series else None
    if value is None or "spo2_percent" not in baseline:
        return []
    return [replace(series[-1], key="spo2_drop_percent", value=baseline["spo2_percent"] - value)]
