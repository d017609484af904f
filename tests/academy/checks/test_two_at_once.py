"""The same thing done twice at the same moment on two connections: one counts, and the other is told."""

import pytest

from mooring.academy.checks.actions.corrections import correct_key
from mooring.academy.checks.actions.evaluation import send_evaluation
from mooring.academy.checks.actions.post_test import begin_attempt, send_attempt
from mooring.academy.checks.models import (
    EvaluationAnswers,
    EvaluationSent,
    KeyCorrection,
    PostTestAttempt,
    Regrade,
)
from mooring.academy.checks.queries.corrections import gains_of, seal_of
from mooring.academy.learning.models import Enrolment
from mooring.work.models import Message
from tests.academy.checks.exam import answer, begun, exam_course, ready, sat, whole
from tests.academy.checks.questions import SINGLE
from tests.academy.credits.test_two_claims_at_once import at_once
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = (SINGLE.id, SINGLE.digest)


def copies(attempt: PostTestAttempt, number: int) -> list[PostTestAttempt]:
    found = PostTestAttempt.objects.select_related(
        "enrolment__learner", "enrolment__course", "version__course"
    )
    return [found.get(pk=attempt.pk) for _ in range(number)]


def enrolments(enrolment: Enrolment, number: int) -> list[Enrolment]:
    return [whole(enrolment) for _ in range(number)]


def test_one_attempt_is_begun(cast: Cast) -> None:
    enrolment = ready(cast.learner, exam_course(cast.educator))
    ended = at_once(
        *(
            lambda one=one: begin_attempt(enrolment=one, by=cast.learner, at=NOW)
            for one in enrolments(enrolment, 3)
        )
    )
    assert ended == ["done", "told", "told"]
    assert PostTestAttempt.objects.count() == 1


def test_an_attempt_is_sent_once(cast: Cast) -> None:
    attempt = answer(begun(ready(cast.learner, exam_course(cast.educator))), wrong=("one",))
    ended = at_once(
        *(
            lambda one=one: send_attempt(attempt=one, leave_empty=False, by=cast.learner, at=NOW)
            for one in copies(attempt, 3)
        )
    )
    assert ended == ["done", "told", "told"]
    assert PostTestAttempt.objects.get().right == 4


def test_an_evaluation_is_sent_once(cast: Cast) -> None:
    enrolment = ready(cast.learner, exam_course(cast.educator))
    sat(enrolment)
    ended = at_once(
        *(
            lambda one=one: send_evaluation(enrolment=one, given={"a": "b"}, by=cast.learner, at=NOW)
            for one in enrolments(enrolment, 3)
        )
    )
    assert ended == ["done", "told", "told"]
    assert EvaluationSent.objects.count() == EvaluationAnswers.objects.count() == 1


def test_a_key_is_corrected_once(cast: Cast) -> None:
    version = exam_course(cast.educator)
    sat(ready(cast.learner, version), wrong=("one", "number"))
    seal = seal_of(gains_of(version, QUESTION, ["b"]), ["b"])

    def correct() -> None:
        correct_key(
            version=version,
            question=QUESTION,
            accepts=["b"],
            reason="No thing is right, too.",
            seal=seal,
            by=cast.educator,
            at=NOW,
        )

    assert at_once(correct, correct, correct) == ["done", "told", "told"]
    assert KeyCorrection.objects.count() == Regrade.objects.count() == Message.objects.count() == 1
    assert PostTestAttempt.objects.get().right == 4


def test_no_attempt_slips_between_sending_and_correcting(cast: Cast) -> None:
    version = exam_course(cast.educator)
    attempt = answer(begun(ready(cast.learner, version)), wrong=("one", "number"))
    [mine] = copies(attempt, 1)

    def correct() -> None:
        for _ in range(5):  # a seal that was overtaken is taken anew, as an educator would
            try:
                correct_key(
                    version=version,
                    question=QUESTION,
                    accepts=["b"],
                    reason="No thing is right, too.",
                    seal=seal_of(gains_of(version, QUESTION, ["b"]), ["b"]),
                    by=cast.educator,
                    at=NOW,
                )
            except Exception as refused:
                if "Since you opened this page" not in str(refused):
                    raise
            else:
                return

    ended = at_once(correct, lambda: send_attempt(attempt=mine, leave_empty=False, by=cast.learner, at=NOW))
    assert ended == ["done", "done"]
    sent = PostTestAttempt.objects.get()
    assert (sent.right, sent.passed_at) == (4, NOW)
