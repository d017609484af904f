"""The acts on a post-test: begun when the lessons are done, kept as it is answered, sent once, marked here."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from mooring.academy.checks.actions.post_test import Unanswered, keep_answers, send_attempt
from mooring.academy.checks.models import AttemptAnswer, PostTestAttempt
from mooring.academy.checks.queries.post_test import (
    SENT_AFTER_ACCESS,
    needed,
    passed_on,
    post_test_status,
    questions_of,
    result_of,
)
from mooring.academy.courses.queries import parsed
from mooring.academy.credits.queries.completion import evaluation_done, post_test_passed, steps_of
from mooring.academy.learning.actions import extend_access, give_attempts
from mooring.academy.learning.models import Enrolment
from mooring.audit.models import Event
from mooring.rules.verdict import Refused
from tests.academy.checks.exam import (
    ITEMS,
    answer,
    begun,
    evaluated,
    exam_course,
    exam_folder,
    ready,
    sat,
    whole,
)
from tests.academy.checks.questions import RIGHT
from tests.content.tiny_course import change
from tests.courses import enrol, next_version, published_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_it_is_drawn_pinned_and_marked(cast: Cast) -> None:
    version = exam_course(cast.educator)
    enrolment = ready(cast.learner, version)
    attempt = sat(enrolment, wrong=("number",))
    assert (attempt.version, attempt.place, attempt.asked) == (version, 1, 5)
    assert (attempt.right, attempt.passed_at, attempt.sent_at) == (4, NOW, NOW)
    marked = dict(attempt.answers.values_list("item", "right"))
    assert marked == {name: name != "number" for name in ITEMS}
    names = list(Event.objects.filter(name__startswith="academy.checks").values_list("name", flat=True))
    assert sorted(names) == [
        "academy.checks.answers-kept",
        "academy.checks.post-test-begun",
        "academy.checks.post-test-sent",
    ]
    assert passed_on(enrolment) == NOW


def test_one_right_answer_fewer_does_not_pass(cast: Cast) -> None:
    enrolment = ready(cast.learner, exam_course(cast.educator))
    attempt = sat(enrolment, wrong=("number", "one"))
    assert (attempt.right, attempt.passed_at) == (3, None)
    status = post_test_status(enrolment, NOW)
    assert (status.left, status.allowed, status.why_not, status.needed) == (1, 2, (), 4)


def test_it_begins_when_the_lessons_are_done_and_says_which_are_not(cast: Cast) -> None:
    enrolment = whole(enrol(cast.learner, exam_course(cast.educator)))
    with pytest.raises(Refused, match="One lesson is still to be done: The thing"):
        begun(enrolment)
    assert not PostTestAttempt.objects.exists()


def test_it_needs_open_access_and_seen_disclosures(cast: Cast) -> None:
    enrolment = ready(cast.learner, exam_course(cast.educator))
    with pytest.raises(Refused, match="access to this course has expired"):
        begun(enrolment, at=enrolment.access_until)
    enrolment.disclosures_seen_at = None
    with pytest.raises(Refused, match="who made this course"):
        begun(enrolment)


def test_after_all_attempts_the_educator_can_give_more(cast: Cast) -> None:
    enrolment = ready(cast.learner, exam_course(cast.educator))
    for _ in range(2):
        sat(enrolment, wrong=("number", "one"))
    with pytest.raises(Refused, match="Ask the educator"):
        begun(enrolment)
    give_attempts(enrolment=enrolment, attempts=1, by=cast.educator, at=NOW)
    assert sat(whole(enrolment)).place == 3
    with pytest.raises(Refused, match="You have passed"):
        begun(whole(enrolment))


def test_one_attempt_is_open_at_a_time_also_past_the_act(cast: Cast) -> None:
    enrolment = ready(cast.learner, exam_course(cast.educator))
    first = begun(enrolment)
    with pytest.raises(Refused, match="already open"):
        begun(enrolment)
    with pytest.raises(IntegrityError), transaction.atomic():
        PostTestAttempt.objects.create(
            enrolment=enrolment, version=first.version, place=2, seed="x", asked=5, started_at=NOW
        )


def test_answers_are_kept_changed_and_taken_back(cast: Cast) -> None:
    attempt = begun(ready(cast.learner, exam_course(cast.educator)))

    def keep(given: object) -> None:
        keep_answers(attempt=attempt, answers={"one": given}, by=cast.learner, at=NOW)  # type: ignore[dict-item]

    keep("b")
    keep("a")
    assert list(attempt.answers.values_list("given", "right")) == [("a", None)]
    keep(None)
    assert not attempt.answers.exists()
    with pytest.raises(Refused, match="does not ask"):
        keep_answers(attempt=attempt, answers={"stranger": "a"}, by=cast.learner, at=NOW)
    for nonsense in ("z", 3.0, ("a",), {"a": "b"}):
        with pytest.raises(Refused, match="not an answer"):
            keep(nonsense)
    assert not attempt.answers.exists()


def test_empty_questions_are_named_before_sending_and_count_as_wrong(cast: Cast) -> None:
    attempt = begun(ready(cast.learner, exam_course(cast.educator)))
    keep_answers(attempt=attempt, answers={"one": "a", "number": 0.5}, by=cast.learner, at=NOW)
    with pytest.raises(Unanswered) as told:
        send_attempt(attempt=attempt, leave_empty=False, by=cast.learner, at=NOW)
    assert {item.id for _place, item in told.value.questions} == {"some", "order", "match"}
    fresh = PostTestAttempt.objects.get(pk=attempt.pk)
    assert (fresh.sent_at, fresh.right) == (None, None)
    assert fresh.answers.count() == 2
    sent = send_attempt(attempt=attempt, leave_empty=True, by=cast.learner, at=NOW)
    assert (sent.right, sent.passed_at) == (2, None)


def test_what_was_sent_counts_and_is_never_changed(cast: Cast) -> None:
    attempt = sat(ready(cast.learner, exam_course(cast.educator)), wrong=("one",))
    for act in (
        lambda: send_attempt(attempt=attempt, leave_empty=True, by=cast.learner, at=NOW),
        lambda: keep_answers(attempt=attempt, answers={"one": "a"}, by=cast.learner, at=NOW),
    ):
        with pytest.raises(Refused, match="already sent"):
            act()
    assert AttemptAnswer.objects.get(attempt=attempt, item="one").given == "b"


def test_the_access_may_end_while_it_is_answered(cast: Cast) -> None:
    enrolment = ready(cast.learner, exam_course(cast.educator))
    attempt, ends = begun(enrolment), enrolment.access_until
    answer(attempt, at=ends + timedelta(days=1))
    late = ends + SENT_AFTER_ACCESS
    for act in (
        lambda: send_attempt(attempt=attempt, leave_empty=False, by=cast.learner, at=late),
        lambda: keep_answers(attempt=attempt, answers={"one": "b"}, by=cast.learner, at=late),
    ):
        with pytest.raises(Refused, match="the 7 days after it"):
            act()
    assert attempt.answers.count() == 5
    extend_access(enrolment=enrolment, until=late + timedelta(days=1), by=cast.educator, at=late)
    longer = PostTestAttempt.objects.select_related("enrolment__learner", "version__course").get(
        pk=attempt.pk
    )
    assert send_attempt(attempt=longer, leave_empty=False, by=cast.learner, at=late).right == 5


def test_within_the_seven_days_it_is_taken(cast: Cast) -> None:
    enrolment = ready(cast.learner, exam_course(cast.educator))
    attempt = answer(begun(enrolment))
    just = enrolment.access_until + SENT_AFTER_ACCESS - timedelta(seconds=1)
    assert send_attempt(attempt=attempt, leave_empty=False, by=cast.learner, at=just).passed_at == just


def test_an_open_attempt_stays_with_its_version(cast: Cast, tmp_path: Path) -> None:
    folder = exam_folder(tmp_path)
    enrolment = ready(cast.learner, published_course(cast.educator, folder))
    attempt = begun(enrolment)
    asked = questions_of(attempt)
    change(folder, "post-test.yaml", '"answer": 0.5', '"answer": 5.0')
    newer = published_course(cast.educator, next_version(folder, "2", "typo"))
    Enrolment.objects.filter(pk=enrolment.pk).update(version=newer)
    again = PostTestAttempt.objects.select_related("enrolment__learner", "version__course").get(pk=attempt.pk)
    assert questions_of(again) == asked
    assert answer(again)
    assert send_attempt(attempt=again, leave_empty=False, by=cast.learner, at=NOW).right == 5
    assert sat_again(enrolment).version == newer


def sat_again(enrolment: Enrolment) -> PostTestAttempt:
    """Another attempt of somebody who passed (past the act, which refuses it)."""
    fresh = whole(enrolment)
    return PostTestAttempt(enrolment=fresh, version=fresh.version, place=2, seed="x", asked=5, started_at=NOW)


def test_it_is_shown_again_exactly_as_it_was_taken(cast: Cast) -> None:
    attempt = sat(ready(cast.learner, exam_course(cast.educator, draw=3)), wrong=("one", "some"))
    once, again = result_of(attempt), result_of(PostTestAttempt.objects.get(pk=attempt.pk))
    assert once == again
    assert [each.item for each in once.questions] == list(questions_of(attempt))
    assert [each.place for each in once.questions] == [1, 2, 3]
    for each in once.questions:
        assert each.right == (each.item.id not in {"one", "some"})
        assert each.explained is not None
        assert each.explained.right == each.right
        assert each.explained.sources
    wrong = [each for each in once.questions if not each.right]
    lessons = [lesson.head.id for _objective, found in once.again for lesson in found]
    assert lessons == (["m1-l1"] if wrong else [])


def test_the_draw_hangs_on_the_seed_alone(cast: Cast) -> None:
    enrolment = ready(cast.learner, exam_course(cast.educator, draw=2))
    drawn = set()
    for n in range(12):
        attempt = PostTestAttempt(
            enrolment=enrolment, version=enrolment.version, place=1, seed=str(n), asked=2, started_at=NOW
        )
        assert questions_of(attempt) == questions_of(attempt)
        drawn.add(tuple(item.id for item in questions_of(attempt)))
    assert len(drawn) > 4


def test_the_pass_mark_is_told_in_questions(cast: Cast) -> None:
    test = parsed(exam_course(cast.educator)).post_test
    assert [needed(test, asked) for asked in (1, 4, 5, 8, 28)] == [1, 3, 4, 6, 21]


def test_credit_sees_the_pass_and_the_evaluation_and_says_where_to_go(cast: Cast) -> None:
    enrolment = ready(cast.learner, exam_course(cast.educator))
    assert (post_test_passed(enrolment), evaluation_done(enrolment)) == (None, None)
    steps = {step.key: step for step in steps_of(enrolment)}
    assert steps["post-test"].address == f"/academy/tests/{enrolment.pk}/"
    assert steps["evaluation"].address == f"/academy/evaluations/{enrolment.pk}/"
    sat(enrolment, at=NOW + timedelta(hours=1))
    evaluated(enrolment, at=NOW + timedelta(hours=2))
    assert post_test_passed(enrolment) == NOW + timedelta(hours=1)
    assert evaluation_done(enrolment) == NOW + timedelta(hours=2)
    assert all(step.done for step in steps_of(enrolment))


def test_every_right_answer_of_the_shared_questions_is_asked() -> None:
    assert set(ITEMS) < set(RIGHT)
