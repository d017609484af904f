"""Laboratory values: their units and plausible ranges, and the facts of the dictionary that they carry.

The ranges only catch a slip of the hand; what is normal is the laboratory's own reference, kept with each value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from mooring.rules.facts import number
from mooring.rules.verdict import Fact, Standing

NEGATIVE, POSITIVE = "negative", "positive"


@dataclass(frozen=True)
class LabTest:
    """A test with a number in one of `units` (unit → least and most plausible), or with one of `results`."""

    code: str
    units: dict[str, tuple[float, float]] = field(default_factory=dict)
    results: tuple[str, ...] = ()


TESTS: dict[str, LabTest] = {
    test.code: test
    for test in (
        LabTest("alt", {"U/L": (1, 20000)}),
        LabTest("ast", {"U/L": (1, 20000)}),
        LabTest("bilirubin", {"µmol/L": (1, 1000), "mg/dL": (0.05, 60)}),
        LabTest("child-pugh", results=("A", "B", "C")),
        LabTest("creatinine", {"µmol/L": (10, 3000), "mg/dL": (0.1, 35)}),
        LabTest("egfr", {"mL/min/1.73 m²": (1, 200)}),
        LabTest("potassium", {"mmol/L": (1, 10)}),
        LabTest("magnesium", {"mmol/L": (0.1, 5), "mg/dL": (0.2, 12)}),
        LabTest("tsh", {"mU/L": (0.001, 500)}),
        LabTest("hcg", results=(NEGATIVE, POSITIVE)),
        LabTest("uds", results=(NEGATIVE, POSITIVE)),
        LabTest("breath-alcohol", {"‰": (0, 6), "% BAC": (0, 0.6)}),
        LabTest("qtc", {"ms": (250, 800)}),
    )
}


@dataclass(frozen=True)
class LabValue:
    """One result: a number with its unit and the laboratory's reference, or a word."""

    test: str
    at: datetime
    value: Decimal | None = None
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    result: str = ""
    by: str = ""


def outside(value: LabValue) -> str:
    """`low` or `high` where the number lies outside of its own reference; else nothing."""
    if value.value is None:
        return ""
    if value.low is not None and value.value < value.low:
        return "low"
    return "high" if value.high is not None and value.value > value.high else ""


def facts_from(values: Iterable[LabValue]) -> list[Fact]:
    """The facts that these results carry, each dated when the sample was taken."""
    found = [
        Fact(key, value, lab.at, lab.by, Standing.MEASURED) for lab in values for key, value in _carried(lab)
    ]
    enzymes = [fact for fact in found if fact.key in ("alt_times_normal", "ast_times_normal")]
    if enzymes:
        highest = max(enzymes, key=lambda fact: number(fact.value) or 0)
        found.append(replace(highest, key="liver_enzymes_times_normal"))
    return found


def _carried(lab: LabValue) -> list[tuple[str, object]]:
    if lab.test in ("alt", "ast") and lab.value is not None and lab.high:
        return [(f"{lab.test}_times_normal", float(lab.value / lab.high))]
    if lab.test in ("potassium", "magnesium") and lab.value is not None and lab.low is not None:
        return [("electrolytes_low", "yes")] if lab.value < lab.low else []
    if lab.test == "breath-alcohol" and lab.value is not None:
        return [("breath_alcohol_permille", float(lab.value * (10 if lab.unit == "% BAC" else 1)))]
    if lab.test == "egfr" and lab.value is not None:
        return [("egfr_ml_per_min", float(lab.value))]
    if lab.test == "qtc" and lab.value is not None:
        return [("qtc_ms", float(lab.value))]
    if lab.test == "hcg":
        positive = lab.result == POSITIVE
        negative = [("pregnancy_test_negative", "no" if positive else "yes")]
        return [*negative, ("pregnant", "yes")] if positive else [*negative]
    if lab.test == "uds":
        return [("drug_test", lab.result)]
    return [("child_pugh", lab.result.lower())] if lab.test == "child-pugh" else []
