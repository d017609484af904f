"""Acts in a lesson: answering a question, and finishing a lesson that asks for nothing but reading."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.academy.checks.models import Answer
from mooring.academy.checks.queries.lessons import items_of, lesson_status, open_lesson_of, tried_in
from mooring.academy.checks.queries.marking import mark
from mooring.academy.learning.actions import complete_lesson
from mooring.academy.learning.models import Enrolment, LessonDone
from mooring.audit.recording import note, recorded
from mooring.content.course.answers import LearnerAnswer, NotAnAnswer, as_json
from mooring.content.course.loader import CourseContent, Lesson
from mooring.identity.models import Person
from mooring.rules.verdict import Refused


@recorded("academy.checks.answered")
def answer_item(
    *,
    enrolment: Enrolment,
    lesson_id: str,
    item_id: str,
    digest: str,
    given: LearnerAnswer,
    sure: bool = True,
    by: Person,
    at: datetime,
) -> Answer:
    """Answer a question of a lesson, as often as one likes; the lesson is done when its rule is met.

    Refused when the access is over, the lesson does not ask this, the question was changed since it was
    shown (`digest`), or what was given cannot be an answer to it.
    """
    course, lesson = open_lesson_of(enrolment, lesson_id, at)
    item = items_of(course, lesson).get(item_id)
    if item is None or item.digest != digest:
        raise Refused(_("This question was changed since you opened it. Read it again, then answer."))
    try:
        right = mark(course, item, given)
    except NotAnAnswer as fault:
        raise Refused(_("This cannot be an answer to this question. Choose among what it offers.")) from fault
    answer = Answer.objects.create(
        enrolment=enrolment,
        version=enrolment.version,
        item=item.id,
        digest=item.digest,
        given=as_json(given),
        right=right,
        sure=sure,
        at=at,
    )
    note(item=item.id, right=right)
    _finish_if_met(enrolment, course, lesson, by, at)
    return answer


@recorded("academy.checks.lesson-read")
def finish_reading(*, enrolment: Enrolment, lesson_id: str, by: Person, at: datetime) -> LessonDone:
    """Say that a lesson was read. Refused where right answers make it done, and they are not given yet."""
    course, lesson = open_lesson_of(enrolment, lesson_id, at)
    status = lesson_status(course, lesson, tried_in(enrolment, items_of(course, lesson)))
    if not status.met:
        raise Refused(
            _("This lesson needs {needed} right answers; you have {right} so far.").format(
                needed=status.needed, right=status.right
            )
        )
    note(lesson=lesson_id)
    return complete_lesson(enrolment=enrolment, lesson_id=lesson_id, by=by, at=at)


def _finish_if_met(
    enrolment: Enrolment, course: CourseContent, lesson: Lesson, by: Person, at: datetime
) -> None:
    rule = lesson.head.complete_when
    if rule.min_correct == 0 or enrolment.lessons_done.filter(lesson_id=lesson.head.id).exists():
        return
    if lesson_status(course, lesson, tried_in(enrolment, items_of(course, lesson))).met:
        complete_lesson(enrolment=enrolment, lesson_id=lesson.head.id, by=by, at=at)
