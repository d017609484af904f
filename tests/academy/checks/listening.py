"""What the tests of listening share: the tiny course with its lesson read aloud and an interview in it."""

import hashlib
from pathlib import Path

from mooring.content.course.loader import load_course
from mooring.content.course.narration import script_digest, script_of, web_captions
from tests.content.tiny_course import change
from tests.courses import write_course

SOUND = bytes(range(200))
TALK = (
    "{id: talk, title: A talk, medium: talk-sound, speaker: Ada Example, held: 2026-01-05, made_up: true, "
    "disclosure: Shares in nothing., about: Listen.}\n"
)


def heard_course(
    folder: Path, *, sound: bytes = SOUND, kind: str = "ogg", chapter_s: float = 61.5, stop_s: float = 70
) -> Path:
    """Write the course into a folder; its one chapter and its one stop lie where they are asked for."""
    write_course(folder)
    media = folder / "media"
    media.mkdir(exist_ok=True)
    (media / "a.ogg").write_bytes(SOUND)
    (media / f"read.{kind}").write_bytes(sound)
    (media / "a.vtt").write_text(web_captions([(0, 90, "It is.")]), encoding="utf-8")
    (media / "a.md").write_text("**Ada:** Every word.\n", encoding="utf-8")
    (folder / "interviews").mkdir()
    (folder / "interviews/talk.yaml").write_text(TALK, encoding="utf-8")
    talk = hashlib.sha256(SOUND).hexdigest()
    (folder / "media.yaml").write_text(
        f"media:\n  - {{id: talk-sound, kind: audio, file: a.ogg, sha256: {talk}, captions: a.vtt, transcript: a.md}}\n",
        encoding="utf-8",
    )
    change(folder, "modules/m1/first.md", ":::{case}", ":::{interview}\nref: talk\n:::\n\n:::{case}")
    script = script_digest(script_of(load_course(folder).lessons["m1-l1"]))
    (folder / "narration.yaml").write_text(
        f"recordings:\n  - {{lesson: m1-l1, file: read.{kind}, sha256: {hashlib.sha256(sound).hexdigest()}, "
        f"captions: a.vtt, script: {script}, voice: Ruth, recorded: true, seconds: 90, "
        f"chapters: [{{anchor: part-1, title: What it is, at_s: {chapter_s}}}], "
        f"stops: [{{anchor: x-band, at_s: {stop_s}}}]}}\n",
        encoding="utf-8",
    )
    return folder
