"""A learner's pages: my courses, the overview, enrolling, a newer version, reference lists."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mooring.academy.courses.actions import publish_course
from mooring.academy.learning.actions import complete_lesson, follow_versions, open_course_offer, open_lesson
from mooring.academy.learning.models import Enrolment
from mooring.audit.models import Event
from tests.academy.checks.studying import signed_in, studying
from tests.content.tiny_course import change
from tests.courses import FOUNDATIONS, enrol, next_version, published_course, write_course
from tests.people import Cast

pytestmark = pytest.mark.django_db


def at(enrolment: Enrolment) -> str:
    return reverse("overview", args=[enrolment.pk])


def expire() -> None:
    now = timezone.now()
    Enrolment.objects.update(enrolled_at=now - timedelta(days=9), access_until=now - timedelta(days=1))


def test_enrolling_oneself_is_free_and_leads_to_the_course(cast: Cast) -> None:
    version = published_course(cast.educator)
    client, address = signed_in(cast.learner), reverse("enrol", args=[version.course.slug])
    answer = client.post(address, follow=True)
    enrolment = Enrolment.objects.get()
    assert (enrolment.learner, enrolment.paid) == (cast.learner, False)
    assert "Before the first lesson" in answer.content.decode()
    assert Event.objects.filter(name="academy.learning.enrolled").count() == 1
    again = client.post(address, follow=True).content.decode()
    assert "You are already enrolled in A tiny course" in again
    assert Enrolment.objects.count() == 1
    assert client.get(address).status_code == 405
    assert client.post(reverse("enrol", args=["nothing"])).status_code == 404


def test_the_overview_says_where_to_go_on(cast: Cast) -> None:
    enrolment, client = studying(cast, FOUNDATIONS), signed_in(cast.learner)
    assert client.get(at(enrolment)).context["go_on"].head.id == "m1-l1"
    open_lesson(enrolment=enrolment, lesson_id="m1-l6", by=cast.learner, at=timezone.now())
    assert client.get(at(enrolment)).context["go_on"].head.id == "m1-l6"
    complete_lesson(enrolment=enrolment, lesson_id="m1-l6", by=cast.learner, at=timezone.now())
    answer = client.get(at(enrolment))
    assert answer.context["go_on"].head.id == "m1-l1"
    page = answer.content.decode()
    assert f"1 of {enrolment.version.lessons} lessons done" in page
    assert "Open until" in page
    assert "What is still missing" in page
    for place, words in (
        ("h-case-a-call-from-home", "Case: A call from home"),
        ("x-occupancy-band", "Explore: "),
    ):
        assert f'#{place}">{words}' in page, "cases and explorables stand in the sequence"
    assert f'<progress value="1" max="{enrolment.version.lessons}"' in " ".join(page.split())


def test_a_lesson_that_is_only_planned_is_said_to_be(cast: Cast, tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    planned = "lessons: [m1-l1]\noutlined: [{id: m1-l2, title: The other thing, summary: It comes later.}]"
    change(folder, "modules/m1/module.yaml", "lessons: [m1-l1]", planned)
    page = signed_in(cast.learner).get(at(studying(cast, folder))).content.decode()
    assert "The other thing" in page
    assert "not written yet" in page


def test_a_newer_version_is_offered_and_taken_and_nothing_is_lost(cast: Cast, tmp_path: Path) -> None:
    enrolment, client = studying(cast, write_course(tmp_path)), signed_in(cast.learner)
    complete_lesson(enrolment=enrolment, lesson_id="m1-l1", by=cast.learner, at=timezone.now())
    publish_course(folder=next_version(tmp_path, "2"), by=cast.educator, at=timezone.now())
    assert "Version 2 is out." in client.get(at(enrolment)).content.decode()
    client.post(reverse("newer-version", args=[enrolment.pk]))
    enrolment.refresh_from_db()
    assert enrolment.version.number == "2"
    page = client.get(at(enrolment)).content.decode()
    assert "1 of 1 lessons done" in page
    assert "is out." not in page
    assert client.post(reverse("newer-version", args=[enrolment.pk])).status_code == 302


def test_a_lesson_owed_for_safety_is_said(cast: Cast, tmp_path: Path) -> None:
    enrolment, client = studying(cast, write_course(tmp_path)), signed_in(cast.learner)
    next_version(tmp_path, "2", kind="safety", delta_lesson="m1-l1")
    version = publish_course(folder=tmp_path, by=cast.educator, at=timezone.now())
    follow_versions(course=version.course, by=cast.educator, at=timezone.now())
    assert "A safety change." in client.get(at(enrolment)).content.decode()


def test_when_the_access_is_over_the_overview_stays_and_the_lessons_are_no_links(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    expire()
    page = client.get(at(enrolment)).content.decode()
    assert "What stays." in page
    assert reverse("lesson", args=[enrolment.pk, "m1-l1"]) not in page
    assert "This access is not renewed" in page
    client.post(reverse("enrol", args=[enrolment.course.slug]))
    enrolment.refresh_from_db()
    assert not enrolment.is_open(timezone.now())
    open_course_offer(
        course=enrolment.course,
        price=Decimal(0),
        currency="USD",
        access_days=30,
        renewal_price=Decimal(0),
        by=cast.administrator,
        at=timezone.now(),
    )
    assert "Enrol again" in client.get(at(enrolment)).content.decode()
    client.post(reverse("enrol", args=[enrolment.course.slug]))
    enrolment.refresh_from_db()
    assert enrolment.is_open(timezone.now())


def test_the_sources_of_a_module_come_as_an_ama_list(cast: Cast) -> None:
    enrolment, client = studying(cast), signed_in(cast.learner)
    expire()
    answer = client.get(reverse("module-references", args=[enrolment.pk, "m1"]))
    lines = answer.content.decode().splitlines()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="references-tiny-m1.txt"'
    assert lines[3].startswith("1. Domino EF. ")
    assert lines[4].startswith("2. Li L, ")
    assert client.get(reverse("module-references", args=[enrolment.pk, "m9"])).status_code == 404


def test_my_courses_are_listed_with_what_was_done(cast: Cast, tmp_path: Path) -> None:
    client = signed_in(cast.learner)
    assert "You are not enrolled in a course yet" in client.get(reverse("learning")).content.decode()
    enrolment = studying(cast)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("learning"))
        return len(seen)

    few = queries()
    for n in range(3):
        other = published_course(cast.educator, write_course(tmp_path / str(n), f"other-{n}"))
        enrol(cast.learner, other, at=timezone.now())
    assert queries() == few
    complete_lesson(enrolment=enrolment, lesson_id="m1-l1", by=cast.learner, at=timezone.now())
    page = client.get(reverse("learning")).content.decode()
    assert "1 of 1 lessons done" in page
    assert "A other-2 course" in page
    assert "tiny" not in signed_in(cast.stranger).get(reverse("learning")).content.decode()


def test_nobody_else_finds_an_overview(cast: Cast) -> None:
    enrolment = studying(cast)
    for person in (cast.stranger, cast.educator, cast.director):
        client = signed_in(person)
        assert client.get(at(enrolment)).status_code == 404
        assert client.post(reverse("newer-version", args=[enrolment.pk])).status_code == 404
        assert client.get(reverse("module-references", args=[enrolment.pk, "m1"])).status_code == 404
    assert signed_in(cast.learner).get(reverse("overview", args=[enrolment.pk + 1])).status_code == 404
