"""Whatever becomes known, whenever on the way, no order of acts lets a dose start without its closing."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import transaction

from mooring.care.treatments.actions import make_ready, move_cycle
from mooring.care.treatments.gate import gate_of
from mooring.care.treatments.models import Cycle, Phase
from mooring.content.loader import load
from mooring.content.schema.eligibility import EligibilityRule, ReadinessRule
from mooring.content.trigger import Is, parse
from mooring.rules.verdict import Effect, Refused
from tests.care.treatments.before_dosing import asked, order_for, planned, prepared
from tests.care.treatments.test_gate import state
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
STEPS = ("planned", "ready", "ordered")


class Undone(Exception):
    """Takes back what one rule tried, so that the next begins where it did."""


@contextmanager
def undone() -> Iterator[None]:
    with suppress(Undone), transaction.atomic():
        yield
        raise Undone


def firing() -> list[tuple[str, str]]:
    """Each rule of eligibility above INFO that one word makes fire here: its id and the fact."""
    pack = load()
    found = []
    for rule in pack.eligibility.values():
        when = parse(rule.when)
        fits = rule.applies.fits("racemic ketamine", "intravenous", "US-OR", "clinic")
        if fits and isinstance(when, Is) and when.words == ("yes",) and Effect[rule.effect] > Effect.INFO:
            found.append((rule.key, when.left.key))
    return found


def carry_on(cast: Cast, cycle: Cycle, step: str) -> Cycle:
    """The acts that are left after a step, each tried, whatever the one before answered."""
    again = Cycle.objects.select_related("treatment__patient__site", "treatment__pack").get(pk=cycle.pk)
    if step == "planned":
        with suppress(Refused):
            asked(cast, again)
        with suppress(Refused):
            make_ready(cycle=again, by=cast.monitor, at=NOW)
    if step in ("planned", "ready"):
        with suppress(Refused):
            order_for(cast, again, reason="I insist.")
    with suppress(Refused):
        move_cycle(cycle=again, to=Phase.DOSING, by=cast.monitor, at=NOW)
    return Cycle.objects.get(pk=cycle.pk)


# Each rule asks the same statements for another key; on PostgreSQL `test_gate.py` asks them, before and after the order.
@pytest.mark.once
@pytest.mark.parametrize("step", STEPS)
def test_no_recorded_fact_that_fires_lets_a_dose_start(cast: Cast, step: str) -> None:
    cycle = planned(cast)
    prepared(cast, cycle)
    if step != "planned":
        asked(cast, cycle)
        cycle = make_ready(cycle=cycle, by=cast.monitor, at=NOW - timedelta(minutes=10))
    if step == "ordered":
        order_for(cast, cycle)
    with undone():
        assert carry_on(cast, cycle, step).administered, "without such a fact the dose starts"
    rules = firing()
    assert len(rules) > 40
    for rule, key in rules:
        with undone():
            state(cast, key, "yes", "clinician", NOW)
            assert not carry_on(cast, cycle, step).administered, rule
            assert rule in {finding.rule for finding in gate_of(cycle, NOW).findings}


def test_every_rule_of_the_day_keeps_the_gate_closed_while_its_fact_is_unknown(cast: Cast) -> None:
    cycle = planned(cast)
    open_rules = {finding.rule for finding in gate_of(cycle, NOW).findings}
    rules: list[EligibilityRule | ReadinessRule] = list(load().readiness.values())
    asked_here = {
        rule.key
        for rule in rules
        if rule.question is not None
        and Effect[rule.effect] > Effect.INFO
        and rule.applies.fits("racemic ketamine", "intravenous", "US-OR", "clinic")
    }
    assert asked_here <= open_rules
