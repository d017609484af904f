"""What the files of a course may not hold: pictures that act, media without alternatives, data about people."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import webvtt

from mooring.content.course.loader import CourseContent, CourseProblem
from mooring.content.course.places import problem
from mooring.content.course.schema import MediaKind, Medium
from mooring.content.course.text import Callout, Prose, equation_problems

PATIENT_DATA = {
    "a date of birth": re.compile(r"\b(?:DOB|date of birth|born on)\b\W{0,3}\d", re.IGNORECASE),
    "a record number": re.compile(r"\b(?:MRN|NHS (?:no|number)|SSN|record number)\b\W{0,3}\d", re.IGNORECASE),
    "a social security number": re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
    "an e-mail address": re.compile(r"\b[\w.+-]+@(?!example\.)[\w-]+\.[a-z]{2,}\b", re.IGNORECASE),
    "a telephone number": re.compile(
        r"(?<![\d.])(?:\+?\d{1,3}[ -])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}\b|\+\d{1,3}(?:[ -]?\d{2,4}){3,5}\b"
    ),
    "a person's name": re.compile(r"\b(?:Mrs?|Ms|Miss|Mister)\.? [A-Z][a-z]+"),
}


ACTIVE_SVG = re.compile(
    rb"<script|<foreignObject|\son\w+\s*=|javascript:|href\s*=\s*[\"']\s*(?!#)", re.IGNORECASE
)
"""What an SVG picture never needs: scripts, event handlers, foreign markup, links to anywhere else."""


MEDIA_FILES = {
    MediaKind.IMAGE: (".svg", ".png", ".jpg", ".webp"),
    MediaKind.AUDIO: (".mp3", ".m4a", ".ogg"),
    MediaKind.VIDEO: (".mp4", ".webm"),
}
"""What browsers show as what it is called; a page dressed as a picture is none of them."""


def media_problems(course: CourseContent) -> Iterator[CourseProblem]:
    """Media files that are missing, swapped, of another kind, active, or without their alternatives."""
    for medium in course.media.values():
        path = course.folder / "media" / medium.file
        if not _inside(course, path):
            yield problem(course, "media.yaml", medium.id, f"{medium.id}: no file media/{medium.file}")
        elif (found := hashlib.sha256(path.read_bytes()).hexdigest()) != medium.sha256:
            said = "the file is not the one whose sha256 is given; if it is meant, write sha256:"
            yield problem(course, "media.yaml", medium.id, f"{medium.id}: {said} {found}")
        elif path.suffix.lower() not in MEDIA_FILES[medium.kind]:
            known = ", ".join(MEDIA_FILES[medium.kind])
            yield problem(course, "media.yaml", medium.id, f"{medium.id}: {medium.kind} comes as {known}")
        elif path.suffix.lower() == ".svg" and ACTIVE_SVG.search(path.read_bytes()):
            yield problem(
                course,
                "media.yaml",
                medium.id,
                f"{medium.id}: the picture holds a script, a handler or a link",
            )
        yield from _alternatives(course, medium)


def _inside(course: CourseContent, path: Path) -> bool:
    return path.resolve().is_relative_to(course.folder) and path.is_file()


def _alternatives(course: CourseContent, medium: Medium) -> Iterator[CourseProblem]:
    if medium.kind is MediaKind.IMAGE:
        if not medium.alt:
            yield problem(course, "media.yaml", medium.id, f"{medium.id}: an image needs alt text")
        return
    for what, name in (("captions", medium.captions), ("transcript", medium.transcript)):
        path = course.folder / "media" / name
        if not _inside(course, path):
            yield problem(course, "media.yaml", medium.id, f"{medium.id}: needs {what} beside it")
        elif what == "captions" and not has_captions(path):
            yield problem(
                course,
                "media.yaml",
                medium.id,
                f"{medium.id}: {name} is not WebVTT with at least one caption",
            )


def has_captions(path: Path) -> bool:
    """Whether a file is WebVTT with at least one caption."""
    try:
        return bool(webvtt.from_string(path.read_text(encoding="utf-8")).captions)
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError, UnicodeDecodeError):
        return False


def people_problems(course: CourseContent) -> Iterator[CourseProblem]:
    """What looks like data about a person: a number, an address, a name with a title."""
    for path in sorted(chain(course.folder.rglob("*.md"), course.folder.rglob("*.yaml"))):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for what, pattern in PATIENT_DATA.items():
                if pattern.search(line):
                    yield CourseProblem(str(path.relative_to(course.folder)), number, f"looks like {what}")


def equations(course: CourseContent) -> Iterator[CourseProblem]:
    """Equations that cannot be read, and dollar signs that open none."""
    for lesson in course.lessons.values():
        passages = [part for part in lesson.content if isinstance(part, Prose | Callout)]
        for line, message in equation_problems(passages):
            yield CourseProblem(lesson.file, line, message)
