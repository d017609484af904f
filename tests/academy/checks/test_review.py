"""Spaced review: yes begins it, the clock sends two questions, behaviour rates, one tap ends it."""

import html
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mooring.academy.checks.actions.review import (
    answer_review,
    begin_review,
    end_review,
    send_reviews,
)
from mooring.academy.checks.models import Answer, PostTestAttempt, ReviewCard, ReviewPlan, Where
from mooring.academy.checks.queries.review import questions_now, review_status, siblings
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment
from mooring.audit.models import Event
from mooring.content.course.answers import LearnerAnswer
from mooring.content.course.items import Item, MatchItem, MultipleItem, NumericItem, OrderItem, SingleItem
from mooring.content.course.loader import load_course
from mooring.rules.explorables import compute
from mooring.rules.verdict import Refused
from mooring.work.actions import token_of
from mooring.work.models import LinkState, Message, TaskLink
from tests.courses import FOUNDATIONS, enrol, next_version, published_course, write_course
from tests.links import page_of
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


def passed(enrolment: Enrolment, at: datetime = NOW) -> Enrolment:
    PostTestAttempt.objects.create(
        enrolment=enrolment,
        version=enrolment.version,
        place=1,
        seed="s",
        asked=1,
        started_at=at,
        sent_at=at,
        right=1,
        passed_at=at,
    )
    return enrolment


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    return passed(enrol(cast.learner, published_course(cast.educator, FOUNDATIONS)))


@pytest.fixture
def plan(enrolment: Enrolment) -> ReviewPlan:
    return begin_review(enrolment=enrolment, by=enrolment.learner, at=NOW)


def right_answer(item: Item) -> LearnerAnswer:
    if isinstance(item, SingleItem):
        return next(iter(item.key))
    if isinstance(item, MultipleItem):
        return item.key
    if isinstance(item, NumericItem):
        return item.answer
    if isinstance(item, OrderItem):
        return item.steps
    if isinstance(item, MatchItem):
        return {pair.left: pair.right for pair in item.pairs}
    explorable = load_course(FOUNDATIONS).explorables[item.explorable]
    return compute(explorable, item.settings)[item.output]


def due_at_once(plan: ReviewPlan, at: datetime) -> None:
    """Only families of simple questions are due, so that a test can answer what comes."""
    by_family = siblings(plan.enrolment, parsed(plan.enrolment.version))
    simple = [
        name for name, items in by_family.items() if all(isinstance(each, SingleItem) for each in items)
    ]
    plan.cards.update(due_at=at + timedelta(days=900))
    plan.cards.filter(family__in=simple).update(due_at=at)


def letter(plan: ReviewPlan, at: datetime) -> TaskLink:
    assert send_reviews(at=at) == 1
    plan.refresh_from_db()
    return TaskLink.objects.filter(kind="review").latest("pk")


def give(plan: ReviewPlan, link: TaskLink, at: datetime, *, right: bool = True, sure: bool = True) -> Answer:
    item = questions_now(plan, at)[0].item
    assert isinstance(item, SingleItem)
    given = right_answer(item) if right else next(key for key in item.options if key not in item.key)
    return answer_review(
        plan=plan, item_id=item.id, digest=item.digest, given=given, sure=sure, link=link,
        by=plan.enrolment.learner, at=at,
    )  # fmt: skip


def test_it_begins_with_a_yes_after_the_post_test_and_once(cast: Cast) -> None:
    enrolment = enrol(cast.learner, published_course(cast.educator))
    with pytest.raises(Refused, match="starts once the post-test is passed"):
        begin_review(enrolment=enrolment, by=cast.learner, at=NOW)
    plan = begin_review(enrolment=passed(enrolment), by=cast.learner, at=NOW)
    assert plan.cards.count() == 1, "one family of questions"
    with pytest.raises(Refused, match="already running"):
        begin_review(enrolment=enrolment, by=cast.learner, at=NOW)
    assert Event.objects.filter(name="academy.checks.review-begun").count() == 1


