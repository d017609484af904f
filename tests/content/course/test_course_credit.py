"""The credit calculation against its published worked example."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.content.course.credit import CreditCalculation, credit_of, mergener_minutes
from mooring.content.course.loader import load_course
from tests.content.tiny_course import write_tiny_course

pytestmark = pytest.mark.pure


def test_mergener_reproduces_the_printed_worked_example() -> None:
    """3,774 words, 16 questions, difficulty 2.5: 61.93589 minutes; with +22.3 it would be 102.08."""
    assert mergener_minutes(words=3774, questions=16, difficulty=2.5) == pytest.approx(61.93589, abs=5e-6)


@given(st.integers(0, 50_000), st.integers(0, 200), st.floats(1, 5))
def test_more_text_never_takes_less_time(words: int, questions: int, difficulty: float) -> None:
    base = mergener_minutes(words=words, questions=questions, difficulty=difficulty)
    assert base >= 0
    assert mergener_minutes(words=words + 100, questions=questions, difficulty=difficulty) >= base
    assert mergener_minutes(words=words, questions=questions + 1, difficulty=difficulty) >= base


@pytest.mark.parametrize(("minutes", "hours"), [(14.9, "0"), (15, "0.25"), (59.9, "0.75"), (61.9, "1")])
def test_hours_are_rounded_down_to_a_quarter(minutes: float, hours: str) -> None:
    calculation = CreditCalculation(0, 0, 1, text_minutes=minutes, media_minutes=0, other_minutes=0)
    assert calculation.hours == Decimal(hours)


def test_credit_counts_words_checks_and_one_post_test(tmp_path: Path) -> None:
    course = load_course(write_tiny_course(tmp_path / "tiny"))
    calculation = credit_of(course)
    assert calculation.questions == 3
    assert calculation.words == 3 + 5 + 15 + 7  # heading, two sentences, call-out
    assert calculation.text_minutes == pytest.approx(
        mergener_minutes(words=calculation.words, questions=3, difficulty=2)
    )
