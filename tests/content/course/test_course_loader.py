"""A folder becomes a course, or every mistake is named with file, line and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.content.course.loader import CourseUnreadable, json_schemas, load_course
from mooring.content.course.text import Callout, Prose
from tests.content.tiny_course import change, write_tiny_course

pytestmark = pytest.mark.pure


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_course(tmp_path / "tiny")


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(CourseUnreadable) as caught:
        load_course(folder)
    return [str(problem) for problem in caught.value.problems]


def test_reads_a_course_whole(folder: Path) -> None:
    course = load_course(folder)
    (lesson,) = course.lessons_in_order()
    assert [type(part).__name__ for part in lesson.content] == [
        "Prose",
        "Callout",
        "Embedded",
        "Embedded",
        "Embedded",
        "Embedded",
    ]
    assert lesson.embedded("check") == ("m1-l1-check",)
    assert [(cited.key, cited.line) for cited in lesson.cited] == [
        ("doe-2020", 10),
        ("doe-2020", 13),
        ("roe-2021", 13),
    ]
    assert course.references_of("m1") == ("doe-2020", "roe-2021")
    assert list(course.objectives) == ["lo1"]
    assert course.item("post-01").objective == "lo1"


def test_prose_knows_its_line(folder: Path) -> None:
    prose, callout, *_ = load_course(folder).lessons["m1-l1"].content
    assert isinstance(prose, Prose)
    assert prose.line == 8
    assert isinstance(callout, Callout)
    assert callout.kind == "contested"


def test_a_digest_changes_with_any_byte(folder: Path) -> None:
    before = load_course(folder).digest
    assert load_course(folder).digest == before
    change(folder, "modules/m1/first.md", "It stays a thing", "It remains a thing")
    assert load_course(folder).digest != before


def test_an_item_digest_changes_only_with_the_item(folder: Path) -> None:
    before = load_course(folder).item("thing-01").digest
    change(folder, "modules/m1/first.md", "It stays a thing", "It remains a thing")
    assert load_course(folder).item("thing-01").digest == before
    change(folder, "modules/m1/first.checks.yaml", "why: It is one.", "why: It is one indeed.")
    assert load_course(folder).item("thing-01").digest != before


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("course.yaml", "level: introductory", "level: easy", "course.yaml:5: `level` is one of"),
        (
            "course.yaml",
            "language: en",
            "language: en\nlanguge: de",
            "course.yaml:5: `languge` is not a field",
        ),
        (
            "course.yaml",
            'version: "1"',
            "version: 1",
            "course.yaml:3: `version` is a text",
        ),
        ("course.yaml", "title: A tiny", "title: &a A tiny", "course.yaml:2: expected no anchors"),
        (
            "course.yaml",
            "id: tiny\n",
            "id: tiny\nid: tiny\n",
            "course.yaml:2: expected 'id' once, found it twice",
        ),
        ("course.yaml", "modules: [m1]", "modules: [m1, m2]", "course.yaml:0: module m2: listed without"),
        (
            "modules/m1/module.yaml",
            "[m1-l1]",
            "[m1-l1, m1-l2]",
            "lesson m1-l2: listed in module.yaml without",
        ),
        (
            "modules/m1/first.md",
            "objectives: [lo1]",
            "objectives: soon",
            "first.md:5: `objectives`",
        ),
        (
            "modules/m1/first.md",
            "---\nid: m1-l1",
            "id: m1-l1",
            "first.md:1: a lesson begins with front matter",
        ),
        ("modules/m1/first.md", "{contested}", "{scandal}", "first.md:12: unknown directive '{scandal}'"),
        ("modules/m1/first.md", "ref: band", "rif: band", "first.md:17: `ref` is missing"),
        ("modules/m1/first.md", "*two* things {cite}", "*two* things {site}", "unknown role {site}"),
        ("modules/m1/first.md", "*two*", "![x](y.png)", "images come in by :::{media}"),
        (
            "modules/m1/first.checks.yaml",
            "b: {text: No",
            "b: {right: true, text: No",
            "exactly one right option",
        ),
        ("modules/m1/first.checks.yaml", "cite: [doe-2020]\n    options", "cite: []\n    options", "cite"),
        ("modules/m1/first.checks.yaml", "thing-02", "thing-01", "two items have the id thing-01"),
        ("cases/the.case.yaml", "to: out", "to: away", "leads to nodes that do not exist: away"),
        ("cases/the.case.yaml", "to: out", "to: in", "nodes that nothing leads to: out"),
        (
            "explorables/band.yaml",
            "{concentration_ng_per_ml: 400}",
            "{concentration_ng_per_ml: 401}",
            "outside",
        ),
        ("explorables/band.yaml", "start: 100", "start: 500", "a slider starts inside its range"),
        (
            "post-test.yaml",
            "draw: 1",
            "draw: 2",
            "post-test.yaml:1: draws 2 items from a pool of 1",
        ),
        ("accreditation/offerings.yaml", "2028-01-05", "2025-01-05", "valid_through lies before valid_from"),
        ("changes.yaml", "kind: substantive", "kind: safety", "names the delta lesson"),
        ("evaluation.yaml", "kind: text", "kind: scale", "a scale or a choice has options"),
    ],
)
def test_names_file_line_and_expectation(folder: Path, file: str, old: str, new: str, expected: str) -> None:
    change(folder, file, old, new)
    assert any(expected in problem for problem in problems_of(folder)), problems_of(folder)


def test_all_problems_at_once(folder: Path) -> None:
    change(folder, "course.yaml", "level: introductory", "level: easy")
    change(folder, "post-test.yaml", "draw: 1", "draw: 2")
    (folder / "evaluation.yaml").unlink()
    found = "\n".join(problems_of(folder))
    assert "course.yaml:5" in found
    assert "post-test.yaml:1" in found
    assert "evaluation.yaml:0: is missing" in found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xfe", "is not UTF-8"),
        (b"", "should be a valid dictionary"),
        (b"a: [1", "expected plain YAML"),
        (b"a: &x [1]\nb: *x\n", "expected no anchors"),
        (b"!!python/object/apply:os.system ['true']\n", "found the tag"),
        (b"x" * 1_000_001, "is larger than"),
    ],
)
def test_hostile_yaml_is_refused(folder: Path, content: bytes, expected: str) -> None:
    (folder / "course.yaml").write_bytes(content)
    assert expected in "\n".join(problems_of(folder))


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    (folder / "changes.yaml").rename(outside)
    (folder / "changes.yaml").symlink_to(outside)
    assert "changes.yaml:0: points outside the folder of the course" in problems_of(folder)


def test_the_same_id_twice_is_refused(folder: Path) -> None:
    change(folder, "explorables/band.yaml", "id: band", "id: the-case")
    assert any("the id the-case is also used by" in problem for problem in problems_of(folder))


def test_no_folder(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "nowhere") == ["nowhere:0: is not a folder"]


def test_every_yaml_file_has_a_json_schema() -> None:
    schemas = json_schemas()
    assert "modules/*/*.checks.yaml" in schemas
    assert all(schema["additionalProperties"] is False for schema in schemas.values())
