"""A lesson rendered: once, safely, every claim with its number; hostile text comes out inert."""

from pathlib import Path

import pytest

from mooring.academy.checks.queries.reading import Passage, reading_of
from mooring.content.course.loader import Lesson, load_course
from tests.content.tiny_course import change
from tests.courses import write_course

CLAIM = "It stays a thing, and a thing it is, whatever the day brings to it."


def lesson_with(folder: Path, markdown: str) -> Lesson:
    write_course(folder)
    change(folder, "modules/m1/first.md", CLAIM, markdown)
    return load_course(folder).lessons["m1-l1"]


def html_of(lesson: Lesson) -> str:
    return "".join(part.html for part in reading_of(lesson).parts if isinstance(part, Passage))


def test_numbers_follow_the_order_of_the_claims_and_stay_with_their_work(tmp_path: Path) -> None:
    reading = reading_of(lesson_with(tmp_path, CLAIM))
    assert [(each.number, each.work.id) for each in reading.sources] == [
        (1, "domino-2010-tiger"),
        (2, "li-2016-fifty"),
    ]
    cited = [
        tuple(each.number for each in part.sources) for part in reading.parts if isinstance(part, Passage)
    ]
    assert cited == [(), (1,), (1, 2)]
    assert 'aria-label="Source 1: Domino 2010"' in html_of(load_course(tmp_path).lessons["m1-l1"])


def test_the_same_lesson_is_rendered_once(tmp_path: Path) -> None:
    lesson = lesson_with(tmp_path, CLAIM)
    assert reading_of(lesson) is reading_of(lesson)


@pytest.mark.parametrize(
    ("hostile", "must_not_stand"),
    [
        ("<script>alert(1)</script>", "<script"),
        ('<img src=x onerror="alert(1)">', "<img"),
        ("[press](javascript:alert(1))", 'href="javascript'),
        ("[press](data:text/html;base64,PHNjcmlwdD4=)", 'href="data:'),
        ('<a href="https://x.example" onclick="x()">x</a>', "<a href="),
        ("<iframe src=https://x.example></iframe>", "<iframe"),
        ("<style>*{display:none}</style>", "<style"),
        ("| a |\n|:---|\n| <form action=/> |", "<form"),
        ("\ue00099\ue001 and \ue0001,2\ue001", 'href="#source-99"'),
    ],
)
def test_hostile_text_is_shown_as_text(tmp_path: Path, hostile: str, must_not_stand: str) -> None:
    html = html_of(lesson_with(tmp_path, f"{CLAIM}\n\n{hostile}"))
    assert must_not_stand not in html
    assert "style=" not in html


def test_a_table_scrolls_by_itself_and_carries_no_style(tmp_path: Path) -> None:
    html = html_of(lesson_with(tmp_path, f"{CLAIM}\n\n| Route | Peak |\n|---|---:|\n| vein | 40 |"))
    assert 'class="table-scroll" tabindex="0" role="region" aria-label="Table: Route, Peak"' in html
    assert '<td class="n">40</td>' in html
