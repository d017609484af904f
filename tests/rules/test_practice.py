"""Cohorts, the pure part: groups that meet anew, roles that turn, raters that agree, and a clock on the wall."""

from collections import Counter
from datetime import UTC, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from mooring.rules.practice import (
    PRE_WORK,
    PRESENCE,
    SHEETS,
    TOO_MANY_MADE_UP,
    CohortFacts,
    CohortRule,
    Rating,
    cohort_lacks,
    group_sizes,
    groups_of,
    observed,
    roles_by_round,
)
from mooring.rules.weekly import weekly_moments


@pytest.mark.parametrize("people", range(2, 40))
def test_nobody_is_left_out_and_no_group_is_larger_than_four(people: int) -> None:
    sizes = group_sizes(people)
    assert sum(sizes) == people
    assert all(2 <= size <= 4 for size in sizes)
    assert sizes.count(2) <= 1


def test_one_alone_is_in_no_group() -> None:
    assert groups_of([7], {}) == ()


def test_nobody_meets_the_same_person_more_than_twice_in_seven_weeks_of_eighteen() -> None:
    met: Counter[frozenset[int]] = Counter()
    for _week in range(7):
        for group in groups_of(range(18), met):
            met.update(frozenset(pair) for pair in combinations(group, 2))
    assert max(met.values()) <= 2
    assert len(met) > 100, "of 153 pairs most have met"


@pytest.mark.parametrize("size", [2, 3, 4])
def test_everybody_plays_each_role_once(size: int) -> None:
    rounds = roles_by_round(size)
    for seat in range(size):
        assert len({roles[seat] for roles in rounds}) == size


def rating(rater: int, mark: int, *, faculty: bool = False) -> Rating:
    return Rating(rater, {"frame": mark, "consent": 3}, faculty)


def test_two_raters_of_whom_one_is_faculty_sign_off() -> None:
    assert observed([rating(1, 3, faculty=True), rating(2, 4)]).signed_off
    assert not observed([rating(1, 3), rating(2, 4)]).signed_off, "no faculty"
    assert not observed([rating(1, 3, faculty=True)]).signed_off, "one alone"
    assert not observed([rating(1, 2, faculty=True), rating(2, 3)]).signed_off, "not enough"


def test_a_disagreement_is_decided_by_a_further_sheet() -> None:
    apart = [rating(1, 4), rating(2, 2, faculty=True)]
    assert observed(apart).disagreed == ("frame",)
    assert observed([*apart, rating(3, 3, faculty=True)]).disagreed == ()


def test_the_rule_counts_make_ups_only_as_far_as_it_allows() -> None:
    rule = CohortRule(slots=7, needed=6, most_made_up=2, sheets_needed=1, pre_work=True)
    assert cohort_lacks(rule, CohortFacts(4, 2, 1, 0)) == ()
    assert cohort_lacks(rule, CohortFacts(3, 3, 1, 0)) == (TOO_MANY_MADE_UP,)
    assert cohort_lacks(rule, CohortFacts(3, 0, 0, 2)) == (PRESENCE, SHEETS, PRE_WORK)


def test_a_cohort_across_daylight_saving_keeps_its_hour_on_the_wall() -> None:
    first = datetime(2026, 10, 22, 18)  # noqa: DTZ001 - a time on the wall
    moments = weekly_moments(first, zone="Europe/London", weeks=3)
    assert [each.hour for each in moments] == [17, 18, 18]
    assert {each.astimezone(ZoneInfo("Europe/London")).hour for each in moments} == {18}
    assert {each.tzinfo for each in moments} == {UTC}
    with pytest.raises(ValueError, match="wall"):
        weekly_moments(first.replace(tzinfo=UTC), zone="Europe/London", weeks=1)
