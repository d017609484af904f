"""Reads for the educator: the courses they teach, a page of the roster, one learner."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from mooring.academy.checks.models import EvaluationSent, KeyCorrection, PostTestAttempt
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import catalogue, parsed
from mooring.academy.learning.models import Enrolment, LessonDone
from mooring.academy.learning.queries import CourseProgress


@dataclass(frozen=True)
class Taught:
    """A course with how many of the learners at the educator's sites are how far."""

    version: CourseVersion
    enrolled: int = 0
    passed: int = 0
    evaluated: int = 0


def courses_taught(enrolments: "QuerySet[Enrolment]") -> list[Taught]:
    """Every published course, counted over these enrolments."""
    counted = (
        Enrolment.objects.filter(pk__in=enrolments.order_by().values("pk"))
        .values("course")
        .annotate(
            enrolled=Count("pk", distinct=True),
            passed=Count("pk", distinct=True, filter=Q(attempts__passed_at__isnull=False)),
            evaluated=Count("evaluation", distinct=True),
        )
        .values_list("course", "enrolled", "passed", "evaluated")
    )
    by_course = {course: numbers for course, *numbers in counted}
    return [Taught(version, *by_course.get(version.course_id, ())) for version in catalogue()]


@dataclass(frozen=True)
class RosterLine:
    """One learner of the roster."""

    enrolment: Enrolment
    progress: CourseProgress
    attempts: tuple[PostTestAttempt, ...]
    evaluated_at: datetime | None

    @property
    def total(self) -> int:
        return len(self.progress.course.lessons)

    @property
    def passed_at(self) -> datetime | None:
        return min((each.passed_at for each in self.attempts if each.passed_at), default=None)

    @property
    def sent(self) -> tuple[PostTestAttempt, ...]:
        return tuple(each for each in self.attempts if each.sent_at)

    @property
    def left(self) -> int:
        allowed = self.progress.course.post_test.attempts + self.enrolment.extra_attempts
        return max(0, allowed - len(self.attempts))

    @property
    def best(self) -> PostTestAttempt | None:
        return max(self.sent, key=lambda each: (each.right or 0) / (each.asked or 1), default=None)


def lines_of(enrolments: Iterable[Enrolment]) -> list[RosterLine]:
    """The lines of a roster, in the order given. The number of reads does not grow with their number."""
    enrolments = list(enrolments)
    done: dict[int, set[str]] = defaultdict(set)
    for pk, lesson in LessonDone.objects.filter(enrolment__in=enrolments).values_list(
        "enrolment_id", "lesson_id"
    ):
        done[pk].add(lesson)
    attempts: dict[int, list[PostTestAttempt]] = defaultdict(list)
    for attempt in PostTestAttempt.objects.filter(enrolment__in=enrolments).order_by("place"):
        attempts[attempt.enrolment_id].append(attempt)
    evaluated = dict(
        EvaluationSent.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", "at")
    )
    return [
        RosterLine(
            enrolment=each,
            progress=CourseProgress(parsed(each.version), frozenset(done[each.pk])),
            attempts=tuple(attempts[each.pk]),
            evaluated_at=evaluated.get(each.pk),
        )
        for each in enrolments
    ]


def versions_of(version: CourseVersion) -> "QuerySet[CourseVersion]":
    """Every version of the same course, the newest first."""
    return CourseVersion.objects.filter(course_id=version.course_id).order_by("-place")


def corrections_listed(version: CourseVersion) -> "QuerySet[KeyCorrection]":
    """Every correction of the course, the newest first, with how many attempts gained by it."""
    return (
        KeyCorrection.objects.filter(course_id=version.course_id)
        .select_related("made_by")
        .annotate(gained=Count("regrades"), passed=Count("regrades", filter=Q(regrades__now_passed=True)))
        .order_by("-made_at", "-pk")
    )
