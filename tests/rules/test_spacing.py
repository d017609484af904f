"""When a question comes back: by what somebody did, later when right, and not again when it is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.rules.spacing import (
    FIRST_AFTER_RIGHT,
    FIRST_AFTER_WRONG,
    RETIRED_AT_STABILITY_DAYS,
    Memory,
    answered,
    begun,
)

pytestmark = pytest.mark.pure
START = datetime(2026, 11, 12, 10, tzinfo=UTC)


def walk(memory: Memory, *answers: tuple[bool, bool]) -> list[Memory]:
    """Each memory after an answer, given on the day it is due."""
    walked = []
    for right, sure in answers:
        memory = answered(memory, right=right, sure=sure, at=memory.due_at)
        walked.append(memory)
    return walked


RIGHT, UNSURE, WRONG = (True, True), (True, False), (False, True)


def test_what_was_wrong_in_the_course_comes_first() -> None:
    assert begun(known=False, at=START).due_at == START + FIRST_AFTER_WRONG
    assert begun(known=None, at=START).due_at == START + FIRST_AFTER_WRONG
    assert begun(known=True, at=START).due_at == START + FIRST_AFTER_RIGHT


def test_right_and_sure_comes_back_later_than_unsure_and_unsure_later_than_wrong() -> None:
    first = begun(known=True, at=START)
    good, hard, again = (walk(first, each)[0].due_at for each in (RIGHT, UNSURE, WRONG))
    assert good > hard > again


def test_case_e5_one_right_answer_at_sixteen_days_retires_nothing() -> None:
    for answer in (RIGHT, UNSURE):
        assert not walk(begun(known=True, at=START), answer)[0].retired


def test_case_e5_what_is_remembered_for_a_year_retires() -> None:
    walked = walk(begun(known=True, at=START), *[RIGHT] * 5)
    first = next(place for place, each in enumerate(walked) if each.retired)
    assert walked[first].card["stability"] >= RETIRED_AT_STABILITY_DAYS
    assert all(each.card["stability"] < RETIRED_AT_STABILITY_DAYS for each in walked[:first])


def test_case_e5_not_sure_never_retires() -> None:
    assert not any(each.retired for each in walk(begun(known=True, at=START), *[UNSURE] * 12))


def test_case_e5_a_safety_family_never_retires() -> None:
    memory = begun(known=True, at=START)
    for _n in range(12):
        memory = answered(memory, right=True, sure=True, at=memory.due_at, safety=True)
        assert not memory.retired


def test_a_wrong_answer_begins_the_row_anew() -> None:
    walked = walk(begun(known=True, at=START), WRONG, RIGHT)
    assert [each.right_in_a_row for each in walked] == [0, 1]
    assert not any(each.retired for each in walked)


def test_the_library_s_published_path_of_right_answers() -> None:
    """FSRS 6 with its default weights and no steps within a day: 2, 11, 46 and 163 days."""
    first = begun(known=True, at=START)
    assert datetime.fromisoformat(str(first.card["due"])) - START == timedelta(days=2)
    memory, at, gaps = first, START + timedelta(days=2), []
    for _ in range(3):
        memory = answered(memory, right=True, sure=True, at=at)
        gaps.append((memory.due_at - at).days)
        at = memory.due_at
    assert gaps == [11, 46, 163]


@given(st.lists(st.sampled_from([RIGHT, UNSURE, WRONG]), max_size=12))
def test_every_way_ends_later_than_it_began_and_is_the_same_twice(answers: list[tuple[bool, bool]]) -> None:
    one, two = (walk(begun(known=False, at=START), *answers) for _ in range(2))
    assert one == two
    days = [START, *(each.due_at for each in one)]
    assert days == sorted(days)
