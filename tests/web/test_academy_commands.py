"""`mooring academy` as a real process: a sound course, a broken one, a folder that is none."""

import json
from pathlib import Path

import pytest

from mooring.content.course.loader import load_course
from tests.content.tiny_course import change, write_tiny_course
from tests.web.program import mooring

pytestmark = pytest.mark.pure
COURSE = Path(__file__).parents[2] / "src/mooring/content/courses/ketamine-foundations"


def test_the_demonstration_course_may_be_published(tmp_path: Path) -> None:
    ran = mooring(tmp_path, "academy", "lint", str(COURSE), "--on", "2026-11-22")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{len(load_course(COURSE).lessons)} lessons" in ran.stdout
    assert ran.stdout.endswith("May be published.\n")


def test_an_expired_statement_is_found_on_its_day(tmp_path: Path) -> None:
    ran = mooring(tmp_path, "academy", "lint", str(COURSE), "--on", "2028-11-22")
    assert ran.returncode == 1
    assert "accreditation/offerings.yaml:25: kf-ce: expired on 2028-11-21" in ran.stdout


def test_a_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    folder = write_tiny_course(tmp_path / "tiny")
    change(folder, "course.yaml", "level: introductory", "level: easy")
    ran = mooring(tmp_path, "academy", "lint", "tiny")
    assert ran.returncode == 1
    assert ran.stdout.startswith("course.yaml:5: `level` is one of")
    assert "Traceback" not in ran.stderr


def test_a_vanished_id_is_found_against_the_version_before(tmp_path: Path) -> None:
    write_tiny_course(tmp_path / "before")
    change(write_tiny_course(tmp_path / "after"), "post-test.yaml", "id: post-01", "id: post-02")
    ran = mooring(tmp_path, "academy", "lint", "after", "--previous", "before", "--on", "2026-03-01")
    assert ran.returncode == 1
    assert "the id post-01 is gone; list it under retired" in ran.stdout


def test_no_folder_is_a_mistake_with_a_next_step(tmp_path: Path) -> None:
    ran = mooring(tmp_path, "academy", "lint", "nowhere")
    assert ran.returncode == 2
    assert "Name the folder that holds course.yaml." in ran.stderr


def test_schemas_are_written_for_an_editor(tmp_path: Path) -> None:
    assert mooring(tmp_path, "academy", "schemas", "schemas").returncode == 0
    names = {path.name for path in (tmp_path / "schemas").iterdir()}
    assert {
        "course.schema.json",
        "checks.schema.json",
        "case.schema.json",
        "explorables.schema.json",
    } <= names
    assert len(names) == 14
    schema = json.loads((tmp_path / "schemas/course.schema.json").read_text())
    assert "title" in schema["required"]
