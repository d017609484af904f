"""How long a course takes and how much credit it is worth: one calculation, stored with its inputs.

Every time that the academy says comes from here: of a lesson, a module, the course, an offering. Text and
questions are counted by Mergener's formula, media by their minutes, cases and explorables as the course states
them; the sum is rounded down to quarter hours. Questions count by family, and no objective counts more than three
families, so that time does not grow by asking the same thing again. Where enough people have tried the whole
course, the middle one of their times replaces the formula when it is shorter.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from mooring.content.course.items import Item
from mooring.content.course.loader import CourseContent
from mooring.content.course.text import count_words

QUARTER_HOUR_MINUTES = 15
MINUTES_A_QUESTION = 0.9 * 2.78
"""What a question adds to Mergener's sum."""
WORDS_A_MINUTE, EXPLORABLE_MINUTES = 150.0, 4.0
"""How the whole is shared out between lessons, a question as one minute. Proportions only; design defaults."""
FAMILIES_AN_OBJECTIVE = 3
"""Families of questions that count for one objective: three siblings are asked of each. Design default."""
PILOTS_NEEDED = 3
"""Trials of the whole course from which their middle time counts. Design default; no source fixes one."""


def mergener_minutes(*, words: int, questions: int, difficulty: float) -> float:
    """Minutes to study a text and answer its questions.

    0.9 x (-22.3 + 0.00209 x words + 2.78 x questions + 15.5 x difficulty), difficulty from 1 (very easy) to 5
    (very difficult), words without title, authors and references. Never below 0.

    Source: Mergener MA, Am J Pharm Educ 1991;55:263-265, as printed in the calculation sheets of continuing
    education bodies. A widely copied sheet prints +22.3; its own worked example (3,774 words, 16 questions,
    difficulty 2.5: 61.93589 minutes) only comes out with -22.3, which the test holds on to.
    """
    return max(0.0, 0.9 * (-22.3 + 0.00209 * words + 2.78 * questions + 15.5 * difficulty))


def counted_families(questions: Iterable[Item]) -> set[str]:
    """The families that count: all of them, but at most three of an objective, in the order of their first question."""
    by_objective: dict[str, list[str]] = defaultdict(list)
    for item in questions:
        known = by_objective[item.objective]
        if item.family not in known and len(known) < FAMILIES_AN_OBJECTIVE:
            known.append(item.family)
    return {family for known in by_objective.values() for family in known}


@dataclass(frozen=True)
class CreditCalculation:
    """Inputs and result of the calculation, to be shown and stored as it is."""

    words: int
    questions: int
    difficulty: float
    text_minutes: float
    media_minutes: float
    other_minutes: float
    pilot_minutes: float | None = None

    @property
    def minutes(self) -> float:
        """All minutes that count."""
        computed = self.text_minutes + self.media_minutes + self.other_minutes
        return computed if self.pilot_minutes is None else min(computed, self.pilot_minutes)

    @property
    def hours(self) -> Decimal:
        """Credit in hours, rounded down to a quarter of an hour."""
        return Decimal(math.floor(self.minutes / QUARTER_HOUR_MINUTES)) / 4


def credit_of(course: CourseContent) -> CreditCalculation:
    """The credit calculation of a course: its lessons, families of check questions, one post-test, required media."""
    words = sum(count_words(lesson.prose) for lesson in course.lessons.values())
    questions = len(counted_families(course.check_items())) + _tested(course)
    basis = course.accreditation.basis
    pilots = [run.minutes for run in basis.pilot]
    return CreditCalculation(
        words=words,
        questions=questions,
        difficulty=basis.difficulty,
        text_minutes=mergener_minutes(words=words, questions=questions, difficulty=basis.difficulty),
        media_minutes=sum(medium.minutes for medium in course.media.values() if medium.required),
        other_minutes=basis.other_minutes,
        pilot_minutes=statistics.median(pilots) if len(pilots) >= PILOTS_NEEDED else None,
    )


def _tested(course: CourseContent) -> int:
    """Questions of one post-test that count: what is drawn, and no more than the pool has families."""
    return min(course.post_test.draw, len({item.family for item in course.post_test.items}))


def lesson_minutes(course: CourseContent) -> dict[str, int]:
    """Whole minutes of every lesson, by id. With `post_test_minutes` they add up to the calculation.

    The minutes of the course without its post-test are shared out by words, questions, explorables, cases and media;
    what rounding leaves over goes to the lessons that lost most by it.
    """
    total = max(0, round(credit_of(course).minutes) - post_test_minutes(course))
    weights: dict[str, float] = {}
    for lesson in course.lessons_in_order():
        media = (course.media[ref] for ref in lesson.embedded("media") if ref in course.media)
        cases = (course.cases[ref] for ref in lesson.embedded("case") if ref in course.cases)
        asked = sum(len(course.checks[ref].items) for ref in lesson.embedded("check") if ref in course.checks)
        weights[lesson.head.id] = (
            count_words(lesson.prose) / WORDS_A_MINUTE
            + asked
            + EXPLORABLE_MINUTES * len(lesson.embedded("explorable"))
            + sum(case.minutes for case in cases)
            + sum(medium.minutes for medium in media if medium.required)
        )
    return _shared_out(total, weights)


def post_test_minutes(course: CourseContent) -> int:
    """Whole minutes of one post-test: what its questions add to the calculation."""
    return round(MINUTES_A_QUESTION * _tested(course))


def _shared_out(total: int, weights: dict[str, float]) -> dict[str, int]:
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    exact = {name: total * weight / whole for name, weight in weights.items()}
    found = {name: math.floor(minutes) for name, minutes in exact.items()}
    by_loss = sorted(exact, key=lambda name: (found[name] - exact[name], name))
    for name in by_loss[: total - sum(found.values())]:
        found[name] += 1
    return found
