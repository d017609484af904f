"""A rule hears of a patient through `facts_of` alone, so nothing that a room knows is left out of a gate.

Three ways round it are caught in every file above the rules: making a fact outside a room's `facts.py`, calling a
rule over a patient outside the gates, and a room with a `facts.py` that the settings do not name.
"""

import ast
from collections.abc import Mapping

import pytest
from django.conf import settings

from tests.architecture.sources import modules, walk

FACTS_ARE_MADE_IN = {
    "care/treatments/gate.py",  # what follows from the plan: consent to its texts, the policy's age of a weight
    "care/sessions/queries.py",  # discharge: the session's own log, folded
    "care/referrals/queries.py",  # a lead is no patient yet: the age alone is known
    "web/gallery_samples.py",  # samples of the parts of a page, about nobody
}
GATES = {"care/treatments/gate.py", "care/screening/queries.py", "care/referrals/queries.py"}
RULES_OVER_A_PATIENT = {("mooring.rules.screening", "screen"), ("mooring.rules.readiness", "assess")}
FOLDERS = ("care/", "desk/", "fhir/", "work/", "identity/", "academy/", "lab/", "web/")
"""All floors above the rules, but the knowledge's pages: they try rules on facts that are nobody's."""


def made_elsewhere(trees: Mapping[str, ast.Module]) -> list[str]:
    """Files that construct a `Fact` of `rules.verdict` and are no room's `facts.py`, whatever they call it."""
    wrong = []
    for path, tree in trees.items():
        if not path.startswith(FOLDERS) or path in FACTS_ARE_MADE_IN:
            continue
        if path.startswith("care/") and path.endswith("/facts.py"):
            continue
        names = imported(tree, "mooring.rules.verdict", "Fact")
        if any(name in names for name in called(tree)):
            wrong.append(path)
    return wrong


def ruled_elsewhere(trees: Mapping[str, ast.Module]) -> list[str]:
    """Files that call a rule over a patient's facts and are no gate."""
    wrong = []
    for path, tree in trees.items():
        if not path.startswith(FOLDERS) or path in GATES:
            continue
        names = {name for rule in RULES_OVER_A_PATIENT for name in imported(tree, *rule)}
        if any(name in names for name in called(tree)):
            wrong.append(path)
    return wrong


def unregistered(trees: Mapping[str, ast.Module], named: list[str]) -> list[str]:
    """Rooms that know something and are not asked, and names in the settings behind which nothing stands."""
    there = {
        f"mooring.{path.removesuffix('.py').replace('/', '.')}.facts_here"
        for path, tree in trees.items()
        if path.startswith("care/")
        and path.endswith("/facts.py")
        and any(isinstance(node, ast.FunctionDef) and node.name == "facts_here" for node in tree.body)
    }
    return sorted(there ^ set(named))


def imported(tree: ast.Module, module: str, name: str) -> set[str]:
    """How `module.name` may be called in this file: by itself, by another name, or through its module."""
    package, _dot, last = module.rpartition(".")
    found = {f"{module}.{name}"}
    for node in walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == module:
            found |= {each.asname or each.name for each in node.names if each.name == name}
        if isinstance(node, ast.ImportFrom) and node.module == package:
            found |= {f"{each.asname or last}.{name}" for each in node.names if each.name == last}
        if isinstance(node, ast.Import):
            found |= {f"{each.asname}.{name}" for each in node.names if each.name == module and each.asname}
    return found


def called(tree: ast.Module) -> set[str]:
    """Every name that is called, or handed to a call, in this file, dotted as it is written."""
    return {
        ast.unparse(part)
        for node in walk(tree)
        if isinstance(node, ast.Call)
        for part in (node.func, *node.args, *(each.value for each in node.keywords))
        if isinstance(part, ast.Name | ast.Attribute)
    }


def test_facts_are_made_where_they_are_known() -> None:
    assert made_elsewhere(modules()) == []


def test_rules_over_a_patient_are_called_by_the_gates_alone() -> None:
    assert ruled_elsewhere(modules()) == []


def test_every_room_that_knows_something_is_asked() -> None:
    assert unregistered(modules(), list(settings.PATIENT_FACTS)) == []


@pytest.mark.parametrize(
    "text",
    [
        "from mooring.rules.verdict import Fact\nx = Fact('stroke', 'no')",
        "from mooring.rules.verdict import Fact as F\nx = [F('stroke', 'no') for _ in range(2)]",
        "from mooring.rules import verdict\nx = verdict.Fact('stroke', 'no')",
        "import mooring.rules.verdict\nx = mooring.rules.verdict.Fact('stroke', 'no')",
        "import mooring.rules.verdict as v\nx = map(v.Fact, ['stroke'], ['no'])",
    ],
)
def test_a_fact_made_on_the_way_is_caught(text: str) -> None:
    assert made_elsewhere({"care/sessions/views/session.py": ast.parse(text)}) != []
    assert made_elsewhere({"care/sessions/facts.py": ast.parse(text)}) == []


@pytest.mark.parametrize(
    "text",
    [
        "from mooring.rules.screening import screen\nx = screen([], pack, on)",
        "from mooring.rules.screening import screen as s\nx = s([], pack, on)",
        "from mooring.rules import readiness\nx = readiness.assess([], pack, now)",
        "from mooring.rules import readiness as r\nx = r.assess([], pack, now)",
        "import mooring.rules.readiness\nx = mooring.rules.readiness.assess([], pack, now)",
        "from functools import partial\nfrom mooring.rules.readiness import assess\nx = partial(assess, [])",
    ],
)
def test_a_rule_called_past_the_gate_is_caught(text: str) -> None:
    assert ruled_elsewhere({"desk/record.py": ast.parse(text)}) != []


def test_a_room_that_is_not_asked_is_caught() -> None:
    trees = {"care/stock/facts.py": ast.parse("def facts_here(patient, at): return []")}
    assert unregistered(trees, []) == ["mooring.care.stock.facts.facts_here"]
    assert unregistered({}, ["mooring.care.stock.facts.facts_here"]) != []
