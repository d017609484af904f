"""The academy of the demonstration: the bundled course, and people at every stage of it, told through the acts."""

import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from mooring import content
from mooring.academy.checks.actions.evaluation import send_evaluation
from mooring.academy.checks.actions.post_test import begin_attempt, keep_answers, send_attempt
from mooring.academy.checks.actions.predicting import predict
from mooring.academy.checks.actions.review import begin_review
from mooring.academy.checks.queries.evaluation import questions_put
from mooring.academy.checks.queries.post_test import questions_of
from mooring.academy.courses.actions import publish_course
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.academy.credits.actions.certificates import claim_credit
from mooring.academy.credits.actions.credentials import recognise
from mooring.academy.credits.actions.offerings import give_maker_role, record_disclosure
from mooring.academy.credits.actions.profiles import save_profile
from mooring.academy.credits.queries.offerings import day_of
from mooring.academy.learning.actions import complete_lesson, enrol, see_disclosures
from mooring.academy.learning.models import Enrolment
from mooring.audit.recording import COMMAND_LINE
from mooring.content.course.loader import Lesson
from mooring.content.course.new import write_example
from mooring.demonstration.academy_life import tell_academy_life
from mooring.demonstration.answering import made_up_answer
from mooring.demonstration.cohort_life import tell_cohort_life
from mooring.demonstration.many_learners import make_many_learners
from mooring.demonstration.staff import QUAY, Staff
from mooring.identity.models import Person
from mooring.rules.verdict import Refused

COURSES = Path(content.__file__).parent / "courses"
FOUNDATIONS, COMPLETION, COURSE_CREDENTIAL = "ketamine-foundations", "kf-completion", "ketamine-course"
EDUCATOR, CREDENTIALS_BY = "Miriam Feld", "Priya Raman"
NEW, HALF_WAY, FAILED, COMPLETE, CERTIFIED, OVER = (
    "Dario Conti", "Walter Brandt", "Jonas Lind", "Kofi Mensah", "Yuki Tan", "Elena Marchetti",
)  # fmt: skip


def make_learners(staff: Staff, now: datetime) -> None:
    """Publish and enrol; where a course may not be published any more, say so and leave the academy empty."""
    try:
        _tell(staff, now)
    except Refused as refused:
        print(f"The academy stays empty: {refused}", file=sys.stderr)