def test_what_was_wrong_in_a_lesson_comes_before_what_was_right(cast: Cast, enrolment: Enrolment) -> None:
    course = parsed(enrolment.version)
    wrong, right = [item for item in course.check_items() if isinstance(item, SingleItem)][:2]
    for item, good in ((wrong, False), (right, True)):
        Answer.objects.create(
            enrolment=enrolment, version=enrolment.version, item=item.id, digest=item.digest, given="a", right=good, at=NOW
        )  # fmt: skip
    plan = begin_review(enrolment=enrolment, by=cast.learner, at=NOW)
    assert plan.cards.get(family=wrong.family).due_at == NOW + timedelta(days=8)
    assert plan.cards.get(family=right.family).due_at == NOW + timedelta(days=16)


def test_nothing_is_sent_before_it_is_due_and_then_two_questions_twice_a_week(plan: ReviewPlan) -> None:
    assert send_reviews(at=NOW + timedelta(days=7)) == 0
    sent = []
    for hours in range(0, 24 * 14, 6):
        at = NOW + timedelta(days=9, hours=hours)
        if send_reviews(at=at):
            sent.append(at)
            plan.refresh_from_db()
            assert len(questions_now(plan, at)) == 2
    assert len(sent) == 4, "two a week"
    message = Message.objects.latest("pk")
    assert "{link}" in message.body
    assert message.person == plan.enrolment.learner


def test_two_clocks_at_once_send_one_letter(plan: ReviewPlan) -> None:
    at = NOW + timedelta(days=9)
    assert [send_reviews(at=at), send_reviews(at=at)] == [1, 0]


def test_behaviour_rates_and_the_last_answer_closes_the_link(plan: ReviewPlan) -> None:
    at = NOW + timedelta(days=17)
    due_at_once(plan, at)
    link = letter(plan, at)
    cards = [asked.card for asked in questions_now(plan, at)]
    give(plan, link, at, right=False)
    link.refresh_from_db()
    assert link.state == LinkState.OPEN
    give(plan, link, at, right=True, sure=False)
    link.refresh_from_db()
    assert link.state == LinkState.DONE
    assert questions_now(plan, at) == []
    wrong, unsure = (ReviewCard.objects.get(pk=card.pk) for card in cards)
    assert (wrong.right_in_a_row, unsure.right_in_a_row) == (0, 0)
    assert at < wrong.due_at <= unsure.due_at
    assert Answer.objects.filter(where=Where.REVIEW).count() == 2


def settled(plan: ReviewPlan) -> str:
    """The family asked first, remembered by the library for years."""
    card = questions_now(plan, plan.sent_at or NOW)[0].card
    plan.cards.filter(pk=card.pk).update(right_in_a_row=4, card={**card.card, "stability": 900.0})
    return card.family


def test_case_e5_a_family_remembered_for_a_year_retires(plan: ReviewPlan) -> None:
    at = NOW + timedelta(days=17)
    due_at_once(plan, at)
    link = letter(plan, at)
    plan.refresh_from_db()
    family = settled(plan)
    give(plan, link, at)
    assert plan.cards.get(family=family).retired_at == at
    assert review_status(plan).retired == 1


def test_case_e5_one_right_answer_retires_nothing(plan: ReviewPlan) -> None:
    at = NOW + timedelta(days=17)
    due_at_once(plan, at)
    plan.cards.update(right_in_a_row=1)
    give(plan, letter(plan, at), at)
    assert review_status(plan).retired == 0


def test_a_sibling_is_asked_in_place_of_the_same_question(plan: ReviewPlan) -> None:
    at = NOW + timedelta(days=17)
    course = parsed(plan.enrolment.version)
    by_family = siblings(plan.enrolment, course)
    family, items = next((name, found) for name, found in by_family.items() if len(found) > 1)
    plan.cards.exclude(family=family).update(due_at=at + WEEK)
    plan.cards.filter(family=family).update(due_at=at, last_item=items[0].id)
    letter(plan, at)
    assert [asked.item.id for asked in questions_now(plan, at)] == [items[1].id]


