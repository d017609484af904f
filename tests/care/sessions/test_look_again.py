"""The open page of a session looks again: under its own opening, without touching a form."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from mooring.audit.models import Access
from mooring.care.sessions.models import LogEntry, Session
from mooring.identity.models import CareTeamMember, Person
from tests.care.sessions.rows import (
    checked,
    confirmed,
    discharge,
    minute,
    opened,
    recovering,
    signed_off,
    started,
    vitals,
)
from tests.care.sessions.test_session_page import signed_in
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def address_of(client: Client, session: Session) -> str:
    """Where the page that `client` opens looks again."""
    return again_in(client.get(reverse("session", args=[session.pk])).content.decode())


def again_in(page: str) -> str:
    found = re.search(r'data-again="([^"]+)"', page)
    assert found, "an open session's page looks again"
    return found.group(1).replace("&amp;", "&")


def looked(person: Person, session: Session) -> tuple[Client, str]:
    client = signed_in(person)
    return client, address_of(client, session)


def test_what_a_colleague_wrote_appears_under_the_same_opening(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(8)
    client, address = looked(cast.monitor, session)
    openings = Access.objects.count()
    quiet = client.get(address).content.decode()
    assert 'id="due"' in quiet
    assert '"log"' not in quiet
    vitals(cast, session, minute(9), by=cast.second_monitor, systolic_mmhg=171)
    clock[0] = minute(12)
    heard = client.get(address).content.decode()
    assert "171/80" in heard
    assert 'data-onto="log"' in heard
    assert "<form" not in heard
    assert "has changed" not in heard
    assert Access.objects.count() == openings


def test_the_next_step_appears_by_itself_while_the_patient_is_there(cast: Cast, clock: list[Any]) -> None:
    session = opened(cast)
    clock[0] = minute(1)
    client, address = looked(cast.monitor, session)
    confirmed(cast, session)
    clock[0] = minute(5)
    heard = client.get(address).content.decode()
    assert "Start the dose…" in heard
    assert "has changed" not in heard


def test_it_says_that_the_page_has_changed_when_the_patient_has_left(cast: Cast, clock: list[Any]) -> None:
    session = checked(cast, recovering(cast))
    clock[0] = minute(104)
    client, address = looked(cast.prescriber, session)
    discharge(cast, session, minute(105))
    clock[0] = minute(106)
    heard = client.get(address).content.decode()
    assert "This session has changed." in heard
    asked_next = re.search(r'data-again="([^"]+)"', heard)
    assert asked_next
    assert "has changed" in client.get(asked_next.group(1).replace("&amp;", "&")).content.decode()


def test_a_look_that_falls_due_shows_by_itself(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    vitals(cast, session, minute(5))
    clock[0] = minute(6)
    client, address = looked(cast.monitor, session)
    assert "Due now" not in client.get(address).content.decode()
    clock[0] = minute(40)
    heard = client.get(address).content.decode()
    assert "Due now" in heard or "Overdue" in heard


def test_nobody_looks_again_without_an_opening_of_their_own(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(8)
    _, address = looked(cast.monitor, session)
    bare = reverse("session-again", args=[session.pk])
    assert signed_in(cast.monitor).get(bare).status_code == 404
    assert signed_in(cast.monitor).get(bare + "?opening=made-up").status_code == 404
    assert signed_in(cast.second_monitor).get(address).status_code == 404
    assert signed_in(cast.stranger).get(address).status_code == 404
    elsewhere = address.replace(f"/{session.pk}/", f"/{session.pk + 1}/")
    assert signed_in(cast.monitor).get(elsewhere).status_code == 404


def test_who_left_the_team_looks_no_more(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(8)
    client, address = looked(cast.therapist, session)
    assert client.get(address).status_code == 200
    CareTeamMember.objects.filter(person=cast.therapist).update(until=NOW)
    assert client.get(address).status_code == 404


def test_an_opening_lasts_an_hour(
    cast: Cast,
    clock: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = started(cast)
    clock[0] = minute(8)
    client, address = looked(cast.monitor, session)
    real = signing.time.time
    monkeypatch.setattr("django.core.signing.time.time", lambda: real() + 59 * 60)
    assert client.get(address).status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: real() + 61 * 60)
    assert client.get(address).status_code == 404


def test_a_session_that_is_over_looks_no_more(cast: Cast, clock: list[Any]) -> None:
    session = signed_off(cast)
    clock[0] = minute(130)
    page = signed_in(cast.monitor).get(reverse("session", args=[session.pk])).content.decode()
    assert "data-again" not in page


def test_the_address_tells_nothing(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(8)
    _, address = looked(cast.monitor, session)
    assert set(parse_qs(urlsplit(address).query)) == {"opening", "seen", "stage", "taps"}


def tapped(client: Client, session: Session, address: str, tap: str, **said: str) -> str:
    """What the open page is answered when it sends a symptom as `js/queue.js` does."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    fields = {"once": str(uuid4()), "symptom-tap": tap, **asked, **said}
    to = reverse("session-write", args=[session.pk, "symptom"])
    answer = client.post(to, fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_tap_is_answered_with_its_line_and_what_it_makes_red(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(8)
    client, address = looked(cast.monitor, session)
    openings = Access.objects.count()
    quiet = tapped(client, session, address, "nausea 1")
    assert "mild" in quiet
    assert 'data-reds="0"' in quiet
    assert "data-correct" in quiet, "it can be undone at once"
    assert 'id="taps"' in quiet, "a symptom of this session stands first"
    assert f"seen={LogEntry.objects.latest('id').pk}&" in quiet, "the page need not ask for it again"
    red = tapped(client, session, address, "chest-pain 3")
    assert 'data-reds="1"' in red
    assert Access.objects.count() == openings, "the opening of its page is on the log already"


@pytest.mark.parametrize("seen", ["²", "9" * 5_000, "-1", "x"])
def test_a_number_of_a_row_that_is_none_is_answered_with_the_whole_log(
    cast: Cast, clock: list[Any], seen: str
) -> None:
    session = started(cast)
    clock[0] = minute(8)
    client, address = looked(cast.monitor, session)
    assert 'id="log"' in tapped(client, session, address, "nausea 1", seen=seen)


def test_the_buttons_come_again_when_they_are_others(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(8)
    client, address = looked(cast.monitor, session)
    first = tapped(client, session, address, "nausea 1")
    again = tapped(client, session, again_in(first), "nausea 2")
    assert 'id="taps"' not in again, "they are those that the page shows"
    assert 'id="taps"' in tapped(client, session, again_in(again), "chest-pain 1")


def test_a_tap_under_no_opening_of_ones_own_is_an_opening(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(8)
    client, address = looked(cast.monitor, session)
    _, colleagues = looked(cast.second_monitor, session)
    openings = Access.objects.count()
    tapped(client, session, colleagues, "nausea 1")
    tapped(client, session, address, "nausea 2", opening="made-up")
    assert Access.objects.count() == openings + 2


def test_only_new_lines_come_until_an_older_one_changes(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(8)
    client, address = looked(cast.monitor, session)
    tapped(client, session, address, "nausea 1")
    clock[0] = minute(9)
    tapped(client, session, address, "nausea 2")
    heard = client.get(address).content.decode()
    assert heard.count("<li data-key") == 2
    lines = heard[heard.index("data-onto") :]
    assert lines.index("moderate") < lines.index("mild"), "the newest first"
    assert 'id="chart"' not in heard
    clock[0] = minute(10)
    vitals(cast, session, minute(10), systolic_mmhg=171)
    measured = client.get(address).content.decode()
    assert measured.count("<li data-key") == 3
    assert 'id="signs"' in measured
    first = session.entries.filter(kind="symptom").earliest("id")
    to = reverse("session-correct", args=[session.pk, first.pk])
    client.post(to, {"once": str(uuid4()), "withdraw": "1"}, headers={"HX-Request": "true"})
    corrected = client.get(address).content.decode()
    assert 'id="log"' in corrected
    assert "<del>" in corrected


def test_what_is_sent_late_comes_with_the_whole_log(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    vitals(cast, session, minute(8))
    clock[0] = minute(12)
    client, address = looked(cast.monitor, session)
    vitals(cast, session, minute(7), now=minute(12), by=cast.second_monitor, systolic_mmhg=171)
    heard = client.get(address).content.decode()
    assert 'id="log"' in heard, "it stands further down"
    assert 'data-onto="log"' not in heard
