"""Long-term safety: what doses given over months ask for, read over the same facts as every other rule.

What is counted is worked out here from the days and amounts of the doses; what is measured (bladder checklist, liver
values) comes with the facts. A value that nobody has measured meets nothing: its cadence makes it somebody's task.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from mooring.content.pack import Pack
from mooring.content.schema.longterm import LongTermCheck
from mooring.content.trigger import keys, parse
from mooring.rules.facts import Known, known, number
from mooring.rules.screening import Setting, finding_of
from mooring.rules.verdict import Effect, Fact, Override, Standing, Verdict

ALT_SERIES = "alt_u_per_l"
"""The fact under which every ALT that was measured stands; no trigger reads it, `against_baseline` does."""
QUARTER, WEEK = timedelta(days=90), timedelta(days=7)


@dataclass(frozen=True)
class GivenDose:
    """One dose that was given: the day, and the amount ordered in mg where it is known."""

    on: date
    mg: Decimal | None = None


def counted(doses: Sequence[GivenDose], now: datetime) -> tuple[Fact, ...]:
    """The facts that follow from the doses of every treatment: how many, since when, how much more than before.

    `dose_rise_percent` is the last amount over the one before it. `gap_shortened_times` counts how often a gap was
    less than two thirds of the gap before it, so that a course of two doses a week (3 and 4 days in turn) counts none.
    """
    given = sorted(doses, key=lambda dose: dose.on)
    if not given:
        return ()
    today, days = now.date(), [dose.on for dose in given]
    gaps = [later - earlier for earlier, later in itertools.pairwise(days)]
    amounts = [dose.mg for dose in given if dose.mg]
    numbers: dict[str, float] = {
        "doses_given": len(given),
        "doses_last_90_days": sum(1 for day in days if today - QUARTER < day <= today),
        "doses_last_7_days": sum(1 for day in days if today - WEEK < day <= today),
        "days_since_first_dose": (today - days[0]).days,
        "gap_shortened_times": sum(1 for before, after in itertools.pairwise(gaps) if after * 3 < before * 2),
    }
    if len(amounts) > 1:
        numbers["dose_rise_percent"] = float((amounts[-1] - amounts[-2]) / amounts[-2] * 100)
    return tuple(Fact(key, value, now, standing=Standing.MEASURED) for key, value in numbers.items())


def against_baseline(alts: Iterable[Fact], doses: Sequence[GivenDose]) -> tuple[Fact, ...]:
    """`alt_times_baseline`: the newest ALT since the first dose as a multiple of the last one before it.

    Nothing where there is none before the first dose, or none since.
    """
    first = min((dose.on for dose in doses), default=None)
    in_order = sorted((fact for fact in alts if fact.dated is not None), key=lambda fact: fact.dated or fact)  # type: ignore[arg-type,return-value]
    before = [fact for fact in in_order if first and fact.dated and fact.dated.date() <= first]
    since = [fact for fact in in_order if first and fact.dated and fact.dated.date() > first]
    base, now = (number(found[-1].value) if found else None for found in (before, since))
    if not base or now is None:
        return ()
    return (replace(since[-1], key="alt_times_baseline", value=now / base),)


def assess(facts: Iterable[Fact] | Known, pack: Pack, now: datetime, where: Setting) -> Verdict:
    """The verdict of every long-term check in force over what is known now."""
    now_known = facts if isinstance(facts, Known) else known((*facts, *where.facts), now, pack.data)
    found = [
        finding_of(check, now_known, Effect[check.effect], Override(check.override))
        for check in checks_for(pack, now.date(), where)
    ]
    return Verdict(tuple(finding for finding in found if finding is not None))


def checks_for(pack: Pack, on: date, where: Setting) -> tuple[LongTermCheck, ...]:
    """The long-term checks in force that hold for this product, route, law and setting."""
    return tuple(
        check
        for check in pack.longterm.in_force(on)
        if check.applies.fits(where.product, where.route, where.jurisdiction, where.setting)
    )


def due(
    facts: Iterable[Fact], pack: Pack, now: datetime, where: Setting, first_dose_on: date
) -> tuple[LongTermCheck, ...]:
    """The checks whose cadence has come: nothing they look at was measured within `every_days`.

    A check is not due before the first dose is as old as its cadence. What is counted from the doses is never due.
    """
    newest: dict[str, datetime] = {}
    for fact in facts:
        if fact.dated is not None and fact.dated <= now:
            newest[fact.key] = max(fact.dated, newest.get(fact.key, fact.dated))
    found = []
    for check in checks_for(pack, now.date(), where):
        if check.every_days is None or (now.date() - first_dose_on).days < check.every_days:
            continue
        looked = [newest[key] for key in keys(parse(check.when)) if key in newest]
        if not looked or now - max(looked) > timedelta(days=check.every_days):
            found.append(check)
    return tuple(found)