def _tell(staff: Staff, now: datetime) -> None:
    people, at = staff.people, now - timedelta(days=2)
    educator = people[EDUCATOR]
    version = published(COURSES / FOUNDATIONS, educator, at)
    recognise(
        issuer="",
        issuer_name="",
        achievement=f"{FOUNDATIONS}/{COMPLETION}",
        credential=COURSE_CREDENTIAL,
        months=24,
        by=people[CREDENTIALS_BY],
        at=at,
    )
    _enrolled(people[NEW], version, now - timedelta(hours=1), seen=False)
    half = _enrolled(people[HALF_WAY], version, at)
    lessons = list(parsed(version).lessons_in_order())
    for number, lesson in enumerate(lessons[: len(lessons) // 2]):
        complete_lesson(
            enrolment=half, lesson_id=lesson.head.id, by=half.learner, at=at + timedelta(minutes=15 * number)
        )
        _predict(half, lesson, at + timedelta(minutes=15 * number))
    _sit(_through(people[FAILED], version, at), now - timedelta(hours=20), wrong_every=2)
    kofi = _whole(people[COMPLETE], version, now, wrong_every=9)
    save_profile(
        person=kofi.learner,
        profession="physician",
        jurisdiction="OR",
        licence_number="MD000000",
        birthday="04-17",
        by=kofi.learner,
        at=at,
    )
    _claim(kofi, "kf-cme", now, amount="3.75", attested=True)
    yuki = _whole(people[CERTIFIED], version, now, wrong_every=6)
    _claim(yuki, COMPLETION, now)
    begin_review(enrolment=yuki, by=yuki.learner, at=now - timedelta(hours=1))
    _over(people[OVER], educator, now)
    tell_academy_life(staff, version.course, now)
    many = make_many_learners(version=version, site=staff.sites[QUAY], by=COMMAND_LINE, at=now)
    tell_cohort_life(staff, version, [each.learner for each in many], now)


def published(folder: Path, educator: Person, at: datetime) -> CourseVersion:
    """The folder published; its made-up makers disclosed that there was nothing, and hold their roles."""
    version = publish_course(folder=folder, by=educator, at=at)
    for maker in parsed(version).about.people:
        record_disclosure(
            course=version.course,
            maker=maker.id,
            name=maker.name,
            signed_on=day_of(educator, at),
            relationships=[],
            by=educator,
            at=at,
        )
        for role in maker.roles:
            give_maker_role(
                version=version,
                maker=maker.id,
                role=role.value,
                since=day_of(educator, at),
                by=educator,
                at=at,
            )
    return version


def _enrolled(person: Person, version: CourseVersion, at: datetime, *, seen: bool = True) -> Enrolment:
    enrolment = enrol(learner=person, course=version.course, paid=True, by=person, at=at)
    return see_disclosures(enrolment=enrolment, by=person, at=at) if seen else enrolment


def _through(person: Person, version: CourseVersion, at: datetime) -> Enrolment:
    """Every lesson done."""
    enrolment = _enrolled(person, version, at)
    for number, lesson in enumerate(parsed(version).lessons_in_order()):
        moment = at + timedelta(minutes=12 * number)
        complete_lesson(enrolment=enrolment, lesson_id=lesson.head.id, by=person, at=moment)
    return enrolment


def _predict(enrolment: Enrolment, lesson: Lesson, at: datetime) -> None:
    """Everything that a lesson asks to predict: the middle of a scale, or the first option."""
    for ref in lesson.embedded("predict"):
        asked = parsed(enrolment.version).predictions[ref]
        predict(
            enrolment=enrolment,
            lesson_id=lesson.head.id,
            prediction_id=ref,
            given=asked.scale.middle if asked.scale else next(iter(asked.options)),
            by=enrolment.learner,
            at=at,
        )


def _sit(enrolment: Enrolment, at: datetime, *, wrong_every: int) -> None:
    """Sit the post-test with every so-manieth answer wrong."""
    attempt = begin_attempt(enrolment=enrolment, by=enrolment.learner, at=at)
    course = parsed(enrolment.version)
    answers = {
        item.id: made_up_answer(course, item, right=place % wrong_every != 0)
        for place, item in enumerate(questions_of(attempt), 1)
    }
    later = at + timedelta(minutes=40)
    keep_answers(attempt=attempt, answers=answers, by=enrolment.learner, at=later)
    send_attempt(attempt=attempt, leave_empty=False, by=enrolment.learner, at=later)


def _whole(person: Person, version: CourseVersion, now: datetime, *, wrong_every: int) -> Enrolment:
    """Lessons, post-test and evaluation, all done since two days ago."""
    enrolment = _through(person, version, now - timedelta(days=2))
    _sit(enrolment, now - timedelta(hours=22), wrong_every=wrong_every)
    given = {put.key: put.options[-1] for put in questions_put(parsed(version)) if put.options}
    send_evaluation(enrolment=enrolment, given=given, by=person, at=now - timedelta(hours=21))
    return enrolment


def _claim(enrolment: Enrolment, offering: str, now: datetime, *, amount: str = "0", **said: object) -> None:
    claim_credit(
        enrolment=enrolment,
        offering=offering,
        amount=Decimal(amount),
        by=enrolment.learner,
        at=now - timedelta(hours=20),
        **said,  # type: ignore[arg-type]
    )


def _over(person: Person, educator: Person, now: datetime) -> None:
    """Somebody whose year of access to an older course is over."""
    at = now - timedelta(days=400)
    with TemporaryDirectory(prefix="mooring-course-") as name:
        folder = Path(name) / "what-stays"
        write_example(folder, slug="what-stays", day=at.date())
        older = published(folder, educator, at)
    enrolment = _enrolled(person, older, at)
    complete_lesson(enrolment=enrolment, lesson_id="m1-l1", by=person, at=at + timedelta(minutes=9))
