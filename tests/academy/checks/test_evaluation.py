"""The evaluation: after the post-test, once, apart from the name; shown together, and only from many."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from mooring.academy.checks.actions.evaluation import send_evaluation
from mooring.academy.checks.models import EvaluationAnswers, EvaluationSent
from mooring.academy.checks.queries.evaluation import SHOWN_FROM, aggregate_of, questions_put
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment
from mooring.audit.models import Event
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from tests.academy.checks.exam import evaluated, exam_course, ready, sat
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db
WHOLE = {
    "eval-met/lo1": "Partly",
    "eval-person/ada": "Fully",
    "eval-fair": "Yes",
    "eval-free": "More things.",
}


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    return ready(cast.learner, exam_course(cast.educator))


@pytest.fixture
def client(client: Client, cast: Cast) -> Client:
    client.force_login(cast.learner)
    return client


def test_questions_are_put_for_each_objective_and_each_of_the_faculty(enrolment: Enrolment) -> None:
    put = questions_put(parsed(enrolment.version))
    assert [(each.key, each.text) for each in put] == [
        ("eval-met/lo1", "Met: Name the thing."),
        ("eval-person/ada", "Ada Example was clear."),
        ("eval-fair", "Was it balanced?"),
        ("eval-free", "Anything else?"),
    ]


def test_it_is_sent_and_stored_apart_from_the_name(client: Client, enrolment: Enrolment) -> None:
    sat(enrolment)
    answer = client.post(f"/academy/evaluations/{enrolment.pk}/", {**WHOLE, "once": uuid4()})
    assert answer.headers["Location"] == f"/academy/credits/{enrolment.pk}/"
    assert EvaluationSent.objects.get().enrolment == enrolment
    stored = EvaluationAnswers.objects.get()
    assert stored.given == WHOLE
    assert {field.name for field in EvaluationAnswers._meta.get_fields()} == {"id", "version", "given"}
    event = Event.objects.get(name="academy.checks.evaluation-sent")
    assert event.detail == {}
    assert str(stored.pk) not in f"{event.target} {event.detail} {event.subject}"
    page = client.get(f"/academy/evaluations/{enrolment.pk}/").content.decode()
    assert "Sent." in page
    assert "More things." not in page


def test_before_the_post_test_it_is_refused_and_what_was_typed_stays(
    client: Client, enrolment: Enrolment
) -> None:
    address = f"/academy/evaluations/{enrolment.pk}/"
    before = client.get(address).content.decode()
    assert "after the post-test is passed" in before
    assert "Send the evaluation" not in before
    answer = client.post(address, {**WHOLE, "once": uuid4()})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "after the post-test is passed" in page
    assert "More things." in page
    assert re.search(r'<input[^>]*value="Partly"[^>]*checked', page)
    assert not EvaluationAnswers.objects.exists()
    assert not EvaluationSent.objects.exists()


def test_a_missing_answer_is_named_and_the_rest_stays(client: Client, enrolment: Enrolment) -> None:
    sat(enrolment)
    answer = client.post(f"/academy/evaluations/{enrolment.pk}/", {"eval-free": "Kept.", "once": uuid4()})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Check 3 answers" in page
    assert "Kept." in page
    strange = client.post(f"/academy/evaluations/{enrolment.pk}/", {**WHOLE, "eval-fair": "Perhaps"})
    assert strange.status_code == 422
    assert not EvaluationAnswers.objects.exists()


def test_it_counts_once(client: Client, enrolment: Enrolment) -> None:
    sat(enrolment)
    once = uuid4()
    for key in (once, once, uuid4()):
        client.post(f"/academy/evaluations/{enrolment.pk}/", {**WHOLE, "once": key})
    assert EvaluationSent.objects.count() == EvaluationAnswers.objects.count() == 1
    with pytest.raises(Refused, match="cannot be opened again"):
        send_evaluation(enrolment=enrolment, given=WHOLE, by=enrolment.learner, at=NOW)


def test_a_stranger_and_an_educator_get_nothing_of_a_learners_form(cast: Cast, enrolment: Enrolment) -> None:
    for person in (cast.stranger, cast.educator):
        client = Client()
        client.force_login(person)
        for pk in (enrolment.pk, 999_999):
            assert client.get(f"/academy/evaluations/{pk}/").status_code == 404
            assert client.post(f"/academy/evaluations/{pk}/", WHOLE).status_code == 404


def many(cast: Cast, version: CourseVersion, number: int, first: int = 0) -> None:
    for n in range(first, first + number):
        person = make_person(f"Learner Number{n}", (Role.LEARNER, cast.site))
        enrolment = ready(person, version)
        sat(enrolment)
        evaluated(enrolment, words=f"Words {n}.", **{"eval-fair": "No" if n == 0 else "Yes"})


def test_nothing_is_shown_of_few_and_all_together_of_enough(cast: Cast) -> None:
    version = exam_course(cast.educator)
    teacher = Client()
    teacher.force_login(cast.educator)
    address = f"/academy/teaching/versions/{version.pk}/evaluations/"
    many(cast, version, SHOWN_FROM - 1)
    page = teacher.get(address).content.decode()
    assert f"from {SHOWN_FROM} evaluations on" in page
    assert "Words" not in page
    assert aggregate_of(version).counted == ()
    many(cast, version, 1, first=SHOWN_FROM - 1)
    page = teacher.get(address).content.decode()
    assert "Words 0." in page
    assert "Number0" not in page
    found = {each.put.key: each for each in aggregate_of(version).counted}
    assert found["eval-fair"].options == (("Yes", 4, 0.8), ("No", 1, 0.2))
    assert (found["eval-fair"].mean, found["eval-met/lo1"].mean) == (None, 3.0)
    assert sorted(found["eval-free"].words) == [f"Words {n}." for n in range(SHOWN_FROM)]


def test_the_order_of_free_texts_says_nothing(cast: Cast) -> None:
    version = exam_course(cast.educator)
    many(cast, version, 8)
    [words] = [each.words for each in aggregate_of(version).counted if each.put.key == "eval-free"]
    assert words != tuple(f"Words {n}." for n in range(8))
    assert words == next(each.words for each in aggregate_of(version).counted if each.put.key == "eval-free")


def test_only_who_teaches_sees_them_together(cast: Cast) -> None:
    version = exam_course(cast.educator)
    for person in (cast.learner, cast.stranger):
        client = Client()
        client.force_login(person)
        assert client.get(f"/academy/teaching/versions/{version.pk}/evaluations/").status_code == 403
    client.force_login(cast.educator)
    assert client.get("/academy/teaching/versions/999999/evaluations/").status_code == 404