def test_the_pool_of_the_test_stays_unseen_but_for_what_was_answered(enrolment: Enrolment) -> None:
    course = parsed(enrolment.version)
    pool = {item.id for item in course.post_test.items}
    asked = {item.id for items in siblings(enrolment, course).values() for item in items}
    assert not asked & pool
    families = {item.family for item in course.check_items()}
    one = next(item for item in course.post_test.items if item.family in families)
    enrolment.attempts.get().answers.create(
        item=one.id, digest=one.digest, given="a", saved_at=NOW, right=True
    )
    asked = {item.id for items in siblings(enrolment, course).values() for item in items}
    assert asked & pool == {one.id}


def test_an_answer_twice_or_to_another_question_is_refused_and_nothing_is_lost(plan: ReviewPlan) -> None:
    at = NOW + timedelta(days=17)
    due_at_once(plan, at)
    link = letter(plan, at)
    item = questions_now(plan, at)[0].item
    give(plan, link, at)
    with pytest.raises(Refused, match="answered already"):
        answer_review(
            plan=plan, item_id=item.id, digest=item.digest, given="a", sure=True, link=link, by=link.person, at=at
        )  # fmt: skip
    other = questions_now(plan, at)[0].item
    with pytest.raises(Refused, match="changed since you opened it"):
        answer_review(
            plan=plan, item_id=other.id, digest="0" * 64, given="a", sure=True, link=link, by=link.person, at=at
        )  # fmt: skip
    with pytest.raises(Refused, match="cannot be an answer"):
        answer_review(
            plan=plan, item_id=other.id, digest=other.digest, given="z", sure=True, link=link, by=link.person, at=at
        )  # fmt: skip
    assert Answer.objects.filter(where=Where.REVIEW).count() == 1


def test_a_question_that_a_later_version_dropped_is_let_go(cast: Cast, tmp_path: Path) -> None:
    folder = write_course(tmp_path / "tiny")
    plan = begin_review(
        enrolment=passed(enrol(cast.learner, published_course(cast.educator, folder))),
        by=cast.learner,
        at=NOW,
    )
    text = (folder / "modules/m1/first.checks.yaml").read_text().replace("family: thing", "family: other")
    (folder / "modules/m1/first.checks.yaml").write_text(text)
    later = published_course(cast.educator, next_version(folder, "2"))
    Enrolment.objects.update(version=later)
    assert send_reviews(at=NOW + timedelta(days=9)) == 0
    assert review_status(plan).next_letter is None
    assert not Message.objects.filter(link__kind="review").exists()


def test_four_unanswered_letters_end_it_by_itself(plan: ReviewPlan) -> None:
    at = NOW + timedelta(days=9)
    for _ in range(4):
        assert send_reviews(at=at) == 1
        at += timedelta(days=4)
    assert send_reviews(at=at) == 0
    plan.refresh_from_db()
    assert plan.ended_at == at
    assert Event.objects.get(name="academy.checks.review-ended").actor == "clock"


def test_queries_of_a_turn_do_not_grow_with_those_who_wait(cast: Cast, plan: ReviewPlan) -> None:
    at = NOW + timedelta(days=1)
    with CaptureQueriesContext(
        connection,
    ) as few:
        send_reviews(at=at)
    for number in range(5):
        other = passed(enrol(make_person(f"Learner {number}"), plan.enrolment.version))
        begin_review(enrolment=other, by=other.learner, at=NOW)
    with CaptureQueriesContext(connection) as many:
        send_reviews(at=at)
    assert len(few) == len(many)


# ------------------------------------------------------------------------------------------------- the pages


