"""Corrections of keys: which answers count as right besides the key, and what a further one would change."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mooring.academy.checks.models import AttemptAnswer, KeyCorrection, PostTestAttempt
from mooring.academy.courses.models import Course, CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.content.course.answers import passed

Question = tuple[str, str]
"""A question as stored answers name it: its id and the digest of its content."""


@dataclass(frozen=True)
class Corrections:
    """Every correction of a course, by question."""

    made: Mapping[Question, tuple[KeyCorrection, ...]]

    def of(self, question: Question) -> tuple[KeyCorrection, ...]:
        return self.made.get(question, ())

    def accept(self, question: Question, given: object) -> bool:
        """Whether a correction counts this answer as right."""
        return any(accepts(each.accepts, given) for each in self.of(question))


def accepts(accepted: list[Any], given: object) -> bool:
    """Whether a correction's list covers an answer as it is stored; an empty list covers every answer."""
    return not accepted or given in accepted


def corrections_of(course: Course) -> Corrections:
    """The corrections of a course, read in one go."""
    made: dict[Question, tuple[KeyCorrection, ...]] = {}
    for each in (
        KeyCorrection.objects.filter(course=course).select_related("made_by").order_by("made_at", "pk")
    ):
        question = (each.item, each.digest)
        made[question] = (*made.get(question, ()), each)
    return Corrections(made)


@dataclass(frozen=True)
class Gain:
    """What a correction would change in one attempt that was sent."""

    attempt: PostTestAttempt
    before: int
    after: int
    passes: bool
    """Whether this attempt passes by it."""
    first_pass: bool
    """Whether it is the first of its learner that passes."""


def gains_of(version: CourseVersion, question: Question, accepted: list[Any]) -> tuple[Gain, ...]:
    """Who would gain if these answers counted as right, in every version that asks the same question."""
    earlier = corrections_of(version.course)
    wrong = AttemptAnswer.objects.filter(
        item=question[0],
        digest=question[1],
        right=False,
        attempt__sent_at__isnull=False,
        attempt__version__course_id=version.course_id,
    ).values_list("attempt_id", "given")
    gaining = [
        attempt
        for attempt, given in wrong
        if accepts(accepted, given) and not earlier.accept(question, given)
    ]
    attempts = (
        PostTestAttempt.objects.filter(pk__in=gaining)
        .select_related("enrolment__learner", "enrolment__course", "version__course")
        .order_by("enrolment__learner__legal_name", "pk")
    )
    return tuple(_gains(attempts))


def _gains(attempts: Iterable[PostTestAttempt]) -> Iterable[Gain]:
    attempts = list(attempts)
    through = set(
        PostTestAttempt.objects.filter(
            enrolment__in={each.enrolment_id for each in attempts}, passed_at__isnull=False
        ).values_list("enrolment_id", flat=True)
    )
    for attempt in attempts:
        before = attempt.right or 0
        test = parsed(attempt.version).post_test
        passes = attempt.passed_at is None and passed(test, right=before + 1, asked=attempt.asked)
        yield Gain(attempt, before, before + 1, passes, passes and attempt.enrolment_id not in through)
        if passes:
            through.add(attempt.enrolment_id)


def seal_of(gains: Iterable[Gain], accepted: list[Any]) -> str:
    """One short text for a dry run: the act compares it, so that it does what was shown or nothing."""
    rows = [[each.attempt.pk, each.before, each.after, each.passes] for each in gains]
    return hashlib.sha256(json.dumps([accepted, rows]).encode()).hexdigest()[:32]


def hold_marking(course: Course) -> None:
    """Within an act: sending and regrading wait for one another, so that a correction misses no attempt.

    SQLite lets one writer in at a time by itself; elsewhere the course's row is held until the act is over.
    """
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)
