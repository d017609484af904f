"""Reads of the review after the course: which questions are asked now, and how the review stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mooring.academy.checks.models import (
    Answer,
    AttemptAnswer,
    PostTestAttempt,
    ReviewCard,
    ReviewPlan,
    Where,
)
from mooring.academy.checks.queries.marking import Explained, explained
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment
from mooring.content.course.answers import LearnerAnswer, NotAnAnswer, from_json
from mooring.content.course.items import Item
from mooring.content.course.loader import CourseContent
from mooring.rules.spacing import LETTER_EVERY, QUESTIONS_A_LETTER


def may_begin(enrolment: Enrolment) -> bool:
    """The review is offered to who passed the post-test."""
    return PostTestAttempt.objects.filter(enrolment=enrolment, passed_at__isnull=False).exists()


@dataclass(frozen=True)
class FirstAnswers:
    """How a family was answered in the course: right in all first tries, and surely."""

    right: bool
    sure: bool


def known_families(enrolment: Enrolment, course: CourseContent) -> dict[str, FirstAnswers]:
    """Families that the learner met, by the first answer to each question of the lessons and the last test."""
    homes = {item.id: item.family for item in _all_items(course)}
    first: dict[str, tuple[bool, bool]] = {}
    for item, right, sure in (
        enrolment.answers.filter(where=Where.LESSON).order_by("pk").values_list("item", "right", "sure")
    ):
        first.setdefault(item, (right, sure))
    for tested, was_right in _tested(enrolment):
        first.setdefault(tested, (bool(was_right), True))
    found: dict[str, FirstAnswers] = {}
    for item, (right, sure) in first.items():
        family = homes.get(item)
        if family is not None:
            before = found.get(family, FirstAnswers(True, True))
            found[family] = FirstAnswers(before.right and right, before.sure and sure)
    return found


def _tested(enrolment: Enrolment) -> list[tuple[str, bool | None]]:
    """Questions of sent attempts, newest first: the learner saw them explained already."""
    answers = AttemptAnswer.objects.filter(attempt__enrolment=enrolment, attempt__sent_at__isnull=False)
    return list(answers.order_by("-attempt__place", "pk").values_list("item", "right"))


def siblings(enrolment: Enrolment, course: CourseContent) -> dict[str, list[Item]]:
    """What may be asked again, by family: every question of the lessons, and of the test what was answered.

    The rest of the pool stays unseen, so that a later test is still one.
    """
    seen = {item for item, _right in _tested(enrolment)}
    found: dict[str, list[Item]] = {}
    for item in course.check_items():
        found.setdefault(item.family, []).append(item)
    for item in course.post_test.items:
        if item.id in seen and item.family in found:
            found[item.family].append(item)
    return found


def _all_items(course: CourseContent) -> Iterable[Item]:
    yield from course.check_items()
    yield from course.post_test.items


@dataclass(frozen=True)
class DueQuestion:
    """One question to be answered now, and the family's card."""

    card: ReviewCard
    item: Item


def questions_now(plan: ReviewPlan, at: datetime) -> list[DueQuestion]:
    """The questions of the last letter that are still to be answered, at most two; those longest due first."""
    left = QUESTIONS_A_LETTER - len(answers_of_letter(plan))
    if plan.ended_at is not None or plan.sent_at is None or left <= 0:
        return []
    return due_questions(plan, at)[:left]


def due_questions(plan: ReviewPlan, at: datetime) -> list[DueQuestion]:
    """A sibling of every family that is due, those longest due first."""
    by_family = siblings(plan.enrolment, parsed(plan.enrolment.version))
    due = plan.cards.filter(due_at__lte=at, retired_at__isnull=True).order_by("due_at", "pk")
    return [
        DueQuestion(card, _next_sibling(by_family[card.family], card.last_item))
        for card in due
        if card.family in by_family
    ]


def _next_sibling(items: list[Item], last: str) -> Item:
    """The sibling after the one asked last, around and around."""
    ids = [item.id for item in items]
    return items[(ids.index(last) + 1) % len(items)] if last in ids else items[0]


def answers_of_letter(plan: ReviewPlan) -> list[Answer]:
    """What was answered since the last letter, in order."""
    if plan.sent_at is None:
        return []
    answers = Answer.objects.filter(enrolment=plan.enrolment, where=Where.REVIEW, at__gte=plan.sent_at)
    return list(answers.order_by("pk"))


@dataclass(frozen=True)
class ReviewFeedback:
    """An answer of the letter with its explanation."""

    item: Item
    given: LearnerAnswer
    explained: Explained


def review_feedback(plan: ReviewPlan) -> list[ReviewFeedback]:
    """The letter's answers explained, left out where the question changed since."""
    course = parsed(plan.enrolment.version)
    items: Mapping[str, Item] = {item.id: item for item in _all_items(course)}
    found = []
    for answer in answers_of_letter(plan):
        item = items.get(answer.item)
        if item is None or item.digest != answer.digest:
            continue
        try:
            given = from_json(item, answer.given)
        except NotAnAnswer:
            continue
        found.append(ReviewFeedback(item, given, explained(course, item, given)))
    return found


@dataclass(frozen=True)
class ReviewStatus:
    """How a review stands, for the page that begins and ends it."""

    plan: ReviewPlan
    families: int
    retired: int
    next_letter: datetime | None

    @property
    def over(self) -> bool:
        return self.plan.ended_at is not None


def review_status(plan: ReviewPlan) -> ReviewStatus:
    cards = list(plan.cards.values_list("due_at", "retired_at"))
    waiting = [due for due, retired in cards if retired is None]
    first = min(waiting, default=None)
    if first is not None and plan.sent_at is not None:
        first = max(first, plan.sent_at + LETTER_EVERY)
    return ReviewStatus(
        plan=plan,
        families=len(cards),
        retired=len(cards) - len(waiting),
        next_letter=None if plan.ended_at else first,
    )