def opened(client: Client, link: TaskLink) -> str:
    """Follow the link as its reader does; answers the address behind it."""
    address = reverse("task-link", args=[token_of(link)])
    assert client.get(address).status_code == 200
    return str(client.post(address)["Location"])


def test_a_letter_is_answered_without_a_password_and_explained_at_once(
    client: Client, plan: ReviewPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = NOW + timedelta(days=17)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    due_at_once(plan, at)
    address = opened(client, letter(plan, at))
    assert address == page_of("review")
    for left in (2, 1):
        item = questions_now(plan, at)[0].item
        page = client.get(address).content.decode()
        assert item.stem in html.unescape(page)
        said = client.post(
            address,
            {
                "item": item.id,
                "digest": item.digest,
                f"{item.id}-answer": str(right_answer(item)),
                f"{item.id}-sure": "yes",
            },
            follow=True,
        )
        assert said.status_code == 200
        assert said.content.decode().count('class="explained"') == 3 - left
    assert "Done for today" in said.content.decode()
    over = client.get(address)
    assert over.status_code == 410
    assert "already done" in over.content.decode()


def test_an_empty_answer_keeps_the_question_and_says_what_is_missing(
    client: Client, plan: ReviewPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = NOW + timedelta(days=17)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    due_at_once(plan, at)
    address = opened(client, letter(plan, at))
    item = questions_now(plan, at)[0].item
    answer = client.post(address, {"item": item.id, "digest": item.digest})
    assert answer.status_code == 422
    assert not Answer.objects.filter(where=Where.REVIEW).exists()


def test_one_tap_stops_it(client: Client, plan: ReviewPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    at = NOW + timedelta(days=17)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    opened(client, letter(plan, at))
    assert client.get(page_of("review") + "stop/").status_code == 405
    stopped = client.post(page_of("review") + "stop/")
    assert "You get no more questions" in stopped.content.decode()
    plan.refresh_from_db()
    assert plan.ended_at == at
    assert send_reviews(at=at + WEEK) == 0
    assert client.get(page_of("review")).status_code == 410


def test_without_a_link_there_is_nothing(client: Client, plan: ReviewPlan) -> None:
    assert client.get(reverse("review-questions", args=[1])).status_code == 404


def test_the_learner_says_yes_and_no_on_their_page_even_after_the_access(
    client: Client, cast: Cast, enrolment: Enrolment
) -> None:
    client.force_login(cast.learner, backend="django.contrib.auth.backends.ModelBackend")
    Enrolment.objects.update(access_until=enrolment.enrolled_at)
    address = reverse("review", args=[enrolment.pk])
    page = client.get(address).content.decode()
    assert "Yes, send me questions" in page
    assert "FSRS itself has not been tried in continuing medical education" in page
    assert client.post(address).status_code == 302
    assert "Running" in client.get(address).content.decode()
    client.post(address, {"stop": "1"})
    assert "Ended" in client.get(address).content.decode()
    client.post(address)
    assert ReviewPlan.objects.get().ended_at is None


def test_before_the_post_test_the_page_says_what_is_missing(client: Client, cast: Cast) -> None:
    enrolment = enrol(cast.learner, published_course(cast.educator))
    client.force_login(cast.learner, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("review", args=[enrolment.pk])
    assert "once you have passed the post-test" in client.get(address).content.decode()
    refused = client.post(address)
    assert refused.status_code == 422
    assert "starts once the post-test is passed" in refused.content.decode()


def test_a_stranger_and_a_bad_id_find_nothing(client: Client, cast: Cast, enrolment: Enrolment) -> None:
    client.force_login(cast.educator, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("review", args=[enrolment.pk])).status_code == 404
    assert client.get(reverse("review", args=[999_999])).status_code == 404


def test_an_ended_review_cannot_be_ended_again(plan: ReviewPlan) -> None:
    end_review(plan=plan, by=plan.enrolment.learner, at=NOW)
    with pytest.raises(Refused, match="has ended"):
        end_review(plan=plan, by=plan.enrolment.learner, at=NOW)
