"""Lessons done, versions moved and offered: progress hangs on ids and survives every edit."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from mooring.academy.courses.models import CourseVersion
from mooring.academy.learning.actions import complete_lesson, follow_versions, take_version
from mooring.academy.learning.models import Enrolment, LessonDone
from mooring.academy.learning.queries import (
    delta_lessons_owed,
    destination,
    offered_version,
    progress_of,
)
from mooring.audit.models import Event
from mooring.rules.verdict import Refused
from tests.content.tiny_course import change
from tests.courses import enrol, next_version, published_course, write_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def finish(enrolment: Enrolment, cast: Cast, lesson: str = "m1-l1") -> LessonDone:
    return complete_lesson(enrolment=enrolment, lesson_id=lesson, by=cast.learner, at=NOW)


def test_a_lesson_is_done_once_and_leaves_a_record(cast: Cast) -> None:
    enrolment = enrol(cast.learner, published_course(cast.educator))
    assert not progress_of(enrolment).complete
    assert finish(enrolment, cast) == finish(enrolment, cast)
    assert progress_of(enrolment).complete
    assert Event.objects.filter(name="academy.learning.lesson-done").count() == 2
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        LessonDone.objects.update(lesson_id="m1-l2")


def test_what_cannot_be_done_is_refused_in_words(cast: Cast) -> None:
    version = published_course(cast.educator)
    enrolment = enrol(cast.learner, version, seen=False)
    with pytest.raises(Refused, match="disclosed"):
        finish(enrolment, cast)
    with pytest.raises(Refused, match="does not hold that lesson"):
        finish(enrolment, cast, "m9-l9")
    Enrolment.objects.update(access_until=NOW - timedelta(hours=1))
    enrolment.refresh_from_db()
    with pytest.raises(Refused, match="has expired"):
        finish(enrolment, cast)


def versions(*changes: str) -> list[CourseVersion]:
    return [
        CourseVersion(pk=place, place=place, change=change) for place, change in enumerate(changes, start=1)
    ]


@pytest.mark.parametrize(
    ("changes", "ends_at"),
    [
        (["substantive"], 1),
        (["substantive", "typo"], 2),
        (["substantive", "typo", "typo"], 3),
        (["substantive", "substantive"], 1),
        (["substantive", "substantive", "typo"], 1),
        (["substantive", "substantive", "safety"], 3),
        (["substantive", "typo", "substantive", "safety", "typo", "substantive"], 5),
    ],
)
def test_where_a_learner_of_the_first_version_is_moved_unasked(changes: list[str], ends_at: int) -> None:
    published = versions(*changes)
    assert destination(published[0], published).place == ends_at


def test_a_typo_moves_and_a_substantive_change_is_offered(cast: Cast, tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    enrolment = enrol(cast.learner, published_course(cast.educator, folder))
    finish(enrolment, cast)
    typo = published_course(cast.educator, next_version(folder, "2", "typo"))
    follow_versions(course=typo.course, by=cast.educator, at=NOW)
    enrolment.refresh_from_db()
    assert enrolment.version == typo
    new = published_course(cast.educator, next_version(folder, "3", "substantive"))
    follow_versions(course=new.course, by=cast.educator, at=NOW)
    enrolment = Enrolment.objects.get()
    assert (enrolment.version, offered_version(enrolment)) == (typo, new)
    taken = take_version(enrolment=enrolment, version=new, by=cast.learner, at=NOW)
    assert (taken.version, offered_version(taken)) == (new, None)
    assert progress_of(taken).complete
    with pytest.raises(Refused, match="not newer"):
        take_version(enrolment=taken, version=typo, by=cast.learner, at=NOW)


def test_a_safety_change_moves_everyone_and_owes_its_lesson(cast: Cast, tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    enrolment = enrol(cast.learner, published_course(cast.educator, folder))
    finish(enrolment, cast)
    _second_lesson(folder)
    safety = published_course(cast.educator, next_version(folder, "2", "safety", "m1-safety"))
    follow_versions(course=safety.course, by=cast.educator, at=NOW)
    moved = Enrolment.objects.get()
    assert moved.version == safety
    assert delta_lessons_owed(moved, progress_of(moved).done) == ("m1-safety",)
    assert progress_of(moved).done == {"m1-l1"}
    finish(moved, cast, "m1-safety")
    assert delta_lessons_owed(moved, progress_of(moved).done) == ()
    newcomer = enrol(cast.monitor, safety)
    assert delta_lessons_owed(newcomer, frozenset()) == ()


def _second_lesson(folder: Path) -> None:
    lesson = (folder / "modules/m1/first.md").read_text(encoding="utf-8")
    (folder / "modules/m1/safety.md").write_text(lesson.replace("id: m1-l1", "id: m1-safety"), "utf-8")
    change(folder, "modules/m1/module.yaml", "lessons: [m1-l1]", "lessons: [m1-l1, m1-safety]")


def test_an_edit_never_erases_what_is_done(cast: Cast, tmp_path: Path) -> None:
    """A lesson that is moved to another file and renamed in its title keeps its id, and so its progress."""
    folder = write_course(tmp_path)
    enrolment = enrol(cast.learner, published_course(cast.educator, folder))
    finish(enrolment, cast)
    (folder / "modules/m1/first.md").rename(folder / "modules/m1/99-last.md")
    change(folder, "modules/m1/99-last.md", "title: The thing", "title: What the thing is")
    moved = published_course(cast.educator, next_version(folder, "2", "typo"))
    follow_versions(course=moved.course, by=cast.educator, at=NOW)
    assert progress_of(Enrolment.objects.get()).complete
