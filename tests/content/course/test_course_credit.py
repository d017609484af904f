"""The credit calculation against its published worked example."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring import content
from mooring.content.course.credit import (
    CreditCalculation,
    credit_of,
    lesson_minutes,
    mergener_minutes,
    post_test_minutes,
)
from mooring.content.course.loader import load_course
from tests.content.tiny_course import write_tiny_course

pytestmark = pytest.mark.pure
FOUNDATIONS = Path(content.__file__).parent / "courses" / "ketamine-foundations"


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


def test_minutes_do_not_grow_by_asking_the_same_again(tmp_path: Path) -> None:
    """Siblings of one family, and a fourth family of one objective, add nothing."""
    folder = write_tiny_course(tmp_path / "tiny")
    before = credit_of(load_course(folder))
    path = folder / "modules/m1/first.checks.yaml"
    more = "".join(
        f"  - {{id: more-{n}, type: numeric, objective: lo1, family: thing, stem: How many?, cite: [doe-2020], "
        f"answer: {n}, tolerance: 0, unit: things, why: So many.}}\n"
        for n in range(40)
    )
    path.write_text(path.read_text() + more)
    assert credit_of(load_course(folder)).questions == before.questions


def test_the_lessons_and_the_test_add_up_to_the_calculation(tmp_path: Path) -> None:
    for folder in (write_tiny_course(tmp_path / "tiny"), FOUNDATIONS):
        course = load_course(folder)
        shared = sum(lesson_minutes(course).values()) + post_test_minutes(course)
        assert shared == round(credit_of(course).minutes)


def test_enough_trials_replace_the_formula_where_they_were_quicker(tmp_path: Path) -> None:
    folder = write_tiny_course(tmp_path / "tiny")
    path = folder / "accreditation/offerings.yaml"
    runs = ", ".join(f"{{profession: nurse, on: 2026-01-0{n}, minutes: {n}}}" for n in (1, 2, 9))
    path.write_text(path.read_text().replace("basis: {", f"basis: {{pilot: [{runs}], ", 1))
    assert credit_of(load_course(folder)).minutes == 2


def test_credit_counts_words_checks_and_one_post_test(tmp_path: Path) -> None:
    course = load_course(write_tiny_course(tmp_path / "tiny"))
    calculation = credit_of(course)
    assert calculation.questions == 2  # one family asked twice in the lesson, one in the test
    assert calculation.words == 3 + 5 + 15 + 7  # heading, two sentences, call-out
    assert calculation.text_minutes == pytest.approx(
        mergener_minutes(words=calculation.words, questions=2, difficulty=2)
    )
