"""Where a learner stands in a lesson: what was answered, what makes it done, what stands before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from mooring.academy.checks.models import Answer, Where
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment
from mooring.content.course.items import Item
from mooring.content.course.loader import CourseContent, Lesson
from mooring.rules.verdict import Refused


@dataclass(frozen=True)
class QuestionTries:
    """What became of one question: the newest answer, and whether any was right."""

    newest: Answer
    ever_right: bool
    times: int


def items_of(course: CourseContent, lesson: Lesson) -> dict[str, Item]:
    """Every question that a lesson asks, by id, in reading order."""
    return {item.id: item for ref in lesson.embedded("check") for item in course.checks[ref].items}


def tried_in(enrolment: Enrolment, item_ids: Iterable[str]) -> dict[str, QuestionTries]:
    """The learner's answers to these questions, in whichever version they were given."""
    found: dict[str, QuestionTries] = {}
    answers = Answer.objects.filter(enrolment=enrolment, where=Where.LESSON, item__in=list(item_ids))
    for answer in answers.order_by("pk"):
        before = found.get(answer.item)
        found[answer.item] = QuestionTries(
            answer,
            answer.right or (before is not None and before.ever_right),
            1 + (before.times if before else 0),
        )
    return found


@dataclass(frozen=True)
class LessonStatus:
    """What makes a lesson done, and how far the learner is."""

    needed: int
    asked: int
    right: int

    @property
    def met(self) -> bool:
        return self.right >= self.needed


def lesson_status(course: CourseContent, lesson: Lesson, tried: dict[str, QuestionTries]) -> LessonStatus:
    """How many questions of the lesson's own check were answered right at least once."""
    rule = lesson.head.complete_when
    items = course.checks[rule.check].items
    right = sum(1 for item in items if item.id in tried and tried[item.id].ever_right)
    return LessonStatus(rule.min_correct, len(items), right)


def neighbours(course: CourseContent, lesson: Lesson) -> tuple[Lesson | None, Lesson | None]:
    """The lesson before and the lesson after, over the borders of modules."""
    order = course.lessons_in_order()
    here = next(place for place, each in enumerate(order) if each.head.id == lesson.head.id)
    before = order[here - 1] if here else None
    return before, order[here + 1] if here + 1 < len(order) else None


def open_lesson_of(enrolment: Enrolment, lesson_id: str, at: datetime) -> tuple[CourseContent, Lesson]:
    """The lesson with its course, for an act in it. Refused when it is not open to this learner now."""
    course = parsed(enrolment.version)
    if not enrolment.is_open(at):
        raise Refused(_("Your access to this course has expired. Your earlier answers are saved."))
    if enrolment.disclosures_seen_at is None:
        raise Refused(_("First read who made this course and what they disclosed."))
    if lesson_id not in course.lessons:
        raise Refused(_("This version of the course does not hold that lesson. Go back to the overview."))
    return course, course.lessons[lesson_id]
