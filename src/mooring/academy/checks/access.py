"""Who may be handed what of the player: a learner the lessons and cases of their own enrolment."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from mooring.academy.checks.models import PostTestAttempt, ReviewPlan
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.access import enrolments_taught_by, get_enrolment_for
from mooring.academy.learning.models import Enrolment
from mooring.audit.looking import saw
from mooring.content.course.items import Item
from mooring.content.course.loader import CourseContent, Lesson
from mooring.content.course.practice import CaseFile
from mooring.content.course.predictions import PredictionFile
from mooring.identity.access import must_hold
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.access import get_link_for
from mooring.work.models import TaskLink


class DisclosuresFirst(Refused):
    """The lessons open when the learner has seen who made the course."""

    def __init__(self, enrolment: Enrolment) -> None:
        self.enrolment = enrolment
        super().__init__(_("First read who made this course and what they disclosed."))


@dataclass(frozen=True)
class Study:
    """An enrolment whose lessons are open, and the content that it is pinned to."""

    enrolment: Enrolment
    course: CourseContent


def get_study_for(person: Person, pk: int) -> Study:
    """The learner's own enrolment with its content, open now and with the disclosures seen; else 404.

    Raises:
        AccessOver: when the access is over.
        DisclosuresFirst: when the disclosures were not seen. The shell answers both with the next step.
    """
    enrolment = get_enrolment_for(person, pk)
    if enrolment.disclosures_seen_at is None:
        raise DisclosuresFirst(enrolment)
    return Study(enrolment, parsed(enrolment.version))


def get_lesson_for(person: Person, pk: int, lesson_id: str) -> tuple[Study, Lesson]:
    """A lesson of the version that the learner is in; 404 when it has none of that id."""
    study = get_study_for(person, pk)
    if lesson_id not in study.course.lessons:
        raise Http404
    return study, study.course.lessons[lesson_id]


def get_item_for(person: Person, pk: int, lesson_id: str, item_id: str) -> tuple[Study, Lesson, Item]:
    """A question of a lesson's checks; 404 when the lesson does not ask it."""
    study, lesson = get_lesson_for(person, pk, lesson_id)
    for check in lesson.embedded("check"):
        for item in study.course.checks[check].items:
            if item.id == item_id:
                return study, lesson, item
    raise Http404


def get_prediction_for(
    person: Person, pk: int, lesson_id: str, prediction_id: str
) -> tuple[Study, Lesson, PredictionFile]:
    """A prediction that a lesson asks for; 404 when it does not."""
    study, lesson = get_lesson_for(person, pk, lesson_id)
    if prediction_id not in lesson.embedded("predict"):
        raise Http404
    return study, lesson, study.course.predictions[prediction_id]


def get_case_for(person: Person, pk: int, case_id: str) -> tuple[Study, CaseFile]:
    """A branching case of the version that the learner is in; 404 when it has none of that id."""
    study = get_study_for(person, pk)
    if case_id not in study.course.cases:
        raise Http404
    return study, study.course.cases[case_id]


def get_attempt_for(person: Person, pk: int, *, to: str = "read") -> PostTestAttempt:
    """An attempt at the post-test: its learner's own, also when the access is over; 404 for a stranger.

    An educator of the learner's site may read one, which leaves a row, and gets 403 where it is to be answered.
    """
    found = (
        PostTestAttempt.objects.select_related("enrolment__learner", "enrolment__course", "version__course")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    if found.enrolment.learner_id == person.pk:
        return found
    if not enrolments_taught_by(person).filter(pk=found.enrolment_id).exists():
        raise Http404
    if to != "read":
        raise PermissionDenied
    saw(person, [found.subject_ref])
    return found


def get_version_to_teach(person: Person, pk: int) -> CourseVersion:
    """A published version for who teaches; 403 for everybody else, 404 when there is none."""
    must_hold(person, Permission.COURSES_TEACH)
    found = CourseVersion.objects.select_related("course").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_question_to_teach(person: Person, pk: int, item_id: str) -> tuple[CourseVersion, Item]:
    """A question of a version's post-test for who teaches; 404 when its pool lacks it."""
    version = get_version_to_teach(person, pk)
    for item in parsed(version).post_test.items:
        if item.id == item_id:
            return version, item
    raise Http404


def get_review_on_link(request: HttpRequest, link_pk: int, at: datetime) -> tuple[TaskLink, ReviewPlan]:
    """The learner's own review behind the link that the visitor opened.

    404 without an opened link; `Refused` with a sentence for the visitor when it is over.
    """
    link = get_link_for(request, link_pk, kind="review", at=at)
    pk = int(link.about.rpartition(":")[2])
    plan = (
        ReviewPlan.objects.select_related("enrolment__learner", "enrolment__course", "enrolment__version")
        .filter(pk=pk, enrolment__learner=link.person_id)
        .first()
    )
    if plan is None:
        raise Http404
    if plan.ended_at is not None:
        raise Refused(_("Your review has ended. You get no more questions."))
    return link, plan
