"""Reads of a learner's way: what is done, what is next, which version is offered, what a safety change owes."""

from collections.abc import Iterable
from dataclasses import dataclass

from mooring.academy.courses.models import ChangeKind, CourseVersion
from mooring.academy.courses.queries import newest_version, parsed
from mooring.academy.learning.models import Enrolment
from mooring.content.course_loader import Course, Lesson


@dataclass(frozen=True)
class Progress:
    """How far an enrolment is, by the lessons of its version."""

    course: Course
    done: frozenset[str]
    """Ids of lessons done, in any version."""

    @property
    def missing(self) -> tuple[Lesson, ...]:
        """The lessons of this version that are not done, in order."""
        return tuple(one for one in self.course.lessons_in_order() if one.head.id not in self.done)

    @property
    def lessons_done(self) -> int:
        return len(self.course.lessons) - len(self.missing)

    @property
    def complete(self) -> bool:
        return not self.missing


def progress_of(enrolment: Enrolment) -> Progress:
    """How far the learner is in the version that the enrolment is pinned to."""
    done = enrolment.lessons_done.values_list("lesson_id", flat=True)
    return Progress(parsed(enrolment.version), frozenset(done))


def destination(pinned: CourseVersion, later: Iterable[CourseVersion]) -> CourseVersion:
    """Where a learner at `pinned` is moved, unasked, by the versions published after it.

    A safety change takes everyone to it, with all that came before. A typo takes those who stand right
    before it. A substantive change takes nobody: it is offered.
    """
    here = pinned
    for version in sorted(later, key=lambda each: each.place):
        typo = version.change == ChangeKind.TYPO and version.place == here.place + 1
        if version.place > here.place and (typo or version.change == ChangeKind.SAFETY):
            here = version
    return here


def offered_version(enrolment: Enrolment) -> CourseVersion | None:
    """The newest version, when the learner is not in it."""
    newest = newest_version(enrolment.course)
    return None if newest.pk == enrolment.version_id else newest


def delta_lessons_owed(enrolment: Enrolment, done: frozenset[str]) -> tuple[str, ...]:
    """Ids of the lessons that safety changes since the enrolment brought and that are not done yet."""
    brought = CourseVersion.objects.filter(
        course_id=enrolment.course_id,
        change=ChangeKind.SAFETY,
        place__gt=enrolment.first_version.place,
        place__lte=enrolment.version.place,
    ).order_by("place")
    owed = (version.delta_lesson for version in brought)
    return tuple(dict.fromkeys(each for each in owed if each and each not in done))
