"""The catalogue and the page of a course: for everybody, true to the day, with bounded queries."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mooring.academy.courses.models import Course
from mooring.academy.credits.actions.offerings import record_disclosure
from tests.academy.checks.studying import signed_in, studying
from tests.academy.credits.crediting import credit_course
from tests.content.tiny_course import change
from tests.courses import FOUNDATIONS, published_course, write_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def page_of(slug: str = "tiny") -> str:
    return Client().get(reverse("course", args=[slug])).content.decode()


def test_a_visitor_looks_through_the_catalogue(cast: Cast, tmp_path: Path) -> None:
    assert "No course is published yet." in Client().get(reverse("catalogue")).content.decode()
    published_course(cast.educator)
    page = Client().get(reverse("catalogue")).content.decode()
    assert "A tiny course" in page
    assert reverse("course", args=["tiny"]) in page


def test_one_of_a_kind_is_said_in_the_singular(cast: Cast) -> None:
    published_course(cast.educator)
    assert "1 lesson, 2 questions, 1 explorable, 1 case </dd>" in " ".join(page_of().split())


def test_the_catalogue_is_cut_into_pages_and_reads_no_files(cast: Cast, tmp_path: Path) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            Client().get(reverse("catalogue"))
        return len(seen)

    published_course(cast.educator)
    few = queries()
    for n in range(21):
        published_course(cast.educator, write_course(tmp_path / str(n), f"other-{n:02}"))
    assert queries() <= few
    first = Client().get(reverse("catalogue")).content.decode()
    assert first.count("Version 1,") == 20
    assert "Page 1 of 2" in first
    assert Client().get(reverse("catalogue"), {"page": "2"}).content.decode().count("Version 1,") == 2


def test_a_course_says_what_it_is_and_what_it_is_not(cast: Cast) -> None:
    published_course(cast.educator, FOUNDATIONS)
    page = page_of("ketamine-foundations")
    for words in (
        "It is not dosing advice",
        "Not clinically reviewed",
        "Compare routes by bioavailability",
        "Physicians and advanced practice clinicians",
        "Intermediate",
        "Marten Vos (fictional), MD",
        "Fictional provider",
        "Accommodations",
        "Grievances",
        "Review due",
        "of them opened",
        "no more than the abstract",
        "Sign in to enrol",
    ):
        assert words in page


def test_without_disclosures_there_is_no_statement_and_the_reason_is_said_once(cast: Cast) -> None:
    credit_course(cast.educator, disclosed=False)
    page = page_of()
    assert "Has not disclosed yet" in page
    assert "approved by nobody" not in page
    assert page.count("has not disclosed the last 24 months") == 1


def test_statements_stand_while_they_hold_and_switch_themselves_off(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    credit_course(cast.educator)
    monkeypatch.setattr(timezone, "localdate", lambda: NOW.date())
    assert "approved by nobody for 1.00 hours" in page_of()
    assert "No relevant financial relationship" in page_of()
    monkeypatch.setattr(timezone, "localdate", lambda: date(2028, 1, 1))
    assert "approved by nobody" not in page_of()


def test_a_relationship_is_named_with_whether_it_was_mitigated(cast: Cast) -> None:
    version = credit_course(cast.educator)
    record_disclosure(
        course=version.course,
        maker="ada",
        name="Ada Example",
        signed_on=NOW.date() + timedelta(days=1),
        relationships=[("Spray Works", "consultant")],
        by=cast.educator,
        at=NOW + timedelta(days=1),
    )
    page = page_of()
    assert "Spray Works: consultant" in page
    assert "Not every relationship is mitigated yet" in page


def test_a_course_past_its_review_says_so(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_course(cast.educator, write_course(tmp_path))
    assert "Past its review" not in page_of()
    monkeypatch.setattr(timezone, "localdate", lambda: date(2030, 1, 1))
    assert "Past its review" in page_of()


def test_a_learner_finds_the_way_to_go_on(cast: Cast) -> None:
    enrolment = studying(cast)
    own = signed_in(cast.learner).get(reverse("course", args=["tiny"])).content.decode()
    assert reverse("overview", args=[enrolment.pk]) in own
    other = signed_in(cast.stranger).get(reverse("course", args=["tiny"])).content.decode()
    assert reverse("enrol", args=["tiny"]) in other


def test_hostile_words_of_a_course_are_words(cast: Cast, tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    change(folder, "course.yaml", "One lesson about one thing.", "'<script>alert(1)</script>'")
    published_course(cast.educator, folder)
    assert "<script>alert(1)" not in page_of()


def test_an_unknown_or_unpublished_course_is_not_found() -> None:
    assert Client().get(reverse("course", args=["nothing"])).status_code == 404
    Course.objects.create(slug="draft", title="Draft")
    assert Client().get(reverse("course", args=["draft"])).status_code == 404
