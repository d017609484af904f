"""Lesson Markdown: counting, reading grade and safe HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.content.course.text import (
    blocks,
    count_words,
    html_blocks,
    plain_text,
    reading_grade,
    to_html,
)

pytestmark = pytest.mark.pure


def cite(keys: tuple[str, ...]) -> str:
    return f"<sup>{len(keys)}</sup>"


def test_citations_are_rendered_by_the_caller() -> None:
    assert to_html("So {cite}`a-1,b-2`.", cite=cite) == "<p>So <sup>2</sup>.</p>\n"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "<a href='https://x.example' onclick='y()'>x</a>",
        "<iframe src='https://x.example'></iframe>",
        "| a |\n| - |\n| <svg onload=x> |",
    ],
)
def test_hostile_markdown_stays_text(hostile: str) -> None:
    html = to_html(hostile, cite=cite).lower()
    for bad in ("<script", "<img", "<iframe", "<svg", 'href="javascript', 'href="data', "<a href='"):
        assert bad not in html


@given(st.text(max_size=200))
def test_any_text_gives_html_without_scripts(text: str) -> None:
    html = to_html(text, cite=cite).lower()
    assert "<script" not in html
    assert "onerror=" not in html.replace("&quot;", '"') or "<img" not in html


def test_words_are_counted_without_marks_and_citations() -> None:
    text = plain_text(
        "## Two words\n\nThree **short** words {cite}`d-1`, 0.5 mg/kg.\n\n| a | b |\n|---|---|\n| c | d |"
    )
    assert count_words(text) == 2 + 3 + 2 + 4


def test_reading_grade_orders_easy_and_hard() -> None:
    easy = reading_grade("The cat sat. The dog ran. We saw it.")
    hard = reading_grade(
        "Pharmacokinetic heterogeneity complicates generalisable recommendations considerably."
    )
    assert easy < 3 < 12 < hard
    assert reading_grade("") == 0


def test_reading_grade_against_a_hand_count() -> None:
    # "The cat sat on the mat": 6 words, 1 sentence, 6 syllables: 0.39*6 + 11.8*1 - 15.59 = -1.45
    assert reading_grade("The cat sat on the mat.") == pytest.approx(-1.45)


def test_blocks_keep_every_line_of_prose() -> None:
    text = "---\nid: x\n---\nOne.\n\n:::{remember}\nTwo.\n:::\n\nThree.\n"
    assert [(type(block).__name__, block.line) for block in blocks(text)] == [
        ("Prose", 4),
        ("Callout", 7),
        ("Prose", 10),
    ]


def test_a_passage_comes_block_by_block_with_what_each_cites() -> None:
    seen: list[str] = []

    def cite(keys: tuple[str, ...]) -> str:
        seen.extend(keys)
        return ""

    text = "## Head\n\nOne {cite}`a-1`.\n\n- two {cite}`b-2`\n- three\n\n| a | b |\n|---|---|\n| c {cite}`d-4` | d |"
    found = []
    for html in html_blocks(text, cite=cite):
        found.append((html[:3], tuple(seen)))
        seen.clear()
    assert found == [("<h2", ()), ("<p>", ("a-1",)), ("<ul", ("b-2",)), ("<ta", ("d-4",))]
