"""What is wrong with a file, in an author's words, with file and line (case E3)."""

import codecs
from pathlib import Path

import pytest

from mooring.content.course.loader import CourseUnreadable, load_course
from tests.content.tiny_course import change, write_tiny_course

pytestmark = pytest.mark.pure


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_course(tmp_path / "tiny")


def problems(folder: Path) -> list[str]:
    with pytest.raises(CourseUnreadable) as unreadable:
        load_course(folder)
    return [str(each) for each in unreadable.value.problems]


def test_case_e3_a_fence_that_is_never_closed_is_named_where_it_opens(folder: Path) -> None:
    path = folder / "modules/m1/first.md"
    text = path.read_text().rstrip().removesuffix(":::").rstrip()
    path.write_text(text + "\n")
    line = 1 + text[: text.rindex(":::{check}")].count("\n")
    assert problems(folder) == [
        f"modules/m1/first.md:{line}: :::{{check}} opens here and is never closed; end it with a line of :::"
    ]


def test_case_e3_a_byte_order_mark_is_called_so(folder: Path) -> None:
    path = folder / "modules/m1/first.md"
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    assert problems(folder) == [
        "modules/m1/first.md:1: begins with a byte-order mark, which an editor added unseen; "
        "save it as UTF-8 without one"
    ]


def test_case_e3_a_missing_feedback_is_said_in_words(folder: Path) -> None:
    change(folder, "modules/m1/first.checks.yaml", "text: No thing, why: It is one.", "text: No thing")
    found = problems(folder)
    assert found == [
        "modules/m1/first.checks.yaml:11: question 1, option b: `why` is missing: "
        "the feedback that a learner reads after this answer"
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("course.yaml", "released: 2026-01-05", "released: soon", "`released` is a date such as 2026-11-29"),
        ("course.yaml", "level: introductory", "level: easy", "`level` is one of: introductory"),
        ("course.yaml", "title: A tiny", "titel: A tiny", "did you mean `title`?"),
        ("modules/m1/first.checks.yaml", "type: single", "type: choice", "names the kind of question"),
        ("modules/m1/first.md", "id: m1-l1\n", "id: M1 L1\n", "small letters and figures"),
        ("post-test.yaml", "draw: 1", "draw: many", "`draw` is a number, found 'many'"),
    ],
)
def test_other_mistakes_are_said_without_the_schemas_words(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    change(folder, file, old, new)
    found = " ".join(problems(folder))
    assert said in found
    for jargon in ("Input should", "Field required", "Extra inputs", "literal", "union", "validation"):
        assert jargon not in found
