"""A decision kept with its pack is computed again, years later, under its own version of the knowledge.

`kept_decision.json` was written once and is never written again: when this test fails, the engine reads old
packs differently, and that is a decision to record (`pack.ENGINE`), not a file to renew.
"""

import json
from datetime import date, datetime
from pathlib import Path

from mooring.content.pack import Pack
from mooring.rules.screening import screen
from mooring.rules.verdict import Fact, Standing

KEPT = json.loads((Path(__file__).parent / "kept_decision.json").read_text("utf-8"))


def test_the_pack_is_the_one_that_was_signed():
    assert Pack.parse(KEPT["pack"]).digest == KEPT["digest"]


def test_an_altered_pack_has_another_digest():
    altered = KEPT["pack"].replace("SPECIALIST_REVIEW", "CAUTION")
    assert Pack.parse(altered).digest != KEPT["digest"]


def test_the_decision_is_the_same():
    facts = [
        Fact(
            each["key"],
            each["value"],
            datetime.fromisoformat(each["dated"]),
            each["by"],
            Standing(each["standing"]),
        )
        for each in KEPT["facts"]
    ]
    verdict = screen(facts, Pack.parse(KEPT["pack"]), date.fromisoformat(KEPT["on"]))
    found = [
        {
            "rule": each.rule,
            "effect": each.effect.name,
            "says": each.says,
            "grade": each.grade.value,
            "override": each.override.value,
            "missing": list(each.missing),
            "sources": list(each.sources),
        }
        for each in verdict.findings
    ]
    assert found == KEPT["verdict"]
