"""A wrong key: seen dry first, then exactly that is done; nobody loses, and who passes by it is told."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from mooring.academy.checks.actions.corrections import correct_key
from mooring.academy.checks.models import AttemptAnswer, KeyCorrection, PostTestAttempt, Regrade
from mooring.academy.checks.queries.corrections import Gain, gains_of, seal_of
from mooring.academy.checks.queries.items import answer_words, key_words, wrong_answers
from mooring.academy.checks.queries.post_test import passed_on, result_of
from mooring.academy.courses.models import CourseVersion
from mooring.audit.models import Access, Event
from mooring.content.course.items import Item
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.models import Message
from tests.academy.checks.exam import exam_course, exam_folder, ready, sat, whole
from tests.academy.checks.questions import EXPLORABLE, MATCH, MULTIPLE, NUMERIC, ORDER, SINGLE
from tests.courses import next_version, published_course
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db
QUESTION = (SINGLE.id, SINGLE.digest)
REASON = "No thing is right, too."


@pytest.fixture
def version(cast: Cast) -> CourseVersion:
    return exam_course(cast.educator)


def correct(version: CourseVersion, by: Person, accepts: list[object], seal: str = "") -> KeyCorrection:
    return correct_key(
        version=version,
        question=QUESTION,
        accepts=accepts,
        reason=REASON,
        seal=seal or seal_of(gains_of(version, QUESTION, accepts), accepts),
        by=by,
        at=NOW,
    )


def seen(gains: tuple[Gain, ...]) -> list[tuple[str, int, int, bool, bool]]:
    return [
        (each.attempt.enrolment.learner.legal_name, each.before, each.after, each.passes, each.first_pass)
        for each in gains
    ]


def test_a_dry_run_changes_nothing_and_the_act_does_what_it_showed(
    cast: Cast, version: CourseVersion
) -> None:
    passes = sat(ready(cast.learner, version), wrong=("one", "number"))
    still_not = sat(ready(cast.monitor, version), wrong=("one", "number", "some"))
    passed_before = sat(ready(cast.therapist, version), wrong=("one",))
    right = sat(ready(cast.director, version))
    before = list(PostTestAttempt.objects.order_by("pk").values())
    gains = gains_of(version, QUESTION, ["b"])
    assert seen(gains) == [
        ("Jonas Lind", 2, 3, False, False),
        ("Miriam Feld", 4, 5, False, False),
        ("Walter Brandt", 3, 4, True, True),
    ]
    assert list(PostTestAttempt.objects.order_by("pk").values()) == before
    correct(version, cast.educator, ["b"], seal_of(gains, ["b"]))
    for attempt, marked, through in (
        (passes, 4, True),
        (still_not, 3, False),
        (passed_before, 5, True),
        (right, 5, True),
    ):
        attempt.refresh_from_db()
        assert (attempt.right, attempt.passed_at is not None) == (marked, through)
    assert [
        (each.attempt_id, each.right_before, each.right_after, each.now_passed)
        for each in Regrade.objects.order_by("attempt")
    ] == [(passes.pk, 3, 4, True), (still_not.pk, 2, 3, False), (passed_before.pk, 4, 5, False)]
    event = Event.objects.get(name="academy.checks.key-corrected")
    assert event.detail == {"item": "one", "gained": 3, "passed": 1}


def test_who_passes_by_it_is_told_once_and_passed_when_it_was_sent(
    cast: Cast, version: CourseVersion
) -> None:
    enrolment = ready(cast.learner, version)
    for _ in range(2):
        sat(whole(enrolment), wrong=("one", "number"))
    correct(version, cast.educator, ["b"])
    message = Message.objects.get()
    assert message.person == cast.learner
    assert REASON in message.body
    assert message.address == f"/academy/tests/{enrolment.pk}/"
    assert Regrade.objects.filter(now_passed=True).count() == 2
    assert passed_on(enrolment) == NOW


def test_nobody_loses_and_stored_answers_stay(cast: Cast, version: CourseVersion) -> None:
    attempt = sat(ready(cast.learner, version), wrong=("one",))
    correct(version, cast.educator, ["b"])
    assert AttemptAnswer.objects.get(attempt=attempt, item="one").right is False
    [shown] = [each for each in result_of(PostTestAttempt.objects.get()).questions if each.item.id == "one"]
    assert (shown.right, shown.corrected) == (True, REASON)
    with pytest.raises(Refused, match="already count as right"):
        correct(version, cast.educator, ["b"])
    assert PostTestAttempt.objects.get().right == 5
    correct(version, cast.educator, [])
    assert PostTestAttempt.objects.get().right == 5
    with pytest.raises(Refused, match="already count as right"):
        correct(version, cast.educator, ["c"])


def test_an_attempt_sent_afterwards_is_marked_with_it(cast: Cast, version: CourseVersion) -> None:
    correct(version, cast.educator, ["b"])
    assert sat(ready(cast.learner, version), wrong=("one",)).right == 5


def test_a_seal_that_was_overtaken_is_refused(cast: Cast, version: CourseVersion) -> None:
    sat(ready(cast.learner, version), wrong=("one", "number"))
    seal = seal_of(gains_of(version, QUESTION, ["b"]), ["b"])
    sat(ready(cast.monitor, version), wrong=("one",))
    with pytest.raises(Refused, match="Since you opened this page"):
        correct(version, cast.educator, ["b"], seal)
    with pytest.raises(Refused, match="Since you opened this page"):
        correct(version, cast.educator, [], seal)
    assert not KeyCorrection.objects.exists()


def test_it_holds_in_every_version_with_the_same_question(cast: Cast, tmp_path: Path) -> None:
    folder = exam_folder(tmp_path)
    first = published_course(cast.educator, folder)
    sat(ready(cast.learner, first), wrong=("one", "number"))
    second = published_course(cast.educator, next_version(folder, "2"))
    sat(ready(cast.monitor, second), wrong=("one", "number"))
    correct(second, cast.educator, ["b"])
    assert [each.right for each in PostTestAttempt.objects.all()] == [4, 4]


def test_answers_and_keys_in_words(version: CourseVersion) -> None:
    said = {item.id: key_words(version, item) for item in (SINGLE, MULTIPLE, NUMERIC, ORDER, EXPLORABLE)}
    assert said["one"] == "a: A thing"
    assert said["some"] == "a: A thing; d: A matter"
    assert said["number"] == "0.5\u00a0mg/kg (± 0.05)"
    assert said["order"] == "1. Look; 2. Ask; 3. Act; 4. Write"
    assert said["explore"].endswith("(± 10\u00a0%)")
    assert answer_words(MATCH, {"Cat": "Barks"}) == "Cat: Barks"
    assert answer_words(SINGLE, "z") == "z: z"


def test_what_was_answered_is_offered_to_choose_from(cast: Cast, version: CourseVersion) -> None:
    sat(ready(cast.learner, version), wrong=("one", "number"))
    sat(ready(cast.monitor, version), wrong=("number",))

    def offered(item: Item) -> list[tuple[object, int, bool]]:
        return [(each.given, each.times, each.corrected) for each in wrong_answers(version, item)]

    assert offered(SINGLE) == [("b", 1, False), ("c", 0, False)]
    assert offered(NUMERIC) == [(5.0, 2, False)]
    correct(version, cast.educator, ["b"])
    assert offered(SINGLE) == [("b", 1, True), ("c", 0, False)]


@pytest.fixture
def client(client: Client, cast: Cast) -> Client:
    client.force_login(cast.educator)
    return client


def test_the_page_shows_then_does(client: Client, cast: Cast, version: CourseVersion) -> None:
    sat(ready(cast.learner, version), wrong=("one", "number"))
    sat(ready(make_person("Far Away", (Role.LEARNER, cast.other_site)), version), wrong=("one",))
    address = f"/academy/teaching/versions/{version.pk}/items/one/key/"
    assert "a: A thing" in client.get(address).content.decode()
    data = {"accepts": ['"b"'], "reason": REASON, "once": uuid4()}
    looked = client.post(address, {**data, "look": "1"})
    page = re.sub(r"\s+", " ", looked.content.decode())
    assert looked.status_code == 200
    assert "2 attempts gain a right answer. One learner now passes" in page
    assert "Walter Brandt" in page
    assert "Far Away" not in page
    assert "One of the attempts is of a learner of another site" in page
    assert Access.objects.filter(viewer=cast.educator.actor_ref, subjects__subject=cast.learner.subject_ref)
    assert not KeyCorrection.objects.exists()
    [seal] = re.findall(r'name="seal" value="(\w+)"', page)
    done = client.post(address, {**data, "seal": seal})
    assert done.headers["Location"] == f"/academy/teaching/versions/{version.pk}/items/"
    assert client.post(address, {**data, "seal": seal}).status_code == 302
    assert KeyCorrection.objects.count() == 1
    assert REASON in client.get(done.headers["Location"]).content.decode()


def test_without_a_dry_run_or_an_answer_nothing_is_done(client: Client, version: CourseVersion) -> None:
    address = f"/academy/teaching/versions/{version.pk}/items/one/key/"
    straight = client.post(address, {"accepts": ['"b"'], "reason": REASON, "once": uuid4()})
    assert straight.status_code == 422
    assert "Since you opened this page" in straight.content.decode()
    for data, words in (
        ({"reason": REASON}, "Choose the answers"),
        ({"everything": "on"}, "This answer is missing"),
        ({"accepts": ['"z"'], "reason": REASON}, "Choose one of the answers"),
    ):
        answer = client.post(address, {**data, "look": "1"})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not KeyCorrection.objects.exists()


def test_only_who_teaches_may_correct(cast: Cast, version: CourseVersion) -> None:
    for person in (cast.learner, cast.stranger):
        other = Client()
        other.force_login(person)
        for method in (other.get, other.post):
            assert method(f"/academy/teaching/versions/{version.pk}/items/one/key/").status_code == 403
    other.force_login(cast.educator)
    for path in (f"{version.pk}/items/nothing/key/", "999999/items/one/key/"):
        assert other.get(f"/academy/teaching/versions/{path}").status_code == 404
