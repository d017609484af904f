"""A lesson: read with its sources, asked, explained, done by its rule; and everything that may go wrong."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mooring.academy.checks.actions.lessons import answer_item
from mooring.academy.checks.models import Answer
from mooring.academy.courses.actions import publish_course
from mooring.academy.learning.actions import take_version
from mooring.academy.learning.models import Enrolment, LessonDone
from mooring.audit.models import Event
from mooring.rules.verdict import Refused
from tests.academy.checks.studying import (
    LESSON,
    RIGHT,
    WRONG,
    answer_at,
    form_of,
    lesson_at,
    signed_in,
    studying,
)
from tests.content.tiny_course import change
from tests.courses import enrol, next_version, write_course
from tests.people import Cast, make_person

pytestmark = pytest.mark.django_db


def test_a_lesson_is_read_with_its_sources_beside_the_claim_and_in_full(cast: Cast) -> None:
    enrolment = studying(cast)
    page = signed_in(cast.learner).get(lesson_at(enrolment)).content.decode()
    assert "The thing is a thing" in page
    assert page.count('href="#source-1"') == 2
    assert '<ul class="passage-sources"' in page
    assert 'id="source-2"' in page
    assert "doi:10." in page
    assert "Contested" in page
    assert "What is it?" in page
    assert "How wide is it?" in page
    assert "Somebody comes." in page
    assert "It is." not in page  # no explanation before an answer


def test_where_one_was_is_remembered_once(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    client.get(lesson_at(enrolment))
    client.get(lesson_at(enrolment))
    enrolment.refresh_from_db()
    assert enrolment.here == LESSON
    assert Event.objects.filter(name="academy.learning.lesson-opened").count() == 1


def test_a_wrong_answer_is_explained_and_may_be_given_again(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    answer = client.post(answer_at(enrolment), {**form_of(enrolment), **WRONG}, follow=True)
    page = answer.content.decode()
    assert "It is one." in page
    assert "Your answer, not right" in page
    assert "Only one." in page  # every option says why
    assert "you have 0" in page
    assert not LessonDone.objects.exists()
    again = client.get(f"{lesson_at(enrolment)}?again=thing-01").content.decode()
    assert 'name="thing-01-answer"' in again
    client.post(answer_at(enrolment), {**form_of(enrolment), **RIGHT})
    assert [each.right for each in Answer.objects.order_by("pk")] == [False, True]


def test_the_lesson_is_done_when_its_rule_is_met_and_stays_done(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    client.post(answer_at(enrolment), {**form_of(enrolment), **RIGHT})
    assert LessonDone.objects.get().lesson_id == LESSON
    client.post(answer_at(enrolment), {**form_of(enrolment), **WRONG})
    assert "This lesson is done" in client.get(lesson_at(enrolment)).content.decode()
    names = Event.objects.filter(name__startswith="academy.").values_list("name", flat=True)
    assert list(names).count("academy.checks.answered") == 2
    assert list(names).count("academy.learning.lesson-done") == 1


def test_with_htmx_the_question_and_the_standing_come_alone(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    answer = client.post(
        answer_at(enrolment), {**form_of(enrolment), **RIGHT}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith('<div class="asked"')
    assert 'hx-swap-oob="true"' in page
    assert "This lesson is done" in page
    assert "<html" not in page


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("said", [{}, {"thing-01-answer": "z"}])
def test_no_answer_is_said_at_the_question_and_nothing_is_stored(
    cast: Cast, said: dict[str, str], htmx: bool
) -> None:
    enrolment = studying(cast)
    headers = {"HX-Request": "true"} if htmx else {}
    answer = signed_in(cast.learner).post(
        answer_at(enrolment), {**form_of(enrolment), **said}, headers=headers
    )
    assert answer.status_code == 422
    assert "Check one answer" in answer.content.decode()
    assert ("<html" in answer.content.decode()) is not htmx
    assert not Answer.objects.exists()


def test_the_same_form_sent_twice_is_one_answer(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    form = {**form_of(enrolment), **RIGHT}
    assert client.post(answer_at(enrolment), form).status_code == 302
    assert client.post(answer_at(enrolment), form).status_code == 302
    assert Answer.objects.count() == 1


def test_an_answer_to_a_question_that_was_changed_meanwhile_is_not_taken(cast: Cast, tmp_path: Path) -> None:
    enrolment, client = studying(cast, write_course(tmp_path)), signed_in(cast.learner)
    shown = {**form_of(enrolment), **RIGHT}
    change(tmp_path, "modules/m1/first.checks.yaml", "stem: What is it?", "stem: What is it not?")
    change(
        tmp_path,
        "modules/m1/first.checks.yaml",
        "A thing, right: true, why: It is.",
        "A thing, why: It is one.",
    )
    change(
        tmp_path,
        "modules/m1/first.checks.yaml",
        "No thing, why: It is one.",
        "No thing, right: true, why: So.",
    )
    newer = publish_course(folder=next_version(tmp_path, "2"), by=cast.educator, at=timezone.now())
    take_version(enrolment=enrolment, version=newer, by=cast.learner, at=timezone.now())
    answer = client.post(answer_at(enrolment), shown)
    assert answer.status_code == 422
    assert "was changed since you opened it" in answer.content.decode()
    assert "What is it not?" in answer.content.decode()
    assert not Answer.objects.exists()


def test_the_act_itself_refuses_what_the_form_never_sends(cast: Cast) -> None:
    enrolment = studying(cast)
    item = form_of(enrolment)["thing-01-digest"]

    def answered(**named: object) -> Answer:
        said = {"lesson_id": LESSON, "item_id": "thing-01", "digest": item, "given": "a"} | named
        return answer_item(
            **{"enrolment": enrolment, "by": cast.learner, "at": timezone.now(), **said}  # type: ignore[arg-type]
        )

    for named in (
        {"given": "z"},
        {"given": 1.0},
        {"digest": "0" * 64},
        {"item_id": "post-01"},
        {"lesson_id": "m9"},
    ):
        with pytest.raises(Refused):
            answered(**named)
    with pytest.raises(Refused, match="access"):
        answered(at=timezone.now() + timedelta(days=366))
    unseen = enrol(make_person("Nell Unseen"), enrolment.version, seen=False)
    with pytest.raises(Refused, match="who made"):
        answered(enrolment=unseen)
    assert not Answer.objects.exists()


def test_the_key_of_an_explorables_question_is_the_servers(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    client.post(
        answer_at(enrolment, "thing-02"), {**form_of(enrolment, "thing-02"), "thing-02-answer": "500"}
    )
    client.post(
        answer_at(enrolment, "thing-02"), {**form_of(enrolment, "thing-02"), "thing-02-answer": "22.6"}
    )
    page = client.get(lesson_at(enrolment)).content.decode()
    assert "You answered" in page
    assert [each.right for each in Answer.objects.order_by("pk")] == [False, True]


def test_the_disclosures_come_first(cast: Cast) -> None:
    enrolment = studying(cast, seen=False)
    client = signed_in(cast.learner)
    for answer in (client.get(lesson_at(enrolment)), client.post(answer_at(enrolment), RIGHT)):
        assert answer.headers["Location"] == reverse("disclosures", args=[enrolment.pk])
    assert not Answer.objects.exists()


def test_when_the_access_is_over_the_page_says_what_stays(cast: Cast) -> None:
    enrolment = studying(cast)
    Enrolment.objects.update(
        enrolled_at=timezone.now() - timedelta(days=9), access_until=timezone.now() - timedelta(days=1)
    )
    client = signed_in(cast.learner)
    for answer in (client.get(lesson_at(enrolment)), client.post(answer_at(enrolment), RIGHT)):
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "Stays" in page
        assert "Ask your educator to extend it" in page
    swapped = client.post(answer_at(enrolment), RIGHT, headers={"HX-Request": "true"})
    assert swapped.headers["HX-Redirect"]
    assert not Answer.objects.exists()


def test_a_stranger_an_educator_and_unknown_ids_find_nothing(cast: Cast) -> None:
    enrolment = studying(cast)
    for person in (cast.stranger, cast.educator, cast.director):
        assert signed_in(person).get(lesson_at(enrolment)).status_code == 404
        assert signed_in(person).post(answer_at(enrolment), RIGHT).status_code == 404
    client = signed_in(cast.learner)
    for address in (
        lesson_at(enrolment, "m9-l9"),
        reverse("lesson", args=[enrolment.pk + 1, LESSON]),
        answer_at(enrolment, "post-01"),
        reverse("lesson-finish", args=[enrolment.pk, "m9-l9"]),
    ):
        assert client.get(address).status_code == 404


def test_a_lesson_that_asks_for_nothing_but_reading_is_done_by_saying_so(cast: Cast, tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    change(folder, "modules/m1/first.md", "min_correct: 1", "min_correct: 0")
    enrolment, client = studying(cast, folder), signed_in(cast.learner)
    assert "I have read this lesson" in client.get(lesson_at(enrolment)).content.decode()
    client.post(reverse("lesson-finish", args=[enrolment.pk, LESSON]))
    assert LessonDone.objects.get().lesson_id == LESSON


def test_saying_so_is_not_enough_where_answers_are_asked(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    answer = client.post(reverse("lesson-finish", args=[enrolment.pk, LESSON]))
    assert answer.status_code == 422
    assert "needs 1 right answers" in answer.content.decode()
    assert not LessonDone.objects.exists()


def test_queries_do_not_grow_with_learners_and_answers(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(lesson_at(enrolment))
        return len(seen)

    client.get(lesson_at(enrolment))
    few = queries()
    for n in range(8):
        enrol(make_person(f"Learner {n}"), enrolment.version)
        client.post(answer_at(enrolment), {**form_of(enrolment), **WRONG})
    assert queries() <= few
