"""Every fact that a rule of content asks for is supplied by somebody: a rule whose fact never comes never holds."""

import re
from collections.abc import Mapping
from pathlib import Path

import mooring
from mooring.content import trigger
from mooring.content.loader import PACKAGE_ROOT, load
from mooring.content.pack import Pack
from mooring.content.schema.data import DatumType

SOURCES = Path(mooring.__file__).parent
SUPPLYING = (
    *sorted((SOURCES / "care").rglob("facts.py")),
    SOURCES / "care" / "treatments" / "gate.py",
    SOURCES / "rules" / "laboratory.py",
    SOURCES / "rules" / "longterm.py",
    SOURCES / "rules" / "medicines.py",
    SOURCES / "rules" / "screening.py",
)
"""What says facts of a patient: the rooms' providers, and the pure modules that work facts out for them."""


def asked_for(pack: Pack) -> dict[str, str]:
    """Each fact that a trigger of eligibility, readiness or the long term looks at, with one rule that does."""
    rules = (*pack.eligibility.values(), *pack.readiness.values(), *pack.longterm.values())
    return {key: rule.key for rule in rules for key in trigger.keys(trigger.parse(rule.when))}


def supplied(pack: Pack, sources: Mapping[str, str]) -> set[str]:
    """What is asked of the patient, settled by a clinician, measured, on a list, or worked out by a provider."""
    asking = (*pack.eligibility.values(), *pack.readiness.values())
    questions = {rule.question.about for rule in asking if rule.question is not None}
    settled = {
        key
        for rule in pack.eligibility.values()
        for key in trigger.keys(trigger.parse(rule.when))
        if pack.data[key].type == DatumType.YES_NO and not pack.data[key].optional
    }
    lists = pack.medicines.values()
    listed = {
        sets
        for each in lists
        for one in (*each.classes, *each.allergens)
        for sets in (one.sets, getattr(one, "taken_sets", None))
        if sets
    }
    measured = {table.sign for each in pack.thresholds.values() for table in each.signs}
    said = {key for text in sources.values() for key in re.findall(r'"([a-z][a-z0-9_]*)"', text)}
    templates = {
        f"{enzyme}_times_normal" for enzyme in ("alt", "ast") if '_times_normal"' in "".join(sources.values())
    }
    return questions | settled | listed | measured | said | templates


def unsupplied(pack: Pack, sources: Mapping[str, str]) -> dict[str, str]:
    return {key: rule for key, rule in asked_for(pack).items() if key not in supplied(pack, sources)}


def texts() -> dict[str, str]:
    return {str(path): path.read_text("utf-8") for path in SUPPLYING}


def test_every_fact_that_a_rule_asks_for_is_supplied() -> None:
    assert not unsupplied(load([PACKAGE_ROOT]), texts())


def test_a_rule_whose_fact_nobody_supplies_is_found() -> None:
    """Without the room that knows of the pressure at home, the rule on it is named."""
    rooms = {path: text for path, text in texts().items() if "observations/facts.py" not in path}
    assert unsupplied(load([PACKAGE_ROOT]), rooms)["home_systolic_mean_mmhg"] == "LT-PRESSURE@1"
