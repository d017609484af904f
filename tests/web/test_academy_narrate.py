"""A voice reads a course folder aloud: any program that writes a WAV; a person's recording always wins."""

import sys
import wave
from pathlib import Path

import pytest
import yaml

from mooring.content.course.lint import lint_course
from mooring.content.course.loader import load_course
from mooring.web.academy_narrating import narrate
from mooring.work.mistakes import Mistake
from tests.content.tiny_course import REFERENCES, change, write_tiny_course
from tests.people import NOW

pytestmark = pytest.mark.pure
VOICE = """
import sys, wave
text, sound = sys.argv[1:]
with wave.open(sound, "wb") as out:
    out.setparams((1, 2, 8000, 0, "NONE", ""))
    out.writeframes(b"\\1\\0" * (80 * len(open(text, encoding="utf-8").read())))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_course(tmp_path / "tiny")


@pytest.fixture
def voice(tmp_path: Path) -> str:
    path = tmp_path / "voice.py"
    path.write_text(VOICE, encoding="utf-8")
    return f"{sys.executable} -S {path} {{text}} {{sound}}"


def read(folder: Path, voice: str) -> list[str]:
    said: list[str] = []
    assert narrate(folder, voice=voice, encode="", kind="ogg", only="", say=said.append) == 0
    return said


def test_a_lesson_is_read_with_captions_chapters_and_stops(folder: Path, voice: str) -> None:
    assert read(folder, voice)[0].startswith("  m1-l1: ")
    course = load_course(folder)
    found = course.narration["m1-l1"]
    with wave.open(str(folder / "media" / found.file)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(found.seconds, abs=0.01)
    assert [mark.title for mark in found.chapters] == ["What it is"]
    assert [mark.anchor for mark in found.stops] == ["x-band"]
    assert 0 < found.stops[0].at_s <= found.seconds
    captions = (folder / "media" / found.captions).read_text(encoding="utf-8")
    assert "The thing is a thing." in captions
    report = lint_course(course, references=REFERENCES, day=NOW.date())
    assert not [each for each in report.problems if "m1-l1" in each.message]


def test_what_did_not_change_is_left_and_a_persons_recording_always_wins(folder: Path, voice: str) -> None:
    read(folder, voice)
    assert read(folder, voice) == ["  m1-l1: unchanged, left as it is"]
    kept = yaml.safe_load((folder / "narration.yaml").read_text(encoding="utf-8"))
    kept["recordings"][0]["recorded"] = True
    (folder / "narration.yaml").write_text(yaml.safe_dump(kept), encoding="utf-8")
    change(folder, "modules/m1/first.md", "It stays a thing", "It remains a thing")
    assert read(folder, voice) == ["  m1-l1: recorded by a person, left as it is"]


def test_a_voice_that_is_missing_or_silent_is_said(folder: Path) -> None:
    with pytest.raises(Mistake, match="no program no-such-voice"):
        read(folder, "no-such-voice {text} {sound}")
    with pytest.raises(Mistake, match="wrote no sound"):
        read(folder, f"{sys.executable} -S -c pass {{text}} {{sound}}")
    assert not (folder / "narration.yaml").exists()
