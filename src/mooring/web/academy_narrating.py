"""`mooring academy narrate`: a voice reads the lessons of a course folder aloud, into files with captions.

A voice is any program that reads a text file and writes a sound file; its command is given each time, and nothing is
installed with Mooring. A lesson that a person has recorded is left as it is. A lesson whose text did not change since
it was read is left as well.
"""

import hashlib
import shlex
import subprocess
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from mooring.content.course.loader import CourseContent, CourseUnreadable, Lesson, load_course
from mooring.content.course.narration import SpokenLine, script_digest, script_of, web_captions
from mooring.content.course.recordings import Mark, Recording
from mooring.words.numbers import plain_number
from mooring.work.mistakes import Mistake

FOLDER = "narration"
AFTER_SENTENCE_S, AFTER_PASSAGE_S, BEFORE_CHAPTER_S = 0.3, 0.7, 0.9
"""Silence that is put between what is read. Design defaults."""
SECONDS_A_SENTENCE = 60
"""How long a voice may take for one sentence before it is given up."""


@dataclass
class _Sound:
    """Sentences that were read, one after the other, as they grow into one file."""

    params: wave._wave_params | None = None
    frames: list[bytes] = field(default_factory=list)
    seconds: float = 0.0

    def silence(self, seconds: float) -> None:
        if self.params is not None:
            count = round(seconds * self.params.framerate)
            self.frames.append(b"\0" * (count * self.params.sampwidth * self.params.nchannels))
            self.seconds += count / self.params.framerate

    def add(self, path: Path) -> tuple[float, float]:
        """Take in what a voice wrote; answers when it begins and ends."""
        with wave.open(str(path), "rb") as read:
            params, body = read.getparams(), read.readframes(read.getnframes())
        if self.params is not None and params[:3] != self.params[:3]:
            raise Mistake("The voice changed its sample rate between two sentences. Use another voice.")
        self.params = self.params or params
        start = self.seconds
        self.frames.append(body)
        self.seconds += params.nframes / params.framerate
        return start, self.seconds

    def write(self, path: Path) -> None:
        assert self.params is not None
        with wave.open(str(path), "wb") as written:
            written.setparams(self.params)
            written.writeframes(b"".join(self.frames))


def narrate(
    folder: Path, *, voice: str, encode: str, kind: str, only: str, say: Callable[[str], None] = print
) -> int:
    """Read the lessons of a course aloud. 0 when all are read that had to be.

    Args:
        folder: the folder of the course; `narration.yaml` and `media/narration/` are written there.
        voice: command of the voice, with {text} for the file to read and {sound} for the WAV to write.
        encode: command that makes the file smaller, with {sound} and {out}; empty keeps the WAV.
        kind: the ending of what `encode` writes, such as ogg.
        only: one lesson by its id, or empty for all.
    """
    course = _course(folder)
    if only and only not in course.lessons:
        raise Mistake(f"{only} is no lesson of this course.")
    kept = dict(course.narration)
    for lesson in course.lessons_in_order():
        if only and lesson.head.id != only:
            continue
        lines = script_of(lesson)
        standing = kept.get(lesson.head.id)
        if standing is not None and (standing.recorded or standing.script == script_digest(lines)):
            say(
                f"  {lesson.head.id}: {'recorded by a person' if standing.recorded else 'unchanged'}, left as it is"
            )
            continue
        kept[lesson.head.id] = _read(folder, lesson, lines, voice=voice, encode=encode, kind=kind)
        say(f"  {lesson.head.id}: {plain_number(round(kept[lesson.head.id].seconds / 60, 1))} minutes")
        _write(folder, course, kept)
    return 0


def _course(folder: Path) -> CourseContent:
    try:
        return load_course(folder)
    except CourseUnreadable as fault:
        raise Mistake(str(fault)) from fault


def _read(
    folder: Path, lesson: Lesson, lines: tuple[SpokenLine, ...], *, voice: str, encode: str, kind: str
) -> Recording:
    sound, timed = _Sound(), []
    chapters: list[Mark] = []
    stops: list[Mark] = []
    headings = {line.chapter: line.words for line in lines if line.chapter}
    with TemporaryDirectory(prefix="mooring-voice-") as name:
        place = Path(name)
        for line in lines:
            if line.chapter:
                sound.silence(BEFORE_CHAPTER_S)
            start, end = sound.add(_spoken(place, line.words, voice))
            timed.append((start, end, line.words))
            if line.chapter:
                chapters.append(Mark(anchor=line.chapter, title=headings[line.chapter], at_s=round(start, 2)))
            if line.stop:
                stops.append(Mark(anchor=line.stop, at_s=round(end, 2)))
            sound.silence(AFTER_PASSAGE_S if line.ends_passage else AFTER_SENTENCE_S)
        whole = place / "whole.wav"
        sound.write(whole)
        body = _encoded(place, whole, encode, kind) if encode else whole.read_bytes()
    file = f"{FOLDER}/{lesson.head.id}.{kind if encode else 'wav'}"
    captions = f"{FOLDER}/{lesson.head.id}.vtt"
    (folder / "media" / FOLDER).mkdir(parents=True, exist_ok=True)
    (folder / "media" / file).write_bytes(body)
    (folder / "media" / captions).write_text(web_captions(timed), encoding="utf-8")
    return Recording(
        lesson=lesson.head.id,
        file=file,
        sha256=hashlib.sha256(body).hexdigest(),
        captions=captions,
        script=script_digest(lines),
        voice=shlex.split(voice)[0],
        seconds=round(sound.seconds, 2),
        chapters=tuple(chapters),
        stops=tuple(stops),
    )


def _spoken(place: Path, words: str, voice: str) -> Path:
    text, sound = place / "sentence.txt", place / "sentence.wav"
    text.write_text(words, encoding="utf-8")
    sound.unlink(missing_ok=True)
    _run(voice, text=text, sound=sound)
    if not sound.is_file():
        raise Mistake("The voice wrote no sound. Its command needs {text} and {sound}.")
    return sound


def _encoded(place: Path, sound: Path, encode: str, kind: str) -> bytes:
    out = place / f"whole-out.{kind}"
    _run(encode, sound=sound, out=out)
    if not out.is_file():
        raise Mistake("The encoder wrote nothing. Its command needs {sound} and {out}.")
    return out.read_bytes()


def _run(command: str, **files: Path) -> None:
    """Run a command of the operator's own, without a shell."""
    parts = [part.format(**files) for part in shlex.split(command)]
    try:
        subprocess.run(parts, check=True, capture_output=True, timeout=SECONDS_A_SENTENCE)  # noqa: S603 - see above
    except FileNotFoundError as fault:
        raise Mistake(f"There is no program {parts[0]} on this machine.") from fault
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as fault:
        raise Mistake(f"{parts[0]} failed: {getattr(fault, 'stderr', b'') or fault}") from fault


def _write(folder: Path, course: CourseContent, kept: dict[str, Recording]) -> None:
    order = [lesson.head.id for lesson in course.lessons_in_order()]
    found = [kept[each].model_dump(mode="json") for each in order if each in kept]
    body = yaml.safe_dump({"recordings": found}, sort_keys=False, allow_unicode=True, width=120)
    head = "# Written by `mooring academy narrate`. A lesson that a person reads: put in its file and `recorded: true`.\n"
    (folder / "narration.yaml").write_text(head + body, encoding="utf-8")
