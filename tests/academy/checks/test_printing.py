"""A course for paper: asked for once a version, made by the clock, without a key in it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from mooring.academy.checks.actions import printing
from mooring.academy.checks.actions.printing import make_prints
from mooring.academy.checks.models import CoursePrint
from mooring.academy.checks.queries.printing import print_html
from mooring.academy.courses.queries import parsed
from mooring.rules.verdict import Refused
from tests.academy.checks.studying import signed_in
from tests.courses import enrol, published_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_all_lessons_stand_in_it_and_no_explanation_of_an_answer(cast: Cast) -> None:
    version = published_course(cast.educator)
    html, course = print_html(version), parsed(version)
    for lesson in course.lessons.values():
        assert lesson.head.title in html
    for item in course.check_items():
        for option in getattr(item, "options", {}).values():
            assert option.why not in html


def test_it_is_asked_for_made_by_the_clock_and_downloaded(cast: Cast) -> None:
    enrolment = enrol(cast.learner, published_course(cast.educator))
    client, address = signed_in(cast.learner), reverse("course-print", args=[enrolment.pk])
    file = reverse("course-print-file", args=[enrolment.pk])
    assert "Make the PDF" in client.get(address).content.decode()
    assert client.get(file).status_code == 404
    assert client.post(address).status_code == 302
    assert "Being made" in client.get(address, headers={"hx-request": "true"}).content.decode()
    assert client.post(address).status_code == 302
    assert CoursePrint.objects.count() == 1
    assert [make_prints(at=NOW), make_prints(at=NOW)] == [1, 0]
    assert "Download the PDF" in client.get(address).content.decode()
    assert b"".join(client.get(file).streaming_content).startswith(b"%PDF-")
    assert signed_in(cast.monitor).get(file).status_code == 404


def test_one_that_fails_stops_no_other_and_is_tried_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = printing.ask_print(version=published_course(cast.educator), by=cast.learner, at=NOW)

    def fails(_html: str) -> bytes:
        raise Refused("no font")

    with monkeypatch.context() as patched:
        patched.setattr(printing.paper, "render", fails)
        assert make_prints(at=NOW) == 0
    assert make_prints(at=NOW + timedelta(hours=1)) == 0, "it stands aside"
    assert make_prints(at=NOW + timedelta(hours=7)) == 1
    first.refresh_from_db()
    assert first.made_at is not None
