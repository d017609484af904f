"""Reads of a learner's way: what is done, what is next, which version is offered, what a safety change owes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from mooring.academy.courses.models import ChangeKind, Course, CourseVersion
from mooring.academy.courses.queries import newest_version, parsed
from mooring.academy.learning.models import CourseOffer, Enrolment
from mooring.content.course.loader import CourseContent, Lesson
from mooring.identity.models import Person, Site

MOST_ENROLMENTS = 100
"""More courses of one person than anybody will read in one list."""


@dataclass(frozen=True)
class CourseProgress:
    """How far an enrolment is, by the lessons of its version."""

    course: CourseContent
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


def progress_of(enrolment: Enrolment) -> CourseProgress:
    """How far the learner is in the version that the enrolment is pinned to."""
    done = enrolment.lessons_done.values_list("lesson_id", flat=True)
    return CourseProgress(parsed(enrolment.version), frozenset(done))


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


def go_on_with(enrolment: Enrolment, progress: CourseProgress, owed: tuple[str, ...] = ()) -> Lesson | None:
    """Where to go on: what a safety change owes, the lesson that was open last, the first not done."""
    for lesson_id in (*owed, enrolment.here):
        if lesson_id in progress.course.lessons and lesson_id not in progress.done:
            return progress.course.lessons[lesson_id]
    return progress.missing[0] if progress.missing else None


def site_of(person: Person) -> Site:
    """Where the person works now, or worked last: from there messages leave."""
    held = person.roles.select_related("site").order_by("held_until", "-pk").first()
    return held.site if held else Site.objects.order_by("pk")[0]


def open_offer(course: Course) -> CourseOffer | None:
    """What access to the course costs now; None where no offer was made."""
    return CourseOffer.objects.filter(course=course, closed_at__isnull=True).first()


@dataclass(frozen=True)
class EnrolmentRow:
    """One course of a learner, as a list shows it. Counts come from the rows, no file is read."""

    enrolment: Enrolment
    done: int
    open: bool

    @property
    def total(self) -> int:
        return self.enrolment.version.lessons


def enrolments_of(person: Person, at: datetime) -> list[EnrolmentRow]:
    """The courses of a person, newest first."""
    found = Enrolment.objects.filter(learner=person).select_related("course", "version")
    counted = found.annotate(done=Count("lessons_done")).order_by("-enrolled_at", "-pk")[:MOST_ENROLMENTS]
    return [EnrolmentRow(each, min(each.done, each.version.lessons), each.is_open(at)) for each in counted]


def enrolment_in(person: Person, course_pk: int) -> Enrolment | None:
    """The person's enrolment in a course, if there is one."""
    found = Enrolment.objects.filter(learner=person, course_id=course_pk, ended_at__isnull=True)
    return found.select_related("version").first()
