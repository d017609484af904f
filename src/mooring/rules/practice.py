"""Practice in small groups: who practises with whom, who plays which role when, and whether raters agree. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

THERAPIST, CLIENT, OBSERVER, SECOND_OBSERVER = "therapist", "client", "observer", "second-observer"
ROLES = (THERAPIST, CLIENT, OBSERVER, SECOND_OBSERVER)
MARKS = range(1, 5)
"""1 not yet, 2 with prompting, 3 independently, 4 could teach it. Design default."""
ENOUGH = 3
MOST_APART = 1
"""Marks of two raters that lie further apart are a disagreement. Design default."""


def group_sizes(people: int) -> tuple[int, ...]:
    """Threes as far as they go; who is left over joins a group of four, and two alone stay two.

    >>> group_sizes(6), group_sizes(7), group_sizes(8), group_sizes(5)
    ((3, 3), (4, 3), (4, 4), (3, 2))
    """
    if people < 2:
        return ()
    threes, left = divmod(people, 3)
    if left == 0:
        return (3,) * threes
    if left == 1:
        return (4, *(3,) * (threes - 1))
    if threes >= 2:
        return (4, 4, *(3,) * (threes - 2))
    return (*(3,) * threes, 2)


def groups_of(people: Sequence[int], met: Mapping[frozenset[int], int]) -> tuple[tuple[int, ...], ...]:
    """Groups of people who have met least. `met` counts how often two of them practised together.

    Repeatable: each group takes who met it least, then two people change groups as long as that lowers the sum of
    the squares of how often pairs met. Nobody is left out; one person alone is in no group.
    """
    left = list(people)
    groups: list[list[int]] = []
    for size in group_sizes(len(people)):
        group = [left.pop(0)]
        while len(group) < size:
            following = min(left, key=lambda one: (_meetings(one, group, met), one))
            left.remove(following)
            group.append(following)
        groups.append(group)
    for _turn in range(MOST_TURNS):
        if not _improve(groups, met):
            break
    return tuple(tuple(group) for group in groups)


MOST_TURNS = 8
"""How often all pairs of people are tried; for 18 people it settles within four."""


def _meetings(one: int, group: Sequence[int], met: Mapping[frozenset[int], int]) -> int:
    """How often one would meet again with this group, counted by the square: a third time weighs more than two seconds."""
    return sum((met.get(frozenset((one, other)), 0) + 1) ** 2 for other in group if other != one)


def _improve(groups: list[list[int]], met: Mapping[frozenset[int], int]) -> bool:
    """Let two people of different groups change places where that lowers the sum; whether any did."""
    improved = False
    for place, group in enumerate(groups):
        for other in groups[place + 1 :]:
            for n in range(len(group)):
                for m in range(len(other)):
                    improved |= _swap_if_better(group, n, other, m, met)
    return improved


def _swap_if_better(
    group: list[int], n: int, other: list[int], m: int, met: Mapping[frozenset[int], int]
) -> bool:
    one, two = group[n], other[m]
    rest, others = group[:n] + group[n + 1 :], other[:m] + other[m + 1 :]
    now = _meetings(one, rest, met) + _meetings(two, others, met)
    then = _meetings(two, rest, met) + _meetings(one, others, met)
    if then >= now:
        return False
    group[n], other[m] = two, one
    return True


def roles_by_round(size: int) -> tuple[tuple[str, ...], ...]:
    """For each round the role of every member, by their seat: everybody plays each role of the group once.

    >>> roles_by_round(3)[1]
    ('observer', 'therapist', 'client')
    """
    return tuple(tuple(ROLES[(seat - turn) % size] for seat in range(size)) for turn in range(size))


@dataclass(frozen=True)
class Rating:
    """One rater's sheet: a mark for every item of the rubric, and whether the rater is faculty."""

    rater: int
    marks: Mapping[str, int]
    faculty: bool


@dataclass(frozen=True)
class ObservedPractice:
    """What the sheets of one practice come to."""

    raters: int
    disagreed: tuple[str, ...]
    """Items on which the newest two raters lie further apart than one mark."""
    signed_off: bool


def observed(ratings: Sequence[Rating]) -> ObservedPractice:
    """Two raters, one of them faculty, sign a practice off when both gave enough everywhere and agree.

    When they disagree a further faculty rater decides: the newest two sheets count.
    """
    counted = list(ratings)[-2:]
    if len({each.rater for each in counted}) < 2:
        return ObservedPractice(len(counted), (), signed_off=False)
    first, second = counted
    apart = tuple(
        item
        for item in sorted(set(first.marks) | set(second.marks))
        if abs(first.marks.get(item, 0) - second.marks.get(item, 0)) > MOST_APART
    )
    enough = all(mark >= ENOUGH for each in counted for mark in each.marks.values())
    faculty = any(each.faculty for each in counted)
    return ObservedPractice(len(ratings), apart, signed_off=enough and faculty and not apart)


@dataclass(frozen=True)
class CohortRule:
    """What a cohort's certificate asks for."""

    slots: int
    needed: int
    most_made_up: int
    sheets_needed: int
    pre_work: bool


@dataclass(frozen=True)
class CohortFacts:
    """How one participant stands."""

    attended: int
    made_up: int
    signed_off: int
    pre_work_left: int


PRESENCE, TOO_MANY_MADE_UP, SHEETS, PRE_WORK = "presence", "too-many-made-up", "sheets", "pre-work"


def cohort_lacks(rule: CohortRule, facts: CohortFacts) -> tuple[str, ...]:
    """What is still missing for the certificate, as codes. Make-ups beyond the most do not count as presence."""
    found = []
    if facts.attended + min(facts.made_up, rule.most_made_up) < rule.needed:
        found.append(TOO_MANY_MADE_UP if facts.attended + facts.made_up >= rule.needed else PRESENCE)
    if facts.signed_off < rule.sheets_needed:
        found.append(SHEETS)
    if rule.pre_work and facts.pre_work_left:
        found.append(PRE_WORK)
    return tuple(found)
