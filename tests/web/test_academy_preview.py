"""The preview: the real pages on the author's folder; a reload shows the edit, and what the lint says of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from mooring.academy.courses.actions import preview_course
from mooring.academy.courses.models import CourseVersion
from mooring.academy.learning.models import Enrolment
from mooring.content.course.new import write_example
from mooring.rules.verdict import Refused
from mooring.web.academy_preview import make_author
from tests.content.tiny_course import change
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
SIGNED_IN = "mooring.web.middleware.SignedInMiddleware"
PREVIEW = "mooring.web.academy_preview.PreviewMiddleware"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_example(tmp_path / "mine", slug="mine", day=datetime.now(UTC).date())
    return tmp_path / "mine"


@pytest.fixture
def visitor(db: None, folder: Path) -> Iterator[Client]:
    """A browser at a preview of the folder."""
    layers = list(settings.MIDDLEWARE)
    layers.insert(layers.index(SIGNED_IN), PREVIEW)
    make_author()
    with override_settings(MIDDLEWARE=layers, PREVIEW=str(folder)):
        yield Client(headers={"host": "localhost"})


def test_the_author_is_let_in_and_sees_the_course(visitor: Client) -> None:
    answer = visitor.get("/", follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Preview." in page
    assert "0 things to put right" in page
    assert "Mine" in page


def test_a_reload_shows_the_edit_and_keeps_what_was_done(visitor: Client, folder: Path) -> None:
    visitor.get("/", follow=True)
    first = Enrolment.objects.get()
    change(folder, "course.yaml", "title: Mine", "title: Mine and yours")
    assert "Mine and yours" in visitor.get("/", follow=True).content.decode()
    assert Enrolment.objects.get().pk == first.pk
    visitor.get("/", follow=True)
    assert CourseVersion.objects.count() == 2, "a reload without an edit stores nothing"


def test_a_problem_is_said_above_a_course_that_is_shown_all_the_same(visitor: Client, folder: Path) -> None:
    change(
        folder,
        "post-test.yaml",
        "objective: lo-spacing\n    family: spacing\n",
        "objective: lo-x\n    family: s\n",
    )
    page = visitor.get("/", follow=True).content.decode()
    assert "pt-spacing-01: objective lo-x does not exist" in page
    assert "1 thing to put right" in page


def test_what_cannot_be_read_is_said_with_file_and_line_and_then_put_right(
    visitor: Client, folder: Path
) -> None:
    visitor.get("/", follow=True)
    change(folder, "course.yaml", "level: introductory", "level: easy")
    answer = visitor.get("/")
    assert answer.status_code == 422
    assert "course.yaml:7: `level` is one of: introductory" in answer.content.decode()
    change(folder, "course.yaml", "level: easy", "level: advanced")
    assert visitor.get("/", follow=True).status_code == 200


def test_the_folder_is_only_read(visitor: Client, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    visitor.get("/", follow=True)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_clinic_never_shows_an_unfinished_course_nor_lets_anybody_in(cast: Cast, folder: Path) -> None:
    with pytest.raises(Refused, match="only in a preview"):
        preview_course(folder=folder, by=cast.educator, at=NOW)
    layers = list(settings.MIDDLEWARE)
    layers.insert(layers.index(SIGNED_IN), PREVIEW)
    with override_settings(MIDDLEWARE=layers, PREVIEW=str(folder)):
        assert Client(headers={"host": "localhost"}).get("/").status_code == 302
    assert not CourseVersion.objects.exists()
