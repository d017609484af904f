"""Something to do in every lesson, a question at its passage, and predictions that hold together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from mooring.content.course.lint import lint_course
from mooring.content.course.lint_doing import STRETCH_WORDS
from mooring.content.course.loader import load_course
from mooring.content.course.predictions import AmountScale, PredictionFile
from tests.content.tiny_course import REFERENCES, change, write_tiny_course

pytestmark = pytest.mark.pure
LESSON = "modules/m1/first.md"
ASKED = {"id": "p", "question": "Q?", "setting": "S.", "found": "F.", "cite": ["doe-2020"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_course(tmp_path / "tiny")


def found_in(folder: Path) -> tuple[str, str]:
    report = lint_course(load_course(folder), references=REFERENCES, day=date(2026, 3, 1))
    return "\n".join(map(str, report.problems)), "\n".join(map(str, report.advice))


def test_a_lesson_with_nothing_to_do_is_named(folder: Path) -> None:
    assert "nothing to do but" not in found_in(folder)[1]
    for kind, ref in (("explorable", "band"), ("case", "the-case"), ("predict", "how-many")):
        change(folder, LESSON, f":::{{{kind}}}\nref: {ref}\n:::\n", "")
    assert f"{LESSON}:0: has nothing to do but its check" in found_in(folder)[1]


def test_a_passage_that_is_read_too_long_is_named_with_its_line(folder: Path) -> None:
    change(folder, LESSON, "The thing is a thing", "word " * (STRETCH_WORDS + 1) + "The thing is a thing")
    assert f"{LESSON}:8: " in found_in(folder)[1]
    assert "words from here with nothing to do" in found_in(folder)[1]


def test_a_question_by_itself_belongs_to_its_lesson_and_stands_once(folder: Path) -> None:
    embed = ":::{question}\nref: thing-01\n:::\n\n"
    change(folder, LESSON, ":::{check}", f"{embed}:::{{check}}")
    assert found_in(folder)[0] == ""
    change(folder, LESSON, ":::{check}", f"{embed}:::{{check}}")
    assert "question thing-01 stands twice" in found_in(folder)[0]
    path = folder / LESSON
    path.write_text(path.read_text(encoding="utf-8").replace("thing-01", "post-01"), encoding="utf-8")
    assert "question post-01 is in no check of this lesson" in found_in(folder)[0]


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ({"answer": 1.0}, "either options or a scale"),
        ({"answer": 5.0, "scale": {"minimum": 0, "maximum": 4, "step": 1}}, "lies on the scale"),
        ({"answer": 5.0, "scale": {"minimum": 4, "maximum": 4, "step": 1}}, "rises from its minimum"),
        ({"answer": "a", "options": {"a": "A", "b": "B"}}, "at least three options"),
        ({"answer": "d", "options": {"a": "A", "b": "B", "c": "C"}}, "is the key of one"),
    ],
)
def test_a_prediction_that_does_not_hold_together_is_refused(said: dict[str, object], cause: str) -> None:
    with pytest.raises(ValidationError, match=cause):
        PredictionFile.model_validate(ASKED | said)


def test_a_slider_opens_in_the_middle_and_gives_nothing_away() -> None:
    assert AmountScale(minimum=0, maximum=100, step=1).middle == 50
    assert AmountScale(minimum=0.5, maximum=6, step=0.1).middle in {3.2, 3.3}
