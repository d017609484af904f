"""A lesson that can be heard: what its player shows."""

from dataclasses import dataclass
from functools import lru_cache

from mooring.content.course.loader import CourseContent, Lesson
from mooring.content.course.narration import script_digest, script_of
from mooring.content.course.recordings import Mark, Recording

KEPT_SCRIPTS = 512
SPEEDS = ("0.8", "1", "1.25", "1.5")


@dataclass(frozen=True)
class HeardChapter:
    """A chapter of a recording: where it is in the page, and when it is heard."""

    anchor: str
    title: str
    at_s: float

    @property
    def clock(self) -> str:
        """Minutes and seconds, as a player writes them: `02:20`."""
        return f"{int(self.at_s // 60):02}:{int(self.at_s % 60):02}"


@dataclass(frozen=True)
class Narration:
    """The recording of a lesson. `stale`: the text was changed since it was read."""

    chapters: tuple[HeardChapter, ...]
    stops: tuple[Mark, ...]
    voice: str
    recorded: bool
    stale: bool


def narration_of(course: CourseContent, lesson: Lesson) -> Narration | None:
    """What can be heard of a lesson; nothing where nobody has read it."""
    recording = course.narration.get(lesson.head.id)
    return _narration(recording, lesson) if recording else None


@lru_cache(maxsize=KEPT_SCRIPTS)
def _narration(recording: Recording, lesson: Lesson) -> Narration:
    return Narration(
        tuple(HeardChapter(mark.anchor, mark.title, mark.at_s) for mark in recording.chapters),
        recording.stops,
        recording.voice,
        recording.recorded,
        recording.script != script_digest(script_of(lesson)),
    )
