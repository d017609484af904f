"""For every rule of the package and any recorded facts that make it fire: a finding, which nothing but facts takes away.

The kind of case G1, over the knowledge that ships: whatever else is known, in whatever order it was recorded.
"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.content import trigger as language
from mooring.content.schema.data import Datum, DatumType
from mooring.content.trigger import All, Compare, FactValue, Is, Not, TimeSince, Trigger
from mooring.content.trigger import Any as AnyOf
from mooring.rules import longterm, readiness
from mooring.rules.screening import Setting, screen
from mooring.rules.verdict import Effect, Fact, Standing, Verdict
from tests.rules.knowledge import NOON, pack

pytestmark = pytest.mark.pure

PACK = pack()
RULES = [*PACK.eligibility.values(), *PACK.readiness.values(), *PACK.longterm.values()]
STEP = {"<": -1.0, "<=": 0.0, ">": 1.0, ">=": 0.0}
Facts = dict[str, Fact]


def setting_for(rule: Any, facts: Facts) -> Setting:
    """Somewhere that the rule holds, by what its trigger says of the plan and by what it applies to."""
    here = rule.applies
    first = {
        "product": here.products,
        "route": here.routes,
        "jurisdiction": here.jurisdictions,
        "setting": here.settings,
    }
    planned = {name: str(facts[name].value) for name in first if name in facts}
    return Setting(**{**{name: values[0] for name, values in first.items() if values}, **planned})


def recorded(key: str, value: object, days: float = 0) -> Fact:
    return Fact(key, value, NOON - timedelta(days=days), "monitor", Standing.MEASURED)


def met(trigger: Trigger, wanted: bool, draw: st.DrawFn) -> Facts:
    """Facts that make a trigger what is `wanted`, so that a rule fires."""
    match trigger:
        case Is(left=left, words=words):
            datum = PACK.data[left.key]
            named = set(words)
            every = {"yes", "no"} if datum.type == DatumType.YES_NO else set(datum.choices)
            return {
                left.key: recorded(
                    left.key, draw(st.sampled_from(sorted(named if wanted else every - named)))
                )
            }
        case Compare(left=side, op=op, right=right):
            return _compared(side, op, right, wanted, draw)
        case Not(of=of):
            return met(of, not wanted, draw)
        case All(of=parts) | AnyOf(of=parts):
            every = isinstance(trigger, All) == wanted
            chosen = parts if every else (draw(st.sampled_from(parts)),)
            return {key: fact for part in chosen for key, fact in met(part, wanted, draw).items()}


def _compared(
    side: FactValue | TimeSince, op: str, right: float | FactValue, wanted: bool, draw: st.DrawFn
) -> Facts:
    facts: Facts = {}
    limit = right if isinstance(right, float) else 7.0
    if isinstance(right, FactValue):
        facts[right.key] = recorded(right.key, limit)
    opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
    step = STEP[op if wanted else opposite[op]]
    if isinstance(side, FactValue):
        facts[side.key] = recorded(side.key, _inside(PACK.data[side.key], limit + step))
        return facts
    unit = language.UNITS[side.unit]
    when = NOON - unit * (limit + step * draw(st.sampled_from([0.01, 0.5])))
    moment: object = when.isoformat() if PACK.data[side.key].type == DatumType.MOMENT else 70.0
    facts[side.key] = Fact(side.key, moment, when, "monitor", Standing.MEASURED)
    return facts


def _inside(datum: Datum, value: float) -> float:
    low = datum.least if datum.least is not None else value
    high = datum.most if datum.most is not None else value
    return min(max(value, low), high)


@st.composite
def fired(draw: st.DrawFn) -> tuple[Any, Setting, list[Fact]]:
    """A rule, where it holds, and facts that make it fire, among answers to everything else, in any order."""
    rule = draw(st.sampled_from(RULES))
    when = language.parse(rule.when)
    own = met(when, True, draw)
    where = setting_for(rule, own)
    planned = {fact.key for fact in where.facts}
    others = [
        recorded(key, draw(st.sampled_from(["yes", "no"])))
        for key in draw(st.lists(st.sampled_from(sorted(PACK.data)), max_size=6, unique=True))
        if PACK.data[key].type == DatumType.YES_NO and key not in language.keys(when)
    ]
    facts = [fact for fact in [*own.values(), *others] if fact.key not in planned]
    return rule, where, draw(st.permutations(facts))


def verdict_of(where: Setting, facts: list[Fact]) -> Verdict:
    return (
        screen(facts, PACK, NOON, where)
        + readiness.assess(facts, PACK, NOON, where)
        + longterm.assess(facts, PACK, NOON, where)
    )


@given(fired())
def test_a_rule_that_fires_is_a_finding_whatever_else_is_known(made: tuple[Any, Setting, list[Fact]]) -> None:
    rule, where, facts = made
    found = [each for each in verdict_of(where, facts).findings if each.rule == rule.key]
    assert [each.settled for each in found] == [True]


@given(fired())
def test_above_information_it_keeps_the_gate_shut(made: tuple[Any, Setting, list[Fact]]) -> None:
    rule, where, facts = made
    verdict = verdict_of(where, facts)
    finding = next(each for each in verdict.findings if each.rule == rule.key)
    assert (finding in verdict.still_open()) == (finding.effect > Effect.INFO)
