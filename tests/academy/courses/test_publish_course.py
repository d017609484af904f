"""Publishing: a version that never changes; refused with file and line for what is not a course."""

from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from mooring.academy.courses import queries
from mooring.academy.courses.actions import publish_course
from mooring.academy.courses.models import Course, CourseVersion, VersionFile
from mooring.academy.courses.queries import VersionDamaged, catalogue, parsed
from mooring.audit.models import Event
from mooring.content.course.loader import load_course
from mooring.rules.verdict import Refused
from tests.content.tiny_course import change
from tests.courses import FOUNDATIONS, next_version, published_course, write_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_course(tmp_path / "tiny")


def test_the_demonstration_course_is_published_whole_and_read_back(cast: Cast) -> None:
    version = published_course(cast.educator, FOUNDATIONS)
    course, on_disk = parsed(version), load_course(FOUNDATIONS)
    assert course.digest == on_disk.digest == version.digest
    assert course.lessons.keys() == on_disk.lessons.keys()
    assert (version.place, version.number) == (1, on_disk.about.version)
    assert version.lessons == len(on_disk.lessons)
    assert list(catalogue()) == [version]
    event = Event.objects.get(name="academy.courses.published")
    assert event.actor == cast.educator.actor_ref
    assert event.target == f"academy_courses.courseversion:{version.pk}"


def test_the_same_files_twice_are_one_version(cast: Cast, folder: Path) -> None:
    assert published_course(cast.educator, folder) == published_course(cast.educator, folder)
    assert CourseVersion.objects.count() == 1


def test_an_edit_under_the_same_number_is_refused(cast: Cast, folder: Path) -> None:
    published_course(cast.educator, folder)
    change(folder, "modules/m1/first.md", "## What it is", "## What it was")
    with pytest.raises(Refused, match="published with other content"):
        published_course(cast.educator, folder)


def test_an_edit_under_a_new_number_is_the_next_version_and_the_old_one_stays(
    cast: Cast, folder: Path
) -> None:
    first = published_course(cast.educator, folder)
    change(folder, "modules/m1/first.md", "## What it is", "## What it was")
    second = published_course(cast.educator, next_version(folder, "2", "typo"))
    assert (second.place, second.change, list(catalogue())) == (2, "typo", [second])
    assert "What it is" in parsed(first).lessons["m1-l1"].prose
    assert "What it was" in parsed(second).lessons["m1-l1"].prose


def test_the_strongest_change_since_the_last_published_version_counts(cast: Cast, folder: Path) -> None:
    published_course(cast.educator, folder)
    next_version(folder, "2", "safety", delta_lesson="m1-l1")
    version = published_course(cast.educator, next_version(folder, "3", "typo"))
    assert (version.number, version.change, version.delta_lesson) == ("3", "safety", "m1-l1")


def test_a_version_cannot_be_changed_or_taken_away(cast: Cast, folder: Path) -> None:
    version = published_course(cast.educator, folder)
    for rows in (CourseVersion.objects.filter(pk=version.pk), VersionFile.objects.filter(version=version)):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            rows._raw_delete(rows.db)  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        CourseVersion.objects.filter(pk=version.pk).update(number="9")


def test_files_that_are_not_those_that_were_published_are_noticed(cast: Cast, folder: Path) -> None:
    version = published_course(cast.educator, folder)
    VersionFile.objects.create(version=version, path="media/slipped-in.txt", size_bytes=2, body=b"no")
    queries._parsed.cache_clear()
    with pytest.raises(VersionDamaged):
        parsed(version)


BROKEN = {
    "not YAML": ("course.yaml", "modules: [m1]", "modules: [m1", "course.yaml:"),
    "an unknown key": ("course.yaml", "method: Reading.", "methode: Reading.", "course.yaml:"),
    "a check that is not there": ("modules/m1/first.md", "ref: m1-l1-check", "ref: other", "first.md:"),
    "a source that is not there": (
        "modules/m1/first.md",
        "{cite}`domino-2010-tiger`",
        "{cite}`nobody-1900`",
        "first.md:",
    ),
    "an expired offering": (
        "accreditation/offerings.yaml",
        "valid_through: 2028-01-05",
        "valid_through: 2026-02-05",
        "expired",
    ),
    "an image put in as Markdown": (
        "modules/m1/first.md",
        "## What it is",
        "![x](https://example.org/x.png)",
        "media",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_malformed_course_is_refused_with_its_place_and_leaves_nothing(
    cast: Cast, folder: Path, file: str, old: str, new: str, said: str
) -> None:
    change(folder, file, old, new)
    with pytest.raises(Refused, match=said):
        published_course(cast.educator, folder)
    assert not Course.objects.exists()
    assert not Event.objects.filter(name="academy.courses.published").exists()


def test_what_is_not_a_course_is_refused_in_words(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="holds no files"):
        publish_course(folder=tmp_path, by=cast.educator, at=NOW)
    (tmp_path / "course.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused, match="not UTF-8"):
        publish_course(folder=tmp_path, by=cast.educator, at=NOW)


def test_a_link_out_of_the_folder_is_refused(cast: Cast, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "notes.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(Refused, match="points outside"):
        published_course(cast.educator, folder)


def test_an_id_that_disappears_without_being_retired_is_refused(cast: Cast, folder: Path) -> None:
    published_course(cast.educator, folder)
    change(folder, "modules/m1/first.checks.yaml", "id: thing-02", "id: thing-03")
    with pytest.raises(Refused, match="thing-02 is gone"):
        published_course(cast.educator, next_version(folder, "2"))


def test_a_second_publisher_who_was_a_moment_late_is_told(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the second one's course is read, the first one's version is stored."""
    published_course(cast.educator, folder)
    next_version(folder, "2")

    def meanwhile(*_: object) -> None:
        Course.objects.update(published=2)

    monkeypatch.setattr("mooring.academy.courses.actions._must_pass", meanwhile)
    with pytest.raises(Refused, match="a moment ago"):
        published_course(cast.educator, folder)
