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
    """A test with a number in one of `units` (unit → least and most plausible), or with one of `results`.

    `other` says what 1 of any further unit is in the first.
    """

    code: str
    units: dict[str, tuple[float, float]] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    other: dict[str, Decimal] = field(default_factory=dict)

    @property
    def first_unit(self) -> str:
        """The unit in which values are compared; empty for a test with words."""
        return next(iter(self.units), "")

    def in_first_unit(self, value: Decimal, unit: str) -> Decimal:
        """A value in the first unit.

        >>> TESTS["creatinine"].in_first_unit(Decimal(1), "mg/dL")
        Decimal('88.4')
        """
        return value * self.other.get(unit, Decimal(1))


TESTS: dict[str, LabTest] = {
    test.code: test
    for test in (
        LabTest("alt", {"U/L": (1, 20000)}),
        LabTest("ast", {"U/L": (1, 20000)}),
        # From mg/dL by the molar masses: bilirubin 584.7 g/mol, creatinine 113.1, magnesium 24.3.
        LabTest("bilirubin", {"µmol/L": (1, 1000), "mg/dL": (0.05, 60)}, other={"mg/dL": Decimal("17.1")}),
        LabTest("child-pugh", results=("A", "B", "C")),
        LabTest("creatinine", {"µmol/L": (10, 3000), "mg/dL": (0.1, 35)}, other={"mg/dL": Decimal("88.4")}),
        LabTest("egfr", {"mL/min/1.73 m²": (1, 200)}),
        LabTest("potassium", {"mmol/L": (1, 10)}),
        LabTest("magnesium", {"mmol/L": (0.1, 5), "mg/dL": (0.2, 12)}, other={"mg/dL": Decimal("0.411")}),
        LabTest("tsh", {"mU/L": (0.001, 500)}),
        LabTest("hcg", results=(NEGATIVE, POSITIVE)),
        LabTest("uds", results=(NEGATIVE, POSITIVE)),
        LabTest("breath-alcohol", {"‰": (0, 6), "% BAC": (0, 0.6)}, other={"% BAC": Decimal(10)}),
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
    stored: datetime | None = None


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
        Fact(key, value, lab.at, lab.by, Standing.MEASURED, stored=lab.stored)
        for lab in values
        for key, value in _carried(lab)
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
        return [("breath_alcohol_permille", float(TESTS[lab.test].in_first_unit(lab.value, lab.unit)))]
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
