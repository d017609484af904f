"""Recordings that belong to a course: the narration of its lessons, and interviews with their speakers."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from mooring.content.course.schema import FileModel, Id, Sha256, Text


class Mark(FileModel):
    """A moment of a recording, and the place in the lesson that belongs to it."""

    anchor: str
    title: str = ""
    at_s: float = Field(ge=0)


class Recording(FileModel):
    """The sound of one lesson. `recorded` says that a person read it: no voice ever takes its place."""

    lesson: Id
    file: Text
    sha256: Sha256
    captions: Text
    script: Sha256
    voice: Text
    recorded: bool = False
    seconds: float = Field(gt=0)
    chapters: tuple[Mark, ...] = ()
    stops: tuple[Mark, ...] = ()


class NarrationFile(FileModel):
    """`narration.yaml`: which lessons can be heard."""

    recordings: tuple[Recording, ...] = ()


class InterviewFile(FileModel):
    """`interviews/<id>.yaml`: a talk with somebody. What they disclose stands above the player, never below it."""

    id: Id
    title: Text
    medium: Id = Field(description="The sound or film in media.yaml, with captions and transcript.")
    speaker: Text
    credentials: str = ""
    held: date
    disclosure: Text = Field(description="What the speaker disclosed, or that there is nothing to disclose.")
    made_up: bool = Field(default=False, description="Speaker and words are invented, and the page says so.")
    about: Text = Field(description="What to listen for, in a sentence.")
