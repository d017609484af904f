"""What the tests of post-test and evaluation share: a course with every type of question, and who sat it."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from mooring.academy.checks.actions.evaluation import send_evaluation
from mooring.academy.checks.actions.post_test import begin_attempt, keep_answers, send_attempt
from mooring.academy.checks.models import EvaluationSent, PostTestAttempt
from mooring.academy.checks.queries.evaluation import questions_put
from mooring.academy.checks.queries.post_test import questions_of
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.actions import complete_lesson
from mooring.academy.learning.models import Enrolment
from mooring.content.course.answers import LearnerAnswer
from mooring.identity.models import Person
from tests.academy.checks.questions import MATCH, MULTIPLE, NUMERIC, ORDER, RIGHT, SINGLE
from tests.content.tiny_course import change
from tests.courses import enrol, published_course, write_course
from tests.people import NOW
from tests.told import told

WRONG: dict[str, LearnerAnswer] = {
    "one": "b",
    "some": frozenset({"a"}),
    "number": 5.0,
    "order": ("Ask", "Look", "Act", "Write"),
    "match": {"Cat": "Barks", "Dog": "Meows", "Cow": "Moos"},
}
ITEMS = tuple(WRONG)
EVALUATION = """\
id: tiny-evaluation
introduction: Tell us.
questions:
  - {id: eval-met, asked: per-objective, kind: scale, text: "Met: {objective}", options: ["No", Partly, Fully]}
  - {id: eval-person, asked: per-faculty, kind: scale, text: "{person} was clear.", options: ["No", Partly, Fully]}
  - {id: eval-fair, kind: choice, text: Was it balanced?, options: ["Yes", "No"]}
  - {id: eval-free, kind: text, text: Anything else?, required: false}
"""


def exam_folder(folder: Path, *, draw: int = 5, attempts: int = 2, slug: str = "tiny") -> Path:
    """The tiny course with five questions in its post-test, four of five to pass, and a whole evaluation."""
    write_course(folder, slug)
    pool = [json.loads(each.model_dump_json()) for each in (SINGLE, MULTIPLE, NUMERIC, ORDER, MATCH)]
    test = {
        "id": "tiny-post-test",
        "introduction": "The pass mark is 75 per cent.",
        "pass_mark": 0.75,
        "attempts": attempts,
        "draw": draw,
        "items": pool,
    }
    (folder / "post-test.yaml").write_text(json.dumps(test, indent=1), encoding="utf-8")
    (folder / "evaluation.yaml").write_text(EVALUATION, encoding="utf-8")
    change(folder, "course.yaml", "roles: [author]", "roles: [author, faculty]")
    return folder


@told
def exam_course(by: Person, *, draw: int = 5, attempts: int = 2) -> CourseVersion:
    with TemporaryDirectory() as name:
        return published_course(by, exam_folder(Path(name), draw=draw, attempts=attempts))


@told
def ready(person: Person, version: CourseVersion, *, at: datetime = NOW - timedelta(days=1)) -> Enrolment:
    """Somebody who is enrolled and has done every lesson."""
    enrolment = enrol(person, version, at=at)
    for lesson in parsed(enrolment.version).lessons:
        complete_lesson(enrolment=enrolment, lesson_id=lesson, by=person, at=at)
    return whole(enrolment)


def whole(enrolment: Enrolment) -> Enrolment:
    """The enrolment as the access functions hand it out."""
    return Enrolment.objects.select_related("learner", "course", "version__course", "first_version").get(
        pk=enrolment.pk
    )


@told
def begun(enrolment: Enrolment, *, at: datetime = NOW) -> PostTestAttempt:
    return begin_attempt(enrolment=enrolment, by=enrolment.learner, at=at)


def answer(attempt: PostTestAttempt, *, wrong: tuple[str, ...] = (), at: datetime = NOW) -> PostTestAttempt:
    """Keep an answer to everything that is asked: right, but for those named."""
    asked = [item.id for item in questions_of(attempt)]
    answers = {name: (WRONG if name in wrong else RIGHT)[name] for name in asked}
    return keep_answers(attempt=attempt, answers=answers, by=attempt.enrolment.learner, at=at)


@told
def sat(
    enrolment: Enrolment, *, wrong: tuple[str, ...] = (), at: datetime = NOW, leave_empty: bool = False
) -> PostTestAttempt:
    """An attempt that was begun, answered and sent."""
    attempt = answer(begun(enrolment, at=at), wrong=wrong, at=at)
    return send_attempt(attempt=attempt, leave_empty=leave_empty, by=enrolment.learner, at=at)


@told
def evaluated(enrolment: Enrolment, *, words: str = "", at: datetime = NOW, **said: str) -> EvaluationSent:
    """An evaluation with the last label of every question, unless told otherwise."""
    given = {
        put.key: said.get(put.question.id, put.options[-1])
        for put in questions_put(parsed(enrolment.version))
        if put.options
    }
    return send_evaluation(
        enrolment=enrolment, given={**given, "eval-free": words}, by=enrolment.learner, at=at
    )
