"""A lesson that is read aloud, and an interview: player, captions, parts of a file, who speaks and what they disclosed."""

from pathlib import Path

import pytest
from django.urls import reverse

from mooring.academy.learning.models import Enrolment
from tests.academy.checks.listening import SOUND, heard_course
from tests.academy.checks.studying import LESSON, lesson_at, signed_in, studying
from tests.people import Cast, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(cast: Cast, tmp_path: Path) -> Enrolment:
    return studying(cast, heard_course(tmp_path / "tiny"))


def test_the_lesson_shows_its_player_with_chapters_speed_and_who_reads(cast: Cast, heard: Enrolment) -> None:
    page = " ".join(signed_in(cast.learner).get(lesson_at(heard)).content.decode().split())
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
