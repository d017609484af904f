"""Equations of a lesson: MathML, or the lint says which cannot be read (case E2)."""

from pathlib import Path

import pytest

from mooring.content.course.lint import lint_course
from mooring.content.course.loader import load_course
from mooring.content.course.text import plain_text, to_html
from tests.content.course.test_course_lint import DAY, REFERENCES
from tests.content.tiny_course import change, write_tiny_course

pytestmark = pytest.mark.pure


def html(markdown: str) -> str:
    return to_html(markdown, cite=lambda keys: "")


def test_case_e2_an_equation_becomes_mathml() -> None:
    said = html("The volume is $C = D/V$ at the start.")
    assert "<math" in said
    assert "<mi>C</mi>" in said
    assert "$" not in said


def test_an_equation_on_lines_of_its_own_is_a_block() -> None:
    said = html("Then:\n\n$$\nC(t) = \\frac{D}{V} e^{-k t}\n$$\n")
    assert 'display="block"' in said
    assert "<mfrac>" in said


def test_a_price_is_no_equation() -> None:
    assert "<math" not in html("It costs $5, and $6 with tax.")


def test_an_equation_can_hold_no_markup_of_its_own() -> None:
    assert "<script" not in html(r"$\text{<script>alert(1)</script>}$")


def test_an_equation_counts_no_words() -> None:
    assert plain_text("It is $C = D/V$ here.").split() == ["It", "is", "here."]


@pytest.mark.parametrize(
    ("written", "cause"),
    [
        (r"It is $\frac{D}{V$ here.", "braces"),
        (r"It is $\nonsense{D}$ here.", "nonsense"),
        ("It is $C = D here.", "stands outside an equation"),
        (r"It is \frac{D}{V} here.", "stands outside an equation"),
    ],
)
def test_case_e2_the_lint_says_which_cannot_be_read(tmp_path: Path, written: str, cause: str) -> None:
    folder = write_tiny_course(tmp_path / "tiny")
    change(folder, "modules/m1/first.md", "## What it is\n", f"## What it is\n\n{written}\n")
    problems = lint_course(load_course(folder), references=REFERENCES, day=DAY).problems
    found = [each for each in problems if cause in each.message]
    assert [(each.file, each.line) for each in found] == [("modules/m1/first.md", 10)]
