"""Adverse events: what a grade makes serious, what a label makes expected, by when a serious one is reported.

Severity (the CTCAE grade) and seriousness are two things: grade 3 vomiting without admission is severe and not
serious. Grades 4 and 5 are serious by what they mean, as 21 USC 355-1(b)(4) lists it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mooring.content.schema.safety import AdverseTerm, ExpectedUnder

CTCAE = "CTCAE 5.0"
"""The grades' own edition; stored with each grade, since a sixth was announced."""
LIFE_THREATENING, FATAL = 4, 5


class Seriousness(StrEnum):
    """Why an event is serious: 21 USC 355-1(b)(4), and the important medical event by judgment."""

    DEATH = "death"
    LIFE_THREATENING = "life-threatening"
    HOSPITAL = "hospital"
    DISABILITY = "disability"
    BIRTH_DEFECT = "birth-defect"
    IMPORTANT = "important"


class ReportTo(StrEnum):
    """Whom an event was reported to; `NOBODY` is a decision with its reason."""

    REMS = "rems"
    MANUFACTURER = "manufacturer"
    REGULATOR = "regulator"
    STATE = "state"
    BOARD = "board"
    INSURER = "insurer"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Expectation:
    """Whether a label names the event for this product, and where; `known` is False for words without a term."""

    known: bool
    under: ExpectedUnder | None = None

    @property
    def expected(self) -> bool:
        return self.under is not None


def expectation(term: AdverseTerm | None, product: str) -> Expectation:
    """What the label tables say of this term under this product.

    >>> expectation(None, "esketamine").known
    False
    """
    if term is None or term.sort == "incident":
        return Expectation(known=False)
    return Expectation(True, next((each for each in term.expected if each.product == product), None))


def implied_by(grade: int | None) -> Seriousness | None:
    """What the grade alone says of seriousness.

    >>> implied_by(4)
    <Seriousness.LIFE_THREATENING: 'life-threatening'>
    >>> implied_by(3) is None
    True
    """
    if grade == FATAL:
        return Seriousness.DEATH
    return Seriousness.LIFE_THREATENING if grade == LIFE_THREATENING else None


def contradictions(grade: int | None, why: Iterable[str], outcome: str) -> tuple[str, ...]:
    """Codes of what does not fit together: a death that is not grade 5, a grade that is serious without a reason."""
    reasons, found = set(why), []
    implied = implied_by(grade)
    if implied is not None and implied not in reasons:
        found.append(f"adverse_event.grade_means_{implied.value.replace('-', '_')}")
    if grade is not None and grade != FATAL and Seriousness.DEATH in reasons:
        found.append("adverse_event.death_is_grade_5")
    if outcome == "fatal" and Seriousness.DEATH not in reasons:
        found.append("adverse_event.fatal_is_a_death")
    return tuple(found)


def still_to_report(serious: bool, product: str, reported: Iterable[str]) -> tuple[ReportTo, ...]:
    """Whom a serious event must still be reported to.

    Esketamine's REMS hears of every serious event; for the others a report to somebody, or the decision that none is
    due, is enough, because a clinic has no mandatory report of its own for a drug.
    """
    if not serious:
        return ()
    done = {ReportTo(each) for each in reported}
    if product == "esketamine":
        return () if ReportTo.REMS in done else (ReportTo.REMS,)
    return () if done else (ReportTo.REGULATOR,)


def report_by(noticed_on: date, days: int) -> date:
    """The last day for the report of a serious event: the same day where the site says 0.

    >>> report_by(date(2026, 11, 12), 0)
    datetime.date(2026, 11, 12)
    """
    return noticed_on + timedelta(days=days)


def suggested(terms: Iterable[AdverseTerm], *, symptom: str = "", script: str = "") -> AdverseTerm | None:
    """The term for a symptom's code or an emergency script's id, as a session's log holds them."""
    for term in terms:
        if (symptom and symptom in term.symptoms) or (script and script in term.scripts):
            return term
    return None
