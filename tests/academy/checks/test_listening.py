"""A lesson that is read aloud, and an interview: player, captions, parts of a file, who speaks and what they disclosed."""

import hashlib
from pathlib import Path

import pytest
from django.urls import reverse

from mooring.academy.learning.models import Enrolment
from mooring.content.course.loader import load_course
from mooring.content.course.narration import script_digest, script_of, web_captions
from tests.academy.checks.studying import LESSON, lesson_at, signed_in, studying
from tests.content.tiny_course import change
from tests.courses import write_course
from tests.people import Cast, make_person

pytestmark = pytest.mark.django_db
SOUND = bytes(range(200))
TALK = "{id: talk, title: A talk, medium: talk-sound, speaker: Ada Example, held: 2026-01-05, made_up: true, disclosure: Shares in nothing., about: Listen.}"


@pytest.fixture
def heard(cast: Cast, tmp_path: Path) -> Enrolment:
    """The tiny course with its lesson read aloud and an interview in it."""
    folder = write_course(tmp_path / "tiny")
    media = folder / "media"
    media.mkdir(exist_ok=True)
    (media / "a.ogg").write_bytes(SOUND)
    (media / "a.vtt").write_text(web_captions([(0, 1, "It is.")]), encoding="utf-8")
    (media / "a.md").write_text("**Ada:** Every word.\n", encoding="utf-8")
    (folder / "interviews").mkdir()
    (folder / "interviews/talk.yaml").write_text(TALK + "\n", encoding="utf-8")
    digest = hashlib.sha256(SOUND).hexdigest()
    (folder / "media.yaml").write_text(
        f"media:\n  - {{id: talk-sound, kind: audio, file: a.ogg, sha256: {digest}, captions: a.vtt, transcript: a.md}}\n",
        encoding="utf-8",
    )
    change(folder, "modules/m1/first.md", ":::{case}", ":::{interview}\nref: talk\n:::\n\n:::{case}")
    script = script_digest(script_of(load_course(folder).lessons["m1-l1"]))
    (folder / "narration.yaml").write_text(
        f"recordings:\n  - {{lesson: m1-l1, file: a.ogg, sha256: {digest}, captions: a.vtt, script: {script}, "
        "voice: Ruth, recorded: true, seconds: 90, chapters: [{anchor: part-1, title: What it is, at_s: 61.5}], "
        "stops: [{anchor: x-band, at_s: 70}]}\n",
        encoding="utf-8",
    )
    return studying(cast, folder)


def test_the_lesson_shows_its_player_with_chapters_speed_and_who_reads(cast: Cast, heard: Enrolment) -> None:
    page = signed_in(cast.learner).get(lesson_at(heard)).content.decode()
    assert reverse("narration", args=[heard.pk, LESSON]) in page
    assert 'href="#part-1" data-at="61.5"' in page
    assert "01:01" in page
    assert 'data-stop="x-band"' in page
    assert "Read by Ruth." in page
    assert "data-read-aloud" not in page, "a recorded file takes the place of the browser's voice"
    assert 'id="part-1"' in page


def test_a_player_gets_the_part_that_it_asks_for(cast: Cast, heard: Enrolment) -> None:
    client, address = signed_in(cast.learner), reverse("narration", args=[heard.pk, LESSON])
    whole = client.get(address)
    assert (whole.status_code, whole.content, whole["Accept-Ranges"]) == (200, SOUND, "bytes")
    part = client.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, SOUND[10:20])
    assert part["Content-Range"] == "bytes 10-19/200"
    assert client.get(address, headers={"Range": "bytes=190-"}).content == SOUND[190:]
    assert client.get(address, headers={"Range": "bytes=-5"}).content == SOUND[-5:]
    assert client.get(address, headers={"Range": "bytes=900-"}).status_code == 416
    captions = client.get(reverse("narration-captions", args=[heard.pk, LESSON]))
    assert captions.content.startswith(b"WEBVTT")


def test_an_interview_says_who_speaks_what_they_disclosed_and_every_word(
    cast: Cast, heard: Enrolment
) -> None:
    page = signed_in(cast.learner).get(lesson_at(heard)).content.decode()
    assert "Ada Example" in page
    assert "Shares in nothing." in page
    assert "Made up" in page
    assert page.index("Shares in nothing.") < page.index(
        '<audio controls preload="none" src="/academy/media/'
    )
    assert "Every word." in page


def test_nobody_else_hears_it_and_a_silent_lesson_has_no_player(cast: Cast, heard: Enrolment) -> None:
    address = reverse("narration", args=[heard.pk, LESSON])
    assert signed_in(make_person("Una Stranger")).get(address).status_code == 404
    assert signed_in(cast.learner).get(reverse("narration", args=[heard.pk, "no-such"])).status_code == 404
