"""What is read aloud of a lesson, and recordings that are whole, current and honest."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from mooring.content.course.lint import lint_course
from mooring.content.course.loader import load_course
from mooring.content.course.narration import LONGEST_SENTENCE, script_digest, script_of, web_captions
from tests.content.tiny_course import REFERENCES, change, write_tiny_course

pytestmark = pytest.mark.pure
SOUND = b"not really a sound"
FOUNDATIONS = Path(__file__).parents[3] / "src/mooring/content/courses/ketamine-foundations"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_course(tmp_path / "tiny")


def recorded(folder: Path, **other: object) -> None:
    """Put a recording of the only lesson beside the course."""
    media = folder / "media"
    media.mkdir(exist_ok=True)
    (media / "a.ogg").write_bytes(SOUND)
    (media / "a.vtt").write_text(web_captions([(0, 1, "The thing is a thing.")]), encoding="utf-8")
    said = {
        "lesson": "m1-l1",
        "file": "a.ogg",
        "sha256": hashlib.sha256(SOUND).hexdigest(),
        "captions": "a.vtt",
        "script": script_digest(script_of(load_course(folder).lessons["m1-l1"])),
        "voice": "test",
        "seconds": 1,
    } | other
    lines = "\n".join(f"    {key}: {value}" for key, value in said.items()).replace(
        "    lesson", "  - lesson", 1
    )
    (folder / "narration.yaml").write_text(f"recordings:\n{lines}\n", encoding="utf-8")


def report_of(folder: Path) -> tuple[str, str]:
    report = lint_course(load_course(folder), references=REFERENCES, day=date(2026, 3, 1))
    return "\n".join(map(str, report.problems)), "\n".join(map(str, report.advice))


def test_the_script_is_the_text_in_sentences_with_chapters_and_stops(folder: Path) -> None:
    lines = script_of(load_course(folder).lessons["m1-l1"])
    assert lines[0].words == "What it is"
    assert lines[0].chapter == "part-1"
    assert [line.words for line in lines[1:3]] == [
        "The thing is a thing.",
        "It stays a thing, and a thing it is, whatever the day brings to it.",
    ]
    assert lines[3].words == "Contested."
    assert "doe-2020" not in " ".join(line.words for line in lines)
    assert lines[-1].stop == "x-band"


def test_a_table_is_named_and_not_read(folder: Path) -> None:
    change(
        folder, "modules/m1/first.md", ":::{contested}", "| A | B |\n|---|---|\n| 1 | 2 |\n\n:::{contested}"
    )
    words = [line.words for line in script_of(load_course(folder).lessons["m1-l1"])]
    assert "A table stands here; it is on the page." in words
    assert "1" not in words


def test_every_sentence_of_the_course_fits_its_caption() -> None:
    for lesson in load_course(FOUNDATIONS).lessons.values():
        for line in script_of(lesson):
            assert line.words.strip()
            assert len(line.words) <= 2 * LONGEST_SENTENCE, line.words


def test_a_changed_text_and_a_swapped_sound_are_noticed(folder: Path) -> None:
    recorded(folder)
    assert report_of(folder) == ("", report_of(folder)[1])
    assert "read aloud" not in report_of(folder)[1]
    change(folder, "modules/m1/first.md", "It stays a thing", "It remains a thing")
    assert "first.md:0: was changed since it was read aloud" in report_of(folder)[1]
    recorded(folder, recorded="true")
    (folder / "media/a.ogg").write_bytes(b"another sound")
    assert "the file is not the one whose sha256 is given" in report_of(folder)[0]


def test_a_recording_without_captions_is_refused(folder: Path) -> None:
    recorded(folder)
    (folder / "media/a.vtt").write_text("no captions", encoding="utf-8")
    assert "m1-l1: needs captions beside it" in report_of(folder)[0]


def test_an_interview_needs_its_sound(folder: Path) -> None:
    (folder / "interviews").mkdir()
    (folder / "interviews/talk.yaml").write_text(
        "{id: talk, title: T, medium: no-such, speaker: S, held: 2026-01-01, disclosure: Nothing., about: A.}\n",
        encoding="utf-8",
    )
    assert "interviews/talk.yaml:1: no-such is not in media.yaml" in report_of(folder)[0]
    assert "interview talk is shown in no lesson" in report_of(folder)[0]
