"""Kinds of evidence, and the grades under which people see them.

A  a label, or controlled trials that repeat each other with none that contradicts
B  a guideline, one controlled trial, or cohorts that agree
C  one cohort, a secondary source, or a source that nobody has opened
D  a default of this project: no source gives it; the site's medical director signs it
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol


class Grade(StrEnum):
    """How well a statement is supported, as shown to people (A label or repeated trials … D a guess)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class EvidenceKind(StrEnum):
    """What a statement rests on."""

    LABEL = "label"
    GUIDELINE = "guideline"
    TRIAL = "trial"
    COHORT = "cohort"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"
    DESIGN_DEFAULT = "design-default"


class SourceLike(Protocol):
    """What the grading looks at in a source."""

    @property
    def kind(self) -> EvidenceKind: ...

    @property
    def against(self) -> bool: ...


_SIMPLE = {
    EvidenceKind.LABEL: Grade.A,
    EvidenceKind.GUIDELINE: Grade.B,
    EvidenceKind.SECONDARY: Grade.C,
    EvidenceKind.UNVERIFIED: Grade.C,
    EvidenceKind.DESIGN_DEFAULT: Grade.D,
}


def grade_of(evidence: EvidenceKind, sources: Sequence[SourceLike] = ()) -> Grade:
    """The grade of a statement that rests on `evidence`, given the sources that speak for or against it."""
    if evidence in _SIMPLE:
        return _SIMPLE[evidence]
    same = [source for source in sources if source.kind == evidence]
    agree = sum(1 for source in same if not source.against) > 1
    contradicted = any(source.against for source in same)
    if evidence == EvidenceKind.TRIAL:
        return Grade.A if agree and not contradicted else Grade.B
    return Grade.B if agree and not contradicted else Grade.C
