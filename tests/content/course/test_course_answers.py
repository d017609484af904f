"""Marking and drawing: exact on the key, firm on nonsense, the same again with the same seed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.content.course.answers import NotAnAnswer, draw, is_right, passed, shuffled
from mooring.content.course.items import Item, PostTestFile
from mooring.content.course.loader import load_course

pytestmark = pytest.mark.pure
FOLDER = Path(__file__).parents[3] / "src/mooring/content/courses/ketamine-foundations"


@pytest.fixture(scope="module")
def post_test() -> PostTestFile:
    return load_course(FOLDER).post_test


def item(**fields: object) -> Item:
    """One item of any type, through the same door as a file."""
    common = {"id": "i", "objective": "o", "family": "f", "stem": "?", "cite": ["doe-2020"]}
    pool = {"id": "t", "introduction": "x", "pass_mark": 0.75, "attempts": 1, "draw": 1}
    return PostTestFile.model_validate(pool | {"items": [common | fields]}).items[0]


OPTIONS = {
    "a": {"text": "A", "right": True, "why": "."},
    "b": {"text": "B", "why": "."},
    "c": {"text": "C", "right": True, "why": "."},
}
SINGLE = item(type="single", options=OPTIONS | {"c": {"text": "C", "why": "."}})
MULTIPLE = item(type="multiple", options=OPTIONS)
NUMERIC = item(type="numeric", answer=43.3, tolerance=0.5, unit="mg", why=".")
ORDER = item(type="order", steps=["one", "two", "three"], why=".")
MATCH = item(type="match", pairs=[{"left": n, "right": n.upper(), "why": "."} for n in "xyz"])
READ = item(type="explorable", explorable="e", settings={}, output="o", tolerance=0.1, why=".")


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        (SINGLE, "a", True),
        (SINGLE, "b", False),
        (MULTIPLE, frozenset("ac"), True),
        (MULTIPLE, frozenset("a"), False),
        (MULTIPLE, frozenset("abc"), False),
        (MULTIPLE, frozenset(), False),
        (NUMERIC, 43.8, True),
        (NUMERIC, 43.9, False),
        (ORDER, ("one", "two", "three"), True),
        (ORDER, ("two", "one", "three"), False),
        (MATCH, {"x": "X", "y": "Y", "z": "Z"}, True),
        (MATCH, {"x": "Y", "y": "X", "z": "Z"}, False),
    ],
)
def test_marks(question: Item, answer: object, right: bool) -> None:
    assert is_right(question, answer) is right  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "nonsense"),
    [
        (SINGLE, "z"),
        (SINGLE, frozenset("a")),
        (MULTIPLE, "a"),
        (MULTIPLE, frozenset("az")),
        (NUMERIC, "43"),
        (NUMERIC, float("nan")),
        (NUMERIC, float("inf")),
        (NUMERIC, True),
        (ORDER, ("one", "two")),
        (ORDER, ("one", "one", "two")),
        (MATCH, {"x": "X"}),
        (MATCH, {"x": "X", "y": "Y", "z": "Q"}),
    ],
)
def test_nonsense_is_not_a_wrong_answer(question: Item, nonsense: object) -> None:
    with pytest.raises(NotAnAnswer):
        is_right(question, nonsense)  # type: ignore[arg-type]


def test_an_explorable_is_marked_against_the_computed_value() -> None:
    assert is_right(READ, 11, explorable_value=10)
    assert not is_right(READ, 11.1, explorable_value=10)
    assert is_right(READ, -9.5, explorable_value=-10)
    with pytest.raises(ValueError, match="computed value is needed"):
        is_right(READ, 10)


@given(seed=st.text(max_size=30))
def test_every_draw_asks_every_objective_evenly(post_test: PostTestFile, seed: str) -> None:
    test = post_test
    drawn = draw(test, seed=seed)
    assert len(drawn) == len({one.id for one in drawn}) == test.draw
    asked, pool = Counter(one.objective for one in drawn), Counter(one.objective for one in test.items)
    assert asked.keys() == pool.keys()
    assert all(count <= pool[objective] for objective, count in asked.items())
    assert max(asked.values()) - min(asked.values()) <= 1 or any(asked[o] == pool[o] for o in asked)
    assert draw(test, seed=seed) == drawn


def test_a_draw_does_not_depend_on_the_order_in_the_file(post_test: PostTestFile) -> None:
    turned = post_test.model_copy(update={"items": tuple(reversed(post_test.items))})
    assert draw(turned, seed="s") == draw(post_test, seed="s")


def test_two_attempts_differ(post_test: PostTestFile) -> None:
    assert {one.id for one in draw(post_test, seed="1")} != {one.id for one in draw(post_test, seed="2")}


def test_every_item_of_the_pool_can_be_drawn(post_test: PostTestFile) -> None:
    seen = {one.id for attempt in range(200) for one in draw(post_test, seed=str(attempt))}
    assert seen == {one.id for one in post_test.items}


@given(st.lists(st.text(), unique=True), st.text())
def test_shuffling_keeps_everything(things: list[str], seed: str) -> None:
    assert sorted(shuffled(things, seed=seed)) == sorted(things)
    assert shuffled(reversed(things), seed=seed) == shuffled(things, seed=seed)


@pytest.mark.parametrize(
    ("right", "asked", "enough"), [(21, 28, True), (20, 28, False), (0, 0, False), (3, 4, True)]
)
def test_the_pass_mark_is_reached_exactly(
    post_test: PostTestFile, right: int, asked: int, enough: bool
) -> None:
    assert passed(post_test, right=right, asked=asked) is enough
