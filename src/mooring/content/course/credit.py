"""How much credit a course is worth: the calculation that an accreditor asks to see, stored with its inputs.

Text is counted by Mergener's formula, media by their minutes, and the sum is rounded down to quarter hours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from mooring.content.course.loader import CourseContent
from mooring.content.course.text import count_words

QUARTER_HOUR_MINUTES = 15


def mergener_minutes(*, words: int, questions: int, difficulty: float) -> float:
    """Minutes to study a text and answer its questions.

    0.9 x (-22.3 + 0.00209 x words + 2.78 x questions + 15.5 x difficulty), difficulty from 1 (very easy) to 5
    (very difficult), words without title, authors and references. Never below 0.

    Source: Mergener MA, Am J Pharm Educ 1991;55:263-265, as printed in the calculation sheets of continuing
    education bodies. A widely copied sheet prints +22.3; its own worked example (3,774 words, 16 questions,
    difficulty 2.5: 61.93589 minutes) only comes out with -22.3, which the test holds on to.
    """
    return max(0.0, 0.9 * (-22.3 + 0.00209 * words + 2.78 * questions + 15.5 * difficulty))


@dataclass(frozen=True)
class CreditCalculation:
    """Inputs and result of the calculation, to be shown and stored as it is."""

    words: int
    questions: int
    difficulty: float
    text_minutes: float
    media_minutes: float
    other_minutes: float

    @property
    def minutes(self) -> float:
        """All minutes that count."""
        return self.text_minutes + self.media_minutes + self.other_minutes

    @property
    def hours(self) -> Decimal:
        """Credit in hours, rounded down to a quarter of an hour."""
        return Decimal(math.floor(self.minutes / QUARTER_HOUR_MINUTES)) / 4


def credit_of(course: CourseContent) -> CreditCalculation:
    """The credit calculation of a course: its lessons, all check questions, one post-test, required media."""
    words = sum(count_words(lesson.prose) for lesson in course.lessons.values())
    questions = sum(1 for _ in course.check_items()) + course.post_test.draw
    basis = course.accreditation.basis
    return CreditCalculation(
        words=words,
        questions=questions,
        difficulty=basis.difficulty,
        text_minutes=mergener_minutes(words=words, questions=questions, difficulty=basis.difficulty),
        media_minutes=sum(medium.minutes for medium in course.media.values() if medium.required),
        other_minutes=basis.other_minutes,
    )
