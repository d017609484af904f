"""Item analysis, against tables worked out by hand and against numpy's own correlation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mooring.rules import item_analysis
from mooring.rules.item_analysis import (
    HIDDEN_UNDER,
    ItemFacts,
    Reading,
    Sitting,
    analyse,
    corrected_point_biserial,
    interval,
    kr20,
    reading_of,
    score_table,
)

pytestmark = pytest.mark.pure

# Ten people, six questions. Worked by hand:
#   right answers per person 6 5 5 4 4 3 3 2 1 1: mean 3.4, sum of squares 142, variance 14.2 - 11.56 = 2.64
#   right answers per question 9 7 6 5 4 3: p = .9 .7 .6 .5 .4 .3
#   sum of p(1 - p) = .09 + .21 + .24 + .25 + .24 + .21 = 1.24
#   KR-20 = 6/5 * (1 - 1.24/2.64) = 0.636363...
HAND = np.array(
    [
        [1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 0],
        [1, 1, 1, 1, 0, 1],
        [1, 1, 1, 0, 1, 0],
        [1, 1, 0, 1, 0, 1],
        [1, 1, 1, 0, 0, 0],
        [1, 0, 1, 0, 1, 0],
        [1, 1, 0, 0, 0, 0],
        [1, 0, 0, 0, 0, 0],
        [0, 0, 0, 1, 0, 0],
    ],
    dtype=float,
)


def test_kr_20_of_a_table_worked_out_by_hand() -> None:
    assert HAND.sum(axis=1).tolist() == [6, 5, 5, 4, 4, 3, 3, 2, 1, 1]
    assert HAND.sum(axis=0).tolist() == [9, 7, 6, 5, 4, 3]
    found = kr20(HAND, length=6)
    assert found is not None
    assert math.isclose(found, 6 / 5 * (1 - 1.24 / 2.64), abs_tol=1e-12)
    assert math.isclose(found, 7 / 11, abs_tol=1e-12)


def test_discrimination_of_a_question_worked_out_by_hand() -> None:
    # The sixth question: right for the first, third and fifth person. The rest, out of five:
    # 5 5 4 4 3 3 3 2 1 1, mean 3.1, sum of squares 115, variance 11.5 - 9.61 = 1.89.
    # Mean of the rest among the right 4, among the wrong 19/7; p = .3.
    # r = (4 - 19/7) / sqrt(1.89) * sqrt(.3 * .7) = 9/7 * sqrt(.21 / 1.89) = 9/7 * 1/3 = 3/7.
    found = corrected_point_biserial(HAND, 5)
    assert found is not None
    assert math.isclose(found, 3 / 7, abs_tol=1e-12)
    assert reading_of(found) is Reading.VERY_GOOD


tables = st.tuples(st.integers(4, 40), st.integers(2, 8)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.sampled_from([0.0, 1.0]))
)


@given(tables)
def test_discrimination_is_numpys_correlation_with_the_rest(table: "np.ndarray") -> None:
    for place in range(table.shape[1]):
        rest = np.delete(table, place, axis=1).mean(axis=1)
        found = corrected_point_biserial(table, place)
        if np.ptp(table[:, place]) == 0 or np.ptp(rest) < 1e-12:
            assert found is None
        else:
            assert found is not None
            assert math.isclose(found, np.corrcoef(table[:, place], rest)[0, 1], abs_tol=1e-9)


@given(tables)
def test_kr_20_of_a_complete_table_is_the_textbooks(table: "np.ndarray") -> None:
    k, p = table.shape[1], table.mean(axis=0)
    total = table.sum(axis=1).var()
    found = kr20(table, length=k)
    if total < 1e-9:
        assert found is None
    else:
        assert found is not None
        assert math.isclose(found, k / (k - 1) * (1 - (p * (1 - p)).sum() / total), abs_tol=1e-9)


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(table: "np.ndarray", random: object) -> None:
    rows = list(table)
    random.shuffle(rows)  # type: ignore[attr-defined]
    one, other = kr20(table, length=4), kr20(np.array(rows), length=4)
    assert (one is None) == (other is None)
    assert one is None or math.isclose(one, other or 0, abs_tol=1e-9)


@given(st.floats(-0.99, 0.99), st.integers(4, 500))
def test_an_interval_holds_its_correlation(correlation: float, n: int) -> None:
    low, high = interval(correlation, n)
    assert -1 <= low <= correlation <= high <= 1


def test_a_longer_test_of_the_same_questions_is_more_reliable() -> None:
    values = [kr20(HAND, length=length) or 0 for length in (2, 6, 12, 24)]
    assert values == sorted(values)
    # Spearman and Brown: twice the length, 2r / (1 + r).
    assert math.isclose(values[2], 2 * values[1] / (1 + values[1]), abs_tol=1e-12)


def test_what_was_not_asked_is_left_out() -> None:
    drawn = HAND.copy()
    drawn[::2, 0] = math.nan
    found = corrected_point_biserial(drawn, 0)
    used = drawn[1::2]
    assert found is not None
    assert math.isclose(found, np.corrcoef(used[:, 0], used[:, 1:].mean(axis=1))[0, 1], abs_tol=1e-12)
    assert kr20(np.array([[1, math.nan], [math.nan, 1]]), length=2) is None


def sittings(n: int, share: float, chosen: str = "a", others: str = "b") -> list[Sitting]:
    """`n` people of whom a share was right by option a; the others chose another one."""
    right = round(n * share)
    return [
        Sitting(
            right={"one": place < right, "two": place % 2 == 0},
            chosen={"one": frozenset({chosen if place < right else others})},
        )
        for place in range(n)
    ]


OPTIONS = {"one": {"a": True, "b": False, "c": False}, "two": {}}


def test_too_few_answers_show_nothing() -> None:
    found = analyse(sittings(HIDDEN_UNDER - 1, 0.5), OPTIONS, length=2)
    assert (found.n, found.kr20) == (29, None)
    for item in found.items:
        assert item.hidden
        assert (item.difficulty, item.discrimination, item.options) == (None, None, ())
    enough = analyse(sittings(HIDDEN_UNDER, 0.5), OPTIONS, length=2)
    assert enough.items[0].to_be_read_with_caution
    assert enough.items[0].difficulty == 0.5
    assert not analyse(sittings(100, 0.5), OPTIONS, length=2).items[0].to_be_read_with_caution


def test_a_distractor_that_nobody_takes_does_no_work() -> None:
    item = analyse(sittings(100, 0.94), OPTIONS, length=2).items[0]
    assert [(each.key, each.count, each.functions) for each in item.options] == [
        ("a", 94, None),
        ("b", 6, True),
        ("c", 0, False),
    ]
    assert analyse(sittings(100, 0.96), OPTIONS, length=2).items[0].options[1].functions is False


def test_an_easy_question_is_no_fault() -> None:
    item = analyse(sittings(100, 1.0), OPTIONS, length=2).items[0]
    assert item.difficulty == 1
    assert item.discrimination is None
    assert not item.hard
    assert not item.key_is_doubtful
    assert not [name for name in vars(item_analysis) if "easy" in name.lower()]


def test_a_key_that_the_best_miss_is_doubtful() -> None:
    rows = [
        Sitting({"one": False, "two": True}) if n < 20 else Sitting({"one": True, "two": False})
        for n in range(40)
    ]
    rows[0] = Sitting({"one": True, "two": True})
    item = analyse(rows, {"one": {}, "two": {}}, length=2).items[0]
    assert item.key_is_doubtful
    assert item.interval is not None
    assert item.interval[1] < 0
    assert not item.may_be_chance
    assert ItemFacts("one", 40, 0.5, -0.05, interval(-0.05, 40)).may_be_chance


def test_nothing_was_sent_yet() -> None:
    found = analyse([], OPTIONS, length=2)
    assert (found.n, found.kr20) == (0, None)
    assert [item.n for item in found.items] == [0, 0]
    assert score_table([], ["one"]).shape == (0, 1)


@pytest.mark.parametrize(
    ("value", "reading"),
    [(-0.01, "negative"), (0, "weak"), (0.199, "weak"), (0.2, "fair"), (0.3, "good"), (0.4, "very-good")],
)
def test_the_bands(value: float, reading: str) -> None:
    assert reading_of(value) == reading
