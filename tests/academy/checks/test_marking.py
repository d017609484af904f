"""Marking and talking an answer through: every option explained, the key of an explorable computed here."""

from pathlib import Path

import pytest
from django.template.loader import render_to_string

from mooring.academy.checks.queries.marking import explained, key_of, mark
from mooring.content.course.answers import LearnerAnswer, NotAnAnswer
from mooring.content.course.items import Item
from mooring.content.course.loader import CourseContent, load_course
from tests.academy.checks.questions import ALL, EXPLORABLE, MATCH, MULTIPLE, NUMERIC, ORDER, RIGHT, SINGLE
from tests.courses import write_course

WRONG: dict[str, LearnerAnswer] = {
    "one": "b",
    "some": frozenset({"a"}),
    "number": 0.6,
    "order": ("Ask", "Look", "Act", "Write"),
    "match": {"Cat": "Barks", "Dog": "Meows", "Cow": "Moos"},
    "explore": 500.0,
}


@pytest.fixture
def course(tmp_path: Path) -> CourseContent:
    return load_course(write_course(tmp_path))


def right(course: CourseContent, item: Item) -> LearnerAnswer:
    key = key_of(course, item)
    return RIGHT[item.id] if key is None else key  # type: ignore[return-value]


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.type)
def test_right_and_wrong_are_told_apart_and_talked_through(course: CourseContent, item: Item) -> None:
    for given, expected in ((right(course, item), True), (WRONG[item.id], False)):
        assert mark(course, item, given) is expected
        said = explained(course, item, given)
        assert said.right is expected
        assert said.sources
        html = render_to_string(
            "academy/checks/explained.html", {"explained": said, "item": item, "given": given}
        )
        assert item.stem in html
        assert "Domino" in html


def test_every_option_says_why_and_names_a_source_of_its_own(course: CourseContent) -> None:
    said = explained(course, SINGLE, "c")
    assert [(line.chosen, line.right) for line in said.lines] == [
        (False, True),
        (False, False),
        (True, False),
    ]
    assert all(line.why for line in said.lines)
    assert [len(line.sources) for line in said.lines] == [0, 0, 1]


def test_each_step_and_each_pair_is_judged_for_itself(course: CourseContent) -> None:
    assert [line.chosen for line in explained(course, ORDER, WRONG["order"]).lines] == [
        False,
        False,
        True,
        True,
    ]
    said = explained(course, MATCH, WRONG["match"])
    assert [(line.given, line.chosen) for line in said.lines] == [
        ("Barks", False),
        ("Meows", False),
        ("Moos", True),
    ]


def test_the_key_of_an_explorable_is_the_librarys_number(course: CourseContent) -> None:
    key = key_of(course, EXPLORABLE)
    assert key is not None
    assert mark(course, EXPLORABLE, key * 1.09)
    assert not mark(course, EXPLORABLE, key * 1.11)
    assert key_of(course, NUMERIC) is None


def test_an_option_that_the_question_lacks_is_no_answer(course: CourseContent) -> None:
    with pytest.raises(NotAnAnswer):
        mark(course, MULTIPLE, frozenset({"z"}))
