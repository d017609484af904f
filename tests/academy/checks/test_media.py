"""Media come as they were published, to the learner alone, and can do nothing but be shown."""

import hashlib
from pathlib import Path

import pytest
from django.urls import reverse

from mooring.academy.learning.models import Enrolment
from tests.academy.checks.studying import lesson_at, signed_in, studying
from tests.content.tiny_course import change
from tests.courses import write_course
from tests.people import Cast

pytestmark = pytest.mark.django_db
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'
SOUND = b"ID3 not really a sound"
SPOKEN = "# Said\n\nHello <script>alert(1)</script> **you** [x](javascript:alert(1))."


@pytest.fixture
def enrolment(cast: Cast, tmp_path: Path) -> Enrolment:
    folder = write_course(tmp_path)
    (folder / "media").mkdir()
    (folder / "media" / "picture.svg").write_text(PICTURE, encoding="utf-8")
    (folder / "media" / "talk.mp3").write_bytes(SOUND)
    (folder / "media" / "talk.vtt").write_text(
        "WEBVTT\n\n00:00.000 --> 00:01.000\nHello you.\n", encoding="utf-8"
    )
    (folder / "media" / "talk.md").write_text(SPOKEN, encoding="utf-8")
    picture, sound = (hashlib.sha256(each).hexdigest() for each in (PICTURE.encode(), SOUND))
    (folder / "media.yaml").write_text(
        "media:\n"
        f"  - {{id: fig, kind: image, file: picture.svg, sha256: {picture}, alt: A dot., caption: One dot.}}\n"
        f"  - {{id: talk, kind: audio, file: talk.mp3, sha256: {sound}, captions: talk.vtt, "
        "transcript: talk.md, minutes: 1, alt: A talk., caption: A talk.}\n",
        encoding="utf-8",
    )
    embeds = ":::{media}\nref: fig\n:::\n\n:::{media}\nref: talk\n:::\n\n:::{case}"
    change(folder, "modules/m1/first.md", ":::{case}", embeds)
    return studying(cast, folder)


def test_a_lesson_shows_them_with_words_captions_and_a_transcript(cast: Cast, enrolment: Enrolment) -> None:
    page = signed_in(cast.learner).get(lesson_at(enrolment)).content.decode()
    assert 'alt="A dot."' in page
    assert '<track kind="captions"' in page
    assert "Read the transcript" in page


@pytest.mark.parametrize(
    ("name", "medium", "kind"),
    [
        ("medium", "fig", "image/svg+xml"),
        ("medium", "talk", "audio/mpeg"),
        ("captions", "talk", "text/vtt; charset=utf-8"),
    ],
)
def test_they_come_inert(cast: Cast, enrolment: Enrolment, name: str, medium: str, kind: str) -> None:
    answer = signed_in(cast.learner).get(reverse(name, args=[enrolment.pk, medium]))
    assert answer.headers["Content-Type"] == kind
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")


def test_a_hostile_transcript_is_text(cast: Cast, enrolment: Enrolment) -> None:
    page = signed_in(cast.learner).get(reverse("transcript-of", args=[enrolment.pk, "talk"])).content.decode()
    assert "<strong>you</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_nobody_else_and_nothing_unknown(cast: Cast, enrolment: Enrolment) -> None:
    for name in ("medium", "captions", "transcript-of"):
        assert signed_in(cast.stranger).get(reverse(name, args=[enrolment.pk, "talk"])).status_code == 404
        assert signed_in(cast.learner).get(reverse(name, args=[enrolment.pk, "no"])).status_code == 404
    assert signed_in(cast.learner).get(reverse("captions", args=[enrolment.pk, "fig"])).status_code == 404
