"""Whether the recordings of a course are whole, current, and honest about who speaks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from mooring.content.course.lint_files import MEDIA_FILES, has_captions
from mooring.content.course.loader import CourseContent, CourseProblem
from mooring.content.course.narration import script_digest, script_of
from mooring.content.course.places import problem
from mooring.content.course.schema import MediaKind

NARRATION = "narration.yaml"
SOUNDS = (*MEDIA_FILES[MediaKind.AUDIO], ".wav", ".opus")


def recording_problems(course: CourseContent) -> Iterator[CourseProblem]:
    """Narrations that are missing, swapped or without captions, and interviews without their sound."""
    for recording in course.narration.values():
        path = course.folder / "media" / recording.file
        captions = course.folder / "media" / recording.captions
        if recording.lesson not in course.lessons:
            yield problem(course, NARRATION, recording.lesson, f"lesson {recording.lesson} does not exist")
        if not (path.resolve().is_relative_to(course.folder) and path.is_file()):
            yield problem(course, NARRATION, recording.lesson, f"no file media/{recording.file}")
        elif path.suffix.lower() not in SOUNDS:
            yield problem(course, NARRATION, recording.lesson, f"sound comes as {', '.join(SOUNDS)}")
        elif (found := hashlib.sha256(path.read_bytes()).hexdigest()) != recording.sha256:
            said = "the file is not the one whose sha256 is given; if it is meant, write sha256:"
            yield problem(course, NARRATION, recording.lesson, f"{recording.lesson}: {said} {found}")
        if not (
            captions.resolve().is_relative_to(course.folder) and captions.is_file() and has_captions(captions)
        ):
            yield problem(
                course, NARRATION, recording.lesson, f"{recording.lesson}: needs captions beside it"
            )
    for interview in course.interviews.values():
        medium = course.media.get(interview.medium)
        file = course.files[interview.id]
        if medium is None:
            yield problem(course, file, "medium", f"{interview.medium} is not in media.yaml")
        elif medium.kind is MediaKind.IMAGE:
            yield problem(
                course, file, "medium", f"{interview.medium} is a picture; an interview is heard or seen"
            )


def stale_recordings(course: CourseContent) -> Iterator[CourseProblem]:
    """Advice where the text of a lesson was changed since it was read aloud."""
    for recording in course.narration.values():
        lesson = course.lessons.get(recording.lesson)
        if lesson is not None and recording.script != script_digest(script_of(lesson)):
            way = "record it again" if recording.recorded else "run mooring academy narrate"
            yield CourseProblem(lesson.file, 0, f"was changed since it was read aloud; {way}")
