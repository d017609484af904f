"""What comes due at a course is a task sixty days before, until a newer version is published."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from mooring.academy.registers.actions.announcing import KIND, announce_courses
from mooring.academy.registers.queries.due import due_of
from mooring.identity.roles import Role
from mooring.work.models import Task, TaskState
from tests.academy.checks.studying import signed_in
from tests.academy.credits.crediting import credit_course
from tests.content.tiny_course import change
from tests.courses import next_version, published_course, write_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_review_and_the_end_of_credit_are_due_sixty_days_before(cast: Cast) -> None:
    version = credit_course(cast.educator)
    assert due_of(version, date(2027, 10, 31)) == []
    due = due_of(version, date(2027, 11, 1))
    assert [each.on for each in due] == [date(2027, 12, 31)] * 2
    assert {each.what for each in due} == {
        "End of “Continuing education”",
        "End of “Continuing medical education”",
    }
    assert len(due_of(version, date(2029, 1, 1))) == 3, "what is overdue stays, and the review joins it"


def test_one_task_says_the_first_and_leads_to_the_file(cast: Cast, tmp_path: Path) -> None:
    folder = write_course(tmp_path / "tiny")
    change(folder, "course.yaml", "review_due: 2029-01-05", "review_due: 2026-12-24")
    published_course(cast.educator, folder)
    assert [announce_courses(at=NOW), announce_courses(at=NOW + timedelta(hours=1))] == [1, 1]
    task = Task.objects.get(kind=KIND)
    assert (task.role, task.reason) == (
        Role.EDUCATOR,
        "Review of the course: 24 Dec 2026. 1 in all within sixty days.",
    )
    page = signed_in(cast.educator).get(task.address).content.decode()
    assert task.address == reverse("activity-file", args=["tiny"])
    assert "Review of the course, 24 Dec 2026" in page

    next_version(folder, "2")
    change(folder, "course.yaml", "review_due: 2026-12-24", "review_due: 2029-01-05")
    published_course(cast.educator, folder)
    assert announce_courses(at=NOW + timedelta(days=1)) == 0
    task.refresh_from_db()
    assert (task.state, task.outcome) == (TaskState.DONE, "newer-version")
