"""An author's way: begin a course, change it, lint it, publish it; and publish the change."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mooring.academy.courses.models import CourseVersion
from mooring.audit.models import Event
from mooring.content.course.lint import lint_course
from mooring.content.course.loader import load_course
from mooring.content.course.new import CannotWrite, write_example
from mooring.references.bibliography import bibliography
from mooring.web.academy_commands import new
from mooring.web.academy_publishing import publish
from mooring.work.mistakes import Mistake
from tests.content.tiny_course import change
from tests.courses import enrol, next_version
from tests.people import NOW, Cast
from tests.web.program import mooring

DAY = datetime.now(UTC).date()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_example(tmp_path / "before-the-dose", slug="before-the-dose", day=DAY)
    return tmp_path / "before-the-dose"


def test_a_new_course_has_nothing_to_put_right_on_any_day_it_is_begun(tmp_path: Path) -> None:
    for day in (DAY, date(2028, 2, 29), date(2031, 12, 31)):
        folder = tmp_path / day.isoformat()
        write_example(folder, slug="before-the-dose", day=day)
        report = lint_course(load_course(folder), references=bibliography(), day=day)
        assert (report.problems, report.advice) == ((), ())


def test_every_file_that_people_write_says_what_it_is_for(folder: Path) -> None:
    silent = [path.name for path in folder.rglob("*.yaml") if "#" not in path.read_text(encoding="utf-8")]
    assert silent == ["02-again.checks.yaml"], "the first check explains both"


@pytest.mark.parametrize("slug", ["Before", "a b", "-a", "a--b", "../a", "", "x" * 81])
def test_a_name_that_cannot_be_an_id_is_refused_and_writes_nothing(tmp_path: Path, slug: str) -> None:
    with pytest.raises(CannotWrite, match="small letters"):
        write_example(tmp_path / "made", slug=slug, day=DAY)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Mistake, match="holds something already"):
        new("mine", within=tmp_path, day=DAY)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_the_commands_as_processes(tmp_path: Path) -> None:
    made = mooring(tmp_path, "academy", "new", "before-the-dose")
    assert made.returncode == 0, made.stderr
    assert "mooring academy preview before-the-dose" in made.stdout
    linted = mooring(tmp_path, "academy", "lint", "before-the-dose")
    assert linted.returncode == 0, linted.stdout
    assert "(advice)" not in linted.stdout
    published = mooring(tmp_path, "academy", "publish", "before-the-dose", "--by", "nobody@example.org")
    assert published.returncode == 2
    assert "Run `mooring migrate`" in published.stderr
    assert "Traceback" not in published.stderr


@pytest.mark.django_db
def test_an_author_publishes_and_publishes_a_change(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    email = str(cast.educator.email)
    assert publish(folder, email=email, dry_run=False) == 0
    assert "The first version: 14 files." in capsys.readouterr().out
    version = CourseVersion.objects.get()
    assert version.published_by == cast.educator
    enrol(cast.learner, version, at=NOW)
    change(folder, "modules/m1/01-asked.md", "## What a question does", "## What a question can do")
    next_version(folder, "1.1", "typo")
    assert publish(folder, email=email, dry_run=True) == 0
    said = capsys.readouterr().out
    assert "1 of 1 learners move to it now; 0 stay" in said
    assert "changed  modules/m1/01-asked.md" in said
    assert CourseVersion.objects.count() == 1, "a dry run writes nothing"
    assert publish(folder, email=email.upper(), dry_run=False) == 0
    assert cast.learner.enrolments.get().version.number == "1.1"
    assert set(Event.objects.values_list("name", flat=True)) >= {
        "academy.courses.published",
        "academy.learning.moved",
    }


@pytest.mark.django_db
def test_a_substantive_change_is_offered_and_the_same_files_twice_do_nothing(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    email = str(cast.educator.email)
    publish(folder, email=email, dry_run=False)
    enrol(cast.learner, CourseVersion.objects.get(), at=NOW)
    publish(next_version(folder, "2.0"), email=email, dry_run=False)
    assert "0 of 1 learners move to it now; 1 stay where they are" in capsys.readouterr().out
    assert cast.learner.enrolments.get().version.number == "1.0"
    publish(folder, email=email, dry_run=False)
    assert "published already, with these very files" in capsys.readouterr().out
    assert CourseVersion.objects.count() == 2


@pytest.mark.django_db
def test_what_the_lint_refuses_is_not_published(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, "post-test.yaml", "[shaw-2011-spaced]", "[nobody-1900]")
    assert publish(folder, email=str(cast.educator.email), dry_run=False) == 1
    said = capsys.readouterr().out
    assert "reference nobody-1900 is not in the bibliography" in said
    assert "Nothing was changed." in said
    assert not CourseVersion.objects.exists()


@pytest.mark.django_db
def test_who_may_not_publish_is_told_so(cast: Cast, folder: Path) -> None:
    for email, said in (("who@example.org", "No one signs in as"), (cast.learner.email, "may not publish")):
        with pytest.raises(Mistake, match=said):
            publish(folder, email=str(email), dry_run=False)
    assert not CourseVersion.objects.exists()
