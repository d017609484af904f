"""A hundred and twenty learners with their histories, written in bulk: what item analysis, evaluations, reports need.

Told through the acts they would take a minute; as rows they take a second. One event names every append-only row, as
the acts would have done one by one. Everything is drawn from a fixed seed: the same people every time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import models

from mooring.academy.checks.models import (
    Answer,
    AttemptAnswer,
    EvaluationAnswers,
    EvaluationSent,
    PostTestAttempt,
    Where,
)
from mooring.academy.checks.queries.evaluation import questions_put
from mooring.academy.checks.queries.post_test import questions_of
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment, LessonDone, StudyMoment
from mooring.audit.recording import Actor, note, recorded, remember
from mooring.content.course.answers import as_json, passed
from mooring.content.course.items import Item, SingleItem
from mooring.content.course.loader import CourseContent
from mooring.demonstration.answering import made_up_answer
from mooring.demonstration.names import FAMILY, GIVEN
from mooring.identity.models import Person, RoleAssignment, Site
from mooring.identity.roles import Role

LEARNERS = 120
DAYS_BACK = 300
ZONES = ("America/New_York", "America/Los_Angeles", "Europe/London", "Africa/Nairobi", "Australia/Sydney")
REVIEWED_AFTER = (30, 90, 180)


@dataclass
class _Life:
    """One learner: how far they came, how much they know, and where they stand in the draw."""

    enrolment: Enrolment
    share: float
    skill: float
    draw: Random


@recorded("demonstration.learners.made")
def make_many_learners(
    *, version: CourseVersion, site: Site, number: int = LEARNERS, by: Actor, at: datetime
) -> list[Enrolment]:
    """So many learners at a site, enrolled in a version over the last ten months, at every stage of it."""
    draw = Random("many learners")  # noqa: S311 - a made-up crowd, the same every time
    people = _people(site, number, draw, at)
    lives = _lives(version, people, draw, at)
    course = parsed(version)
    rows: list[models.Model] = []
    rows += _bulk(LessonDone, _lessons(course, version, lives))
    rows += _bulk(StudyMoment, _moments(course, lives))
    sat = _sit(course, version, lives)
    rows += _bulk(EvaluationSent, _evaluated(course, version, sat))
    rows += _bulk(Answer, _reviewed(course, version, sat, at))
    remember(*rows)
    note(people=len(people), rows=len(rows))
    return [each.enrolment for each in lives]


def _bulk(model: type[models.Model], rows: Iterable[models.Model]) -> list[models.Model]:
    return list(model._default_manager.bulk_create(rows, batch_size=500))


def _people(site: Site, number: int, draw: Random, at: datetime) -> list[Person]:
    names = [f"{given} {family}" for family in FAMILY for given, _pronouns in GIVEN]
    chosen = draw.sample(names, number)
    people = Person.objects.bulk_create(
        Person(
            legal_name=name,
            email=f"{name.lower().replace(' ', '.')}@learner.example",
            password=make_password(None),
            time_zone=draw.choice(ZONES),
            joined_at=at - timedelta(days=DAYS_BACK),
        )
        for name in chosen
    )
    RoleAssignment.objects.bulk_create(
        RoleAssignment(person=each, role=Role.LEARNER, site=site, held_from=at - timedelta(days=DAYS_BACK))
        for each in people
    )
    return people


def _lives(version: CourseVersion, people: list[Person], draw: Random, at: datetime) -> list[_Life]:
    """The first fifth is on the way, the rest has finished the lessons; knowledge differs widely."""
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            learner=person,
            course=version.course,
            version=version,
            first_version=version,
            enrolled_at=(begun := at - timedelta(days=draw.uniform(8, DAYS_BACK))).replace(microsecond=0),
            paid=True,
            access_until=begun + timedelta(days=365),
            disclosures_seen_at=begun.replace(microsecond=0),
        )
        for person in people
    )
    return [
        _Life(each, draw.random() if place % 5 == 0 else 1.0, draw.betavariate(6, 2), draw)
        for place, each in enumerate(enrolments)
    ]


def _lessons(course: CourseContent, version: CourseVersion, lives: list[_Life]) -> Iterable[LessonDone]:
    lessons = course.lessons_in_order()
    for life in lives:
        for number, lesson in enumerate(lessons[: round(life.share * len(lessons))]):
            done = life.enrolment.enrolled_at + timedelta(hours=1 + 6 * number)
            yield LessonDone(enrolment=life.enrolment, lesson_id=lesson.head.id, version=version, at=done)


def _moments(course: CourseContent, lives: list[_Life]) -> Iterable[StudyMoment]:
    lessons = course.lessons_in_order()
    for life in lives:
        for number, lesson in enumerate(lessons[: round(life.share * len(lessons))]):
            opened = life.enrolment.enrolled_at + timedelta(
                hours=1 + 6 * number, minutes=-life.draw.randint(6, 14)
            )
            yield StudyMoment(enrolment=life.enrolment, lesson_id=lesson.head.id, at=opened)


def _sit(course: CourseContent, version: CourseVersion, lives: list[_Life]) -> list[_Life]:
    """Attempts at the post-test of who finished the lessons; those who passed."""
    attempts = [
        PostTestAttempt(
            enrolment=life.enrolment,
            version=version,
            place=1,
            seed=f"{life.draw.getrandbits(64):016x}",
            asked=course.post_test.draw,
            started_at=life.enrolment.enrolled_at + timedelta(days=7),
            sent_at=life.enrolment.enrolled_at + timedelta(days=7, minutes=35),
            right=0,
        )
        for life in lives
        if life.share == 1.0
    ]
    by_enrolment = {life.enrolment.pk: life for life in lives}
    answers: list[AttemptAnswer] = []
    through: list[_Life] = []
    for attempt in attempts:
        life = by_enrolment[attempt.enrolment_id]
        for item in questions_of(attempt):
            right = life.draw.random() < _chance(life, item)
            attempt.right = (attempt.right or 0) + right
            answers.append(_answer(course, attempt, item, life, right=right))
        if passed(course.post_test, right=attempt.right or 0, asked=attempt.asked):
            attempt.passed_at = attempt.sent_at
            through.append(life)
    PostTestAttempt.objects.bulk_create(attempts)
    AttemptAnswer.objects.bulk_create(answers, batch_size=500)
    return through


def _chance(life: _Life, item: Item) -> float:
    """How likely this learner answers this question rightly: some questions are harder, for everybody alike."""
    hardness = Random(item.id).uniform(-0.15, 0.25)  # noqa: S311 - of a made-up question's difficulty
    return min(0.98, max(0.15, life.skill - hardness + 0.15))


def _answer(
    course: CourseContent, attempt: PostTestAttempt, item: Item, life: _Life, *, right: bool
) -> AttemptAnswer:
    """What they answered; of the wrong options one is likelier than the others, and none is never chosen."""
    given = made_up_answer(course, item, right=right)
    if not right and isinstance(item, SingleItem):
        wrong = sorted(set(item.options) - item.key)
        given = wrong[min(len(wrong) - 1, int(life.draw.betavariate(1, 1.6) * len(wrong)))]
    return AttemptAnswer(
        attempt=attempt,
        item=item.id,
        digest=item.digest,
        given=as_json(given),
        saved_at=attempt.sent_at or attempt.started_at,
        right=right,
    )


def _evaluated(course: CourseContent, version: CourseVersion, lives: list[_Life]) -> list[EvaluationSent]:
    """What four of five said of the course, apart from who said it."""
    chosen = [life for life in lives if life.draw.random() < 0.8]
    asked = [put for put in questions_put(course) if put.options]
    EvaluationAnswers.objects.bulk_create(
        EvaluationAnswers(
            version=version,
            given={
                put.key: put.options[
                    min(len(put.options) - 1, int(life.draw.betavariate(5, 2) * len(put.options)))
                ]
                for put in asked
            },
        )
        for life in chosen
    )
    return [
        EvaluationSent(
            enrolment=life.enrolment,
            version=version,
            at=life.enrolment.enrolled_at + timedelta(days=7, minutes=50),
        )
        for life in chosen
    ]


def _reviewed(
    course: CourseContent, version: CourseVersion, lives: list[_Life], at: datetime
) -> Iterable[Answer]:
    """Answers of the review 30, 90 and 180 days after: a little less is right each time."""
    items = course.check_items()
    pool = list(items)
    for life in lives:
        for days in REVIEWED_AFTER:
            when = life.enrolment.enrolled_at + timedelta(days=7 + days, hours=3)
            if when >= at:
                break
            for item in life.draw.sample(pool, 4):
                right = life.draw.random() < _chance(life, item) - days / 900
                yield Answer(
                    enrolment=life.enrolment,
                    version=version,
                    where=Where.REVIEW,
                    item=item.id,
                    digest=item.digest,
                    given=as_json(made_up_answer(course, item, right=right)),
                    right=right,
                    at=when,
                )
