"""The pages of the post-test, in plain HTML: told before, kept while it is answered, sent once, explained."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mooring.academy.checks.forms import name_of
from mooring.academy.checks.models import AttemptAnswer, PostTestAttempt
from mooring.academy.checks.queries.post_test import SENT_AFTER_ACCESS, questions_of
from mooring.academy.learning.models import Enrolment
from mooring.audit.models import Access, Event
from tests.academy.checks.exam import begun, exam_course, ready, sat, whole
from tests.academy.checks.questions import MATCH, ORDER, RIGHT
from tests.courses import enrol
from tests.people import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    return ready(cast.learner, exam_course(cast.educator))


@pytest.fixture
def client(client: Client, cast: Cast) -> Client:
    client.force_login(cast.learner)
    return client


def fields(*names: str) -> dict[str, object]:
    """The right answers to these questions as the page sends them."""
    every: dict[str, dict[str, object]] = {
        "one": {"one-answer": "a"},
        "some": {"some-answer": ["a", "d"]},
        "number": {"number-answer": "0.5"},
        "order": {f"order-{name_of(step)}": str(n) for n, step in enumerate(ORDER.steps, 1)},  # type: ignore[union-attr]
        "match": {f"match-{name_of(each.left)}": name_of(each.right) for each in MATCH.pairs},  # type: ignore[union-attr]
    }
    return {key: value for name in names for key, value in every[name].items()}


ALL = ("one", "some", "number", "order", "match")


def test_the_introduction_tells_everything_beforehand(client: Client, enrolment: Enrolment) -> None:
    page = client.get(f"/academy/tests/{enrolment.pk}/")
    said = re.sub(r"\s+", " ", page.content.decode())
    for words in ("The pass mark is 75 per cent.", "4 of 5 right", "2 of 2", "as long as you like"):
        assert words in said
    assert "Nothing here is timed, so you need no extra time" in said
    assert f"for {SENT_AFTER_ACCESS.days} days after it" in said


def test_it_is_begun_answered_and_sent_without_javascript(client: Client, enrolment: Enrolment) -> None:
    answer = client.post(f"/academy/tests/{enrolment.pk}/", {"once": uuid4()})
    attempt = PostTestAttempt.objects.get()
    assert answer.headers["Location"] == f"/academy/tests/attempts/{attempt.pk}/"
    questions = client.get(f"/academy/tests/attempts/{attempt.pk}/").content.decode()
    assert questions.count('id="question-') == 5
    sent = client.post(f"/academy/tests/attempts/{attempt.pk}/", {**fields(*ALL), "once": uuid4()})
    assert sent.headers["Location"] == f"/academy/tests/attempts/{attempt.pk}/result/"
    attempt.refresh_from_db()
    assert (attempt.right, attempt.passed_at is not None) == (5, True)
    result = client.get(sent.headers["Location"]).content.decode()
    assert "5 of 5 right" in re.sub(r"\s+", " ", result)
    assert result.count("Source") >= 5
    assert f"/academy/evaluations/{enrolment.pk}/" in result
    assert Event.objects.filter(name="academy.checks.post-test-sent", actor=enrolment.learner.actor_ref)


def test_nothing_is_begun_before_the_lessons_are_done(client: Client, cast: Cast) -> None:
    started = enrol(cast.learner, exam_course(cast.educator))
    page = client.get(f"/academy/tests/{started.pk}/").content.decode()
    assert "One lesson is still to be done: The thing" in page
    assert "Start the attempt" not in page
    answer = client.post(f"/academy/tests/{started.pk}/", {"once": uuid4()})
    assert answer.status_code == 422
    assert not PostTestAttempt.objects.exists()


def test_a_closed_tab_loses_nothing(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(enrolment)
    kept = client.post(
        f"/academy/tests/attempts/{attempt.pk}/keep/one/", fields("one"), headers={"HX-Request": "true"}
    )
    assert kept.status_code == 200
    assert "Saved" in kept.content.decode()
    assert "1 of 5 answered" in kept.content.decode()
    assert AttemptAnswer.objects.get().given == "a"
    page = client.get(f"/academy/tests/attempts/{attempt.pk}/").content.decode()
    assert re.search(r'<input[^>]*name="one-answer"[^>]*value="a"[^>]*checked', page)
    assert "You started an attempt on" in client.get(f"/academy/tests/{enrolment.pk}/").content.decode()


def test_every_type_of_answer_is_kept_alone_and_taken_back(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(enrolment)
    address = f"/academy/tests/attempts/{attempt.pk}/keep"
    for name in ALL:
        assert client.post(f"{address}/{name}/", fields(name)).status_code == 200
    stored = dict(attempt.answers.values_list("item", "given"))
    assert stored["some"] == ["a", "d"]
    assert stored["order"] == list(ORDER.steps)  # type: ignore[union-attr]
    assert stored["match"] == RIGHT["match"]
    assert client.post(f"{address}/some/", {}).status_code == 200
    assert not attempt.answers.filter(item="some").exists()


def test_half_an_answer_is_not_called_kept(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(enrolment)
    half = dict(list(fields("match").items())[:1])
    answer = client.post(f"/academy/tests/attempts/{attempt.pk}/keep/match/", half)
    assert answer.status_code == 422
    assert "Not saved" in answer.content.decode()
    for name, data in (("number", {"number-answer": "much"}), ("stranger", {}), ("one", {"one-answer": "z"})):
        assert client.post(f"/academy/tests/attempts/{attempt.pk}/keep/{name}/", data).status_code == 422
    assert not attempt.answers.exists()


def test_the_plain_button_keeps_all_and_an_unclear_answer_is_named(
    client: Client, enrolment: Enrolment
) -> None:
    attempt = begun(enrolment)
    address = f"/academy/tests/attempts/{attempt.pk}/"
    assert client.post(address, {**fields("one", "some"), "draft": "1", "once": uuid4()}).status_code == 302
    assert attempt.answers.count() == 2
    half = dict(list(fields("match").items())[:1])
    answer = client.post(address, {**fields("order"), **half, "once": uuid4()})
    assert answer.status_code == 422
    assert "What belongs together?" in answer.content.decode()
    assert set(attempt.answers.values_list("item", flat=True)) == {"one", "some", "order"}
    assert PostTestAttempt.objects.get().sent_at is None


def test_empty_questions_are_named_then_sent_if_one_wants(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(enrolment)
    address = f"/academy/tests/attempts/{attempt.pk}/"
    answer = client.post(address, {**fields("one", "some", "number", "order"), "once": uuid4()})
    page = answer.content.decode()
    assert answer.status_code == 422
    place = [item.id for item in questions_of(attempt)].index("match") + 1
    assert f'href="#question-{place}"' in page
    assert "One question has no answer yet" in page
    assert attempt.answers.count() == 4
    sent = client.post(address, {"leave_empty": "1", "once": uuid4()})
    assert sent.status_code == 302
    assert PostTestAttempt.objects.get().right == 4
    assert "No answer" in client.get(f"{address}result/").content.decode()


def test_two_tabs_and_a_double_send_count_once(client: Client, enrolment: Enrolment) -> None:
    attempt, once = begun(enrolment), uuid4()
    address = f"/academy/tests/attempts/{attempt.pk}/"
    data = {**fields(*ALL), "once": once}
    assert client.post(address, data).status_code == 302
    for key in (once, uuid4()):
        told = client.post(address, {"one-answer": "b", "leave_empty": "1", "once": key}, follow=True)
        assert "The first submission counts" in told.content.decode()
    assert client.post(f"{address}keep/one/", {"one-answer": "b"}).status_code == 422
    assert PostTestAttempt.objects.get().right == 5
    assert AttemptAnswer.objects.get(item="one").given == "a"


def test_a_second_beginning_leads_to_the_open_attempt(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(enrolment)
    answer = client.post(f"/academy/tests/{enrolment.pk}/", {"once": uuid4()})
    assert answer.headers["Location"] == f"/academy/tests/attempts/{attempt.pk}/"
    assert PostTestAttempt.objects.count() == 1


def test_what_is_left_after_an_attempt_that_did_not_pass(client: Client, enrolment: Enrolment) -> None:
    first = sat(enrolment, wrong=("one", "number"))
    page = re.sub(r"\s+", " ", client.get(f"/academy/tests/attempts/{first.pk}/result/").content.decode())
    assert "You have one attempt left." in page
    assert "Objectives to review" in page
    assert "Name the thing." in page
    last = sat(whole(enrolment), wrong=("one", "number"))
    page = client.get(f"/academy/tests/attempts/{last.pk}/result/").content.decode()
    assert "No attempt is left." in page
    assert "Ask the educator" in client.get(f"/academy/tests/{enrolment.pk}/").content.decode()


def test_the_last_days_of_an_attempt_after_the_access(client: Client, enrolment: Enrolment) -> None:
    attempt, now = begun(enrolment), timezone.now()
    address = f"/academy/tests/attempts/{attempt.pk}/"
    Enrolment.objects.filter(pk=enrolment.pk).update(access_until=now - timedelta(days=1))
    assert "you can still answer and send it until" in client.get(address).content.decode()
    Enrolment.objects.filter(pk=enrolment.pk).update(access_until=now - SENT_AFTER_ACCESS)
    assert "Too late to send." in client.get(address).content.decode()
    answer = client.post(address, {**fields(*ALL), "once": uuid4()})
    assert answer.status_code == 422
    assert "ask the educator" in answer.content.decode().lower()
    assert re.search(r'<input[^>]*name="one-answer"[^>]*value="a"[^>]*checked', answer.content.decode())


def test_an_educator_may_read_a_sent_attempt_and_not_answer_one(cast: Cast, enrolment: Enrolment) -> None:
    first = sat(enrolment, wrong=("one", "number"))
    second = begun(whole(enrolment))
    educator = Client()
    educator.force_login(cast.educator)
    assert educator.get(f"/academy/tests/attempts/{first.pk}/result/").status_code == 200
    assert Access.objects.filter(viewer=cast.educator.actor_ref).exists()
    assert educator.post(f"/academy/tests/attempts/{second.pk}/", fields("one")).status_code == 403
    assert educator.post(f"/academy/tests/attempts/{second.pk}/keep/one/", fields("one")).status_code == 403
    assert educator.get(f"/academy/tests/attempts/{second.pk}/").status_code == 302
    assert educator.get(f"/academy/tests/{enrolment.pk}/").status_code == 404


def test_a_stranger_gets_nothing(cast: Cast, enrolment: Enrolment) -> None:
    attempt, stranger = sat(enrolment), Client()
    stranger.force_login(cast.stranger)
    for path in ("", "keep/one/", "result/"):
        address = f"/academy/tests/attempts/{attempt.pk}/{path}"
        assert stranger.post(address, fields("one")).status_code == 404
    assert stranger.get(f"/academy/tests/{enrolment.pk}/").status_code == 404
    assert stranger.get("/academy/tests/attempts/999999/").status_code == 404
    assert stranger.get("/academy/tests/999999/").status_code == 404
