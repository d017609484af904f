"""The chips of a gate name the state that is wanted, and are never met where a finding stands (case A6)."""

import pytest

from mooring.care.treatments.views.cycles import _state
from mooring.content.loader import load
from mooring.rules.readiness import assess
from mooring.rules.verdict import Effect, Fact, Finding, Standing
from mooring.web.templatetags.mooring_ui import GATE, gate
from tests.people import NOW

PACK = load()
FAULTS = ("unwell", "acutely", "above", "alcohol in", "thoughts of suicide since", "less than")


@pytest.mark.parametrize(
    ("rule", "title"), [("READY-UNWELL", "Well today"), ("READY-HEAVY", "Weight under 100 kg")]
)
def test_case_a6_a_condition_names_the_wanted_state(rule: str, title: str) -> None:
    assert PACK.readiness.find(rule, NOW.date()).title == title
    shown = gate([{"name": title, "state": "done"}], "Readiness")
    assert f'{title}<span class="vh">, confirmed</span>' in shown


def test_case_a6_no_condition_names_a_fault() -> None:
    titles = [rule.title.lower() for rule in PACK.readiness.in_force(NOW.date())]
    assert [title for title in titles if title.startswith(FAULTS)] == []


def test_case_a6_a_heavy_patient_is_not_said_to_be_under_100_kg() -> None:
    facts = [Fact("weight_kg", 130, NOW, "monitor", Standing.MEASURED)]
    found = {finding.rule: finding for finding in assess(facts, PACK, NOW).findings}
    heavy = found["READY-HEAVY@1"]
    assert heavy.effect == Effect.INFO
    assert _state(None, "READY-HEAVY@1" in found) == "noted"
    assert GATE["noted"][1] != GATE["done"][1]


def test_a_condition_without_a_finding_is_done_and_one_that_waits_is_open() -> None:
    waiting = Finding("X@1", Effect.HOLD, says="", missing=("x",))
    assert _state(None, False) == "done"
    assert _state(waiting, True) == "open"
