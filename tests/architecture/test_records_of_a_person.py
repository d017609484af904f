"""The rows of a person are gathered over all their records: `filter(patient=…)` would miss those of a merged one."""

import ast
from collections.abc import Mapping

import pytest

from tests.architecture.sources import modules, walk

READS = {"filter", "get", "exclude"}
ONE_RECORD = {
    "care/patients/views.py": "a correction of the date of birth is of this record",
    "care/patients/actions/__init__.py": "a correction of the date of birth is of this record",
    "care/patients/actions/emergency.py": "emergency access opens one record",
    "care/treatments/waiting.py": "whoever has a merged record is read besides, over both",
    "care/treatments/queries/reading.py": "`holds_record` asks about the one record that would be merged away",
    "care/patients/access.py": "the team of either record is named there",
    "care/screening/actions.py": "the interest form that this record came from",
}


def of_one_record(trees: Mapping[str, ast.Module]) -> dict[str, int]:
    """How often each file gathers rows by one record of a patient."""
    found: dict[str, int] = {}
    for path, tree in trees.items():
        for node in walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            names = {keyword.arg or "" for keyword in node.keywords if not _is_nobody(keyword.value)}
            by_one = any(name.rpartition("__")[2] in ("patient", "patient_id") for name in names)
            if node.func.attr in READS and by_one:
                found[path] = found.get(path, 0) + 1
    return found


def _is_nobody(value: ast.expr) -> bool:
    """`patient=None` asks for what is nobody's: stock of the clinic."""
    return isinstance(value, ast.Constant) and value.value is None


def test_rows_of_a_person_are_gathered_over_their_records() -> None:
    found = of_one_record(
        {path: tree for path, tree in modules().items() if path.startswith(("care/", "desk/"))}
    )
    assert set(found) <= set(ONE_RECORD), f"use patient__in=patient.records: {found}"


@pytest.mark.parametrize(
    "text",
    ["Weight.objects.filter(patient=patient)", "C.objects.exclude(cycle__treatment__patient_id=patient.pk)"],
)
def test_a_planted_read_is_caught(text: str) -> None:
    assert of_one_record({"care/x.py": ast.parse(text)})
    assert not of_one_record({"care/x.py": ast.parse("Weight.objects.filter(patient__in=patient.records)")})
    assert not of_one_record({"care/x.py": ast.parse("Vial.objects.filter(patient=None)")})
