"""The educator's pages: courses, roster, one learner, longer access, further attempts, item analysis."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mooring.academy.checks.actions.corrections import correct_key
from mooring.academy.checks.models import AttemptAnswer, PostTestAttempt
from mooring.academy.checks.queries.corrections import gains_of, seal_of
from mooring.academy.checks.queries.items import analysed
from mooring.academy.checks.views.teaching import PAGE
from mooring.academy.courses.models import CourseVersion
from mooring.academy.learning.models import Enrolment
from mooring.audit.models import Access, Event
from mooring.content.course.answers import as_json
from mooring.identity.models import Person
from mooring.identity.roles import Role
from tests.academy.checks.exam import ITEMS, WRONG, begun, evaluated, exam_course, ready, sat, whole
from tests.academy.checks.questions import ALL, RIGHT, SINGLE
from tests.courses import enrol
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(cast: Cast) -> CourseVersion:
    return exam_course(cast.educator)


@pytest.fixture
def client(client: Client, cast: Cast) -> Client:
    client.force_login(cast.educator)
    return client


def words_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def learners(cast: Cast, number: int) -> Iterator[Person]:
    for n in range(number):
        yield make_person(f"Learner Number{n:03}", (Role.LEARNER, cast.site))


def test_courses_are_counted_over_ones_own_sites(client: Client, cast: Cast, version: CourseVersion) -> None:
    enrolment = ready(cast.learner, version)
    for wrong in (("one", "number"), ()):
        sat(whole(enrolment), wrong=wrong)
    evaluated(enrolment)
    enrol(cast.monitor, version)
    ready(cast.stranger, version)
    answer = client.get("/academy/teaching/")
    [taught] = answer.context["taught"]
    assert (taught.enrolled, taught.passed, taught.evaluated) == (2, 1, 1)
    assert "A tiny course" in answer.content.decode()


def test_the_roster_shows_how_far_everybody_is(client: Client, cast: Cast, version: CourseVersion) -> None:
    passed = ready(cast.learner, version)
    sat(passed)
    evaluated(passed)
    failed = ready(cast.therapist, version)
    for _ in range(2):
        sat(whole(failed), wrong=("one", "number"))
    begun(ready(cast.director, version))
    enrol(cast.monitor, version)
    ready(cast.stranger, version)
    page = words_of(client, "/academy/teaching/courses/tiny/")
    lines = {name: page.index(name) for name in ("Amara Nwosu", "Jonas Lind", "Miriam Feld", "Walter Brandt")}
    assert sorted(lines.values()) == list(lines.values())
    assert "Elena Marchetti" not in page
    ends = [*list(lines.values())[1:], len(page)]
    said = {name: page[at:end] for (name, at), end in zip(lines.items(), ends, strict=True)}
    assert "Started" in said["Amara Nwosu"]
    assert "0 of 1" in said["Jonas Lind"]
    assert "not started" in said["Jonas Lind"]
    assert "No attempt left" in said["Miriam Feld"]
    assert "best 3 of 5 in 2" in said["Miriam Feld"]
    assert "Passed" in said["Walter Brandt"]
    assert "Sent" in said["Walter Brandt"]
    found = words_of(client, "/academy/teaching/courses/tiny/?find=feld")
    assert "Miriam Feld" in found
    assert "Jonas Lind" not in found
    assert "No one found." in words_of(client, "/academy/teaching/courses/tiny/?find=nobody")


def test_reads_of_the_roster_do_not_grow(client: Client, cast: Cast, version: CourseVersion) -> None:
    counts = []
    for person in learners(cast, 9):
        sat(ready(person, version))
        if Enrolment.objects.count() in {2, 9}:
            client.get("/academy/teaching/courses/tiny/")
            with CaptureQueriesContext(connection) as queries:
                client.get("/academy/teaching/courses/tiny/")
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_roster_has_pages(client: Client, cast: Cast, version: CourseVersion) -> None:
    until = NOW + timedelta(days=300)
    for person in learners(cast, PAGE + 1):
        Enrolment.objects.create(
            learner=person,
            course=version.course,
            version=version,
            first_version=version,
            enrolled_at=NOW,
            access_until=until,
        )
    assert "Number050" not in words_of(client, "/academy/teaching/courses/tiny/")
    assert "Number050" in words_of(client, "/academy/teaching/courses/tiny/?page=2&find=Number")


def test_one_learner_is_shown_and_the_looking_leaves_a_row(
    client: Client, cast: Cast, version: CourseVersion
) -> None:
    enrolment = ready(cast.learner, version)
    sat(enrolment, wrong=("one", "number"))
    page = words_of(client, f"/academy/teaching/learners/{enrolment.pk}/")
    for words in ("Walter Brandt", "3 of 5 right", "1 of 2 attempts left", "The thing", "Done"):
        assert words in page
    assert Access.objects.get().viewer == cast.educator.actor_ref
    assert Access.objects.filter(subjects__subject=cast.learner.subject_ref).exists()


def test_a_longer_access_and_further_attempts_are_given(
    client: Client, cast: Cast, version: CourseVersion
) -> None:
    enrolment = ready(cast.learner, version)
    address = f"/academy/teaching/learners/{enrolment.pk}"
    day, once = timezone.localdate() + timedelta(days=900), uuid4()
    for _ in range(2):
        assert client.post(f"{address}/access/", {"until": day, "once": once}).status_code == 302
    assert client.post(f"{address}/attempts/", {"attempts": 2, "once": uuid4()}).status_code == 302
    enrolment.refresh_from_db()
    with timezone.override(cast.site.zone):
        assert timezone.localtime(enrolment.access_until).date() == day + timedelta(days=1)
    assert enrolment.extra_attempts == 2
    names = Event.objects.filter(actor=cast.educator.actor_ref).values_list("name", flat=True)
    assert {"academy.learning.access-extended", "academy.learning.attempts-given"} <= set(names)
    client.force_login(cast.learner)
    assert "4 of 4" in words_of(client, f"/academy/tests/{enrolment.pk}/")


def test_what_cannot_be_given_is_refused_in_words(client: Client, cast: Cast, version: CourseVersion) -> None:
    enrolment = ready(cast.learner, version)
    address = f"/academy/teaching/learners/{enrolment.pk}"
    shorter = client.post(f"{address}/access/", {"until": "2026-01-01", "once": uuid4()})
    assert shorter.status_code == 422
    assert "already has access until that day" in shorter.content.decode()
    assert 'value="2026-01-01"' in shorter.content.decode()
    for path, data in (("access", {"until": "soon"}), ("attempts", {"attempts": 6}), ("attempts", {})):
        assert client.post(f"{address}/{path}/", {**data, "once": uuid4()}).status_code == 422
    assert client.get(f"{address}/access/").status_code == 405
    before, enrolment = enrolment, whole(enrolment)
    assert (enrolment.access_until, enrolment.extra_attempts) == (before.access_until, 0)


def test_only_an_educator_of_the_site_looks_and_gives(cast: Cast, version: CourseVersion) -> None:
    enrolment = ready(cast.learner, version)
    far = make_person("Far Teacher", (Role.EDUCATOR, cast.other_site))
    for person, status in ((cast.learner, 403), (cast.stranger, 403), (far, 404)):
        other = Client()
        other.force_login(person)
        for path in ("", "access/", "attempts/"):
            data = {"until": "2030-01-01", "attempts": 1}
            answer = other.post(f"/academy/teaching/learners/{enrolment.pk}/{path}", data)
            assert answer.status_code == status
    for address in ("/academy/teaching/", "/academy/teaching/courses/tiny/"):
        other.force_login(cast.learner)
        assert other.get(address).status_code == 403
        other.force_login(far)
        assert "Walter" not in words_of(other, address)
    assert other.get("/academy/teaching/courses/nothing/").status_code == 404
    assert other.get("/academy/teaching/learners/999999/").status_code == 404
    assert whole(enrolment).extra_attempts == 0


def first_attempts(cast: Cast, version: CourseVersion, number: int) -> None:
    """First attempts without their acts: the weaker half has `one` right, which the better half has wrong."""
    for n, person in enumerate(learners(cast, number)):
        enrolment = Enrolment.objects.create(
            learner=person,
            course=version.course,
            version=version,
            first_version=version,
            enrolled_at=NOW,
            access_until=NOW + timedelta(days=99),
        )
        weak = n < number // 2
        right = {name: (name == "one") == weak for name in ITEMS}
        attempt = PostTestAttempt.objects.create(
            enrolment=enrolment,
            version=version,
            place=1,
            seed=str(n),
            asked=5,
            started_at=NOW,
            sent_at=NOW,
            right=sum(right.values()),
        )
        digests = {item.id: item.digest for item in ALL}
        AttemptAnswer.objects.bulk_create(
            AttemptAnswer(
                attempt=attempt,
                item=name,
                digest=digests[name],
                given=as_json((RIGHT if right[name] else WRONG)[name]),  # type: ignore[index]
                saved_at=NOW,
                right=right[name],
            )
            for name in ITEMS
            if not (n == 0 and name == "match")
        )


def test_a_key_that_the_better_learners_miss_stands_first(
    client: Client, cast: Cast, version: CourseVersion
) -> None:
    first_attempts(cast, version, 30)
    test = analysed(version)
    assert (test.analysis.n, test.length) == (30, 5)
    assert test.items[0].item.id == "one"
    assert test.items[0].facts.key_is_doubtful
    assert test.items[0].facts.discrimination == pytest.approx(-1)
    assert [each.facts.n for each in test.items] == [30] * 5
    page = words_of(client, f"/academy/teaching/versions/{version.pk}/items/")
    assert "Check the key" in page
    assert page.count("Check the key") == 1
    assert "Read with caution." in page
    options = {each.text: each.facts for each in test.items[0].options}
    assert options["A thing"].share == options["No thing"].share == 0.5
    assert options["Two things"].functions is False


def test_a_corrected_key_is_counted_in_the_analysis(cast: Cast, version: CourseVersion) -> None:
    first_attempts(cast, version, 30)
    question = (SINGLE.id, SINGLE.digest)
    correct_key(
        version=version,
        question=question,
        accepts=["b"],
        reason="Both are right.",
        seal=seal_of(gains_of(version, question, ["b"]), ["b"]),
        by=cast.educator,
        at=NOW,
    )
    [one] = [each for each in analysed(version).items if each.item.id == "one"]
    assert (one.facts.difficulty, one.facts.discrimination, one.corrected) == (1.0, None, True)


def test_few_attempts_show_no_figures_and_later_attempts_do_not_count(
    client: Client, cast: Cast, version: CourseVersion
) -> None:
    first_attempts(cast, version, 29)
    PostTestAttempt.objects.create(
        enrolment=Enrolment.objects.order_by("pk")[0],
        version=version,
        place=2,
        seed="x",
        asked=5,
        started_at=NOW,
        sent_at=NOW,
        right=5,
    )
    page = words_of(client, f"/academy/teaching/versions/{version.pk}/items/")
    assert "Too few to say anything." in page
    assert analysed(version).analysis.n == 29
    assert analysed(version).analysis.kr20 is None


def test_only_who_teaches_sees_the_analysis(cast: Cast, version: CourseVersion) -> None:
    other = Client()
    for person in (cast.learner, cast.stranger):
        other.force_login(person)
        assert other.get(f"/academy/teaching/versions/{version.pk}/items/").status_code == 403
    other.force_login(cast.educator)
    assert other.get("/academy/teaching/versions/999999/items/").status_code == 404
