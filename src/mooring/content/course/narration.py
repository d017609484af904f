"""The narration of a lesson: what is read aloud, sentence by sentence, and its captions. Makes no sound.

The script is the lesson's own text: headings begin chapters, call-outs are said with their word, a table is named and
left to the eye, citations are left out. The narration stops where the lesson has something to do. A recording names the
digest of the script that it was read from, so that a text that changed since is noticed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mooring.content.course.loader import Embedded, Lesson
from mooring.content.course.places import place_of
from mooring.content.course.text import CALLOUTS, said_blocks

LONGEST_SENTENCE = 220
"""Characters from which a sentence is cut at a comma or a semicolon, so that a caption fits on two lines or three."""
SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[\"“'(]?[A-Z0-9])")
CLAUSE = re.compile(r"(?<=[,;])\s+")


@dataclass(frozen=True)
class SpokenLine:
    """One sentence as it is read. `chapter` is the anchor of a heading that begins with it, `stop` of what to do next."""

    words: str
    chapter: str = ""
    stop: str = ""
    ends_passage: bool = False


def script_of(lesson: Lesson) -> tuple[SpokenLine, ...]:
    """Everything that is read of a lesson, in order."""
    lines: list[SpokenLine] = []
    number = 0
    for part in lesson.content:
        if isinstance(part, Embedded):
            if lines and part.kind != "media" and not lines[-1].stop:
                lines[-1] = SpokenLine(lines[-1].words, lines[-1].chapter, place_of(part), ends_passage=True)
            continue
        word = CALLOUTS.get(getattr(part, "kind", ""), "")
        if word:
            lines.append(SpokenLine(f"{word}."))
        for kind, words in said_blocks(part.markdown):
            number += kind == "h2"
            lines += _lines(words, f"part-{number}" if kind == "h2" else "")
    return tuple(lines)


def _lines(words: str, chapter: str) -> Iterator[SpokenLine]:
    sentences = list(_cut(words))
    for place, sentence in enumerate(sentences):
        yield SpokenLine(sentence, chapter if place == 0 else "", ends_passage=place == len(sentences) - 1)


def _cut(words: str) -> Iterator[str]:
    for sentence in SENTENCE.split(words):
        if len(sentence) <= LONGEST_SENTENCE:
            yield sentence
            continue
        waiting = ""
        for clause in CLAUSE.split(sentence):
            if waiting and len(waiting) + len(clause) > LONGEST_SENTENCE:
                yield waiting
                waiting = clause
            else:
                waiting = f"{waiting} {clause}".strip()
        yield waiting


def script_digest(lines: Iterable[SpokenLine]) -> str:
    """SHA-256 of what is read, and of where it stops."""
    return hashlib.sha256("\n".join(f"{line.words}\t{line.stop}" for line in lines).encode()).hexdigest()


def web_captions(timed: Iterable[tuple[float, float, str]]) -> str:
    """WebVTT of sentences with their start and end in seconds.

    >>> print(web_captions([(0, 1.5, "One & two.")]))
    WEBVTT
    <BLANKLINE>
    00:00:00.000 --> 00:00:01.500
    One &amp; two.
    <BLANKLINE>
    """
    cues = (
        f"{_clock(start)} --> {_clock(end)}\n{words.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}\n"
        for start, end, words in timed
    )
    return "WEBVTT\n\n" + "\n".join(cues)


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
