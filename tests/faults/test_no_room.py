"""A full disk, a read-only one: charts stay readable, nobody looks unseen, sign-in works, nothing acknowledged is lost."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from mooring.audit import no_room, seals
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.models import Access, Event
from mooring.audit.recording import COMMAND_LINE
from mooring.identity import tries
from mooring.work.actions import write_message
from mooring.work.models import Channel, Message
from tests.people import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
DOOR = "/accounts/login/"


@contextmanager
def read_only() -> Iterator[None]:
    """The database refuses every write, as on a disk that went read-only."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = 1")
        else:
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA query_only = 0")
            else:
                cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")


@contextmanager
def full() -> Iterator[None]:
    """The file may not grow by one page more."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    yield made
    no_room._waiting.clear()
    tries._in_memory.clear()


def write(cast: Cast, body: str) -> Message:
    return write_message(
        channel=Channel.SCREEN,
        person=cast.monitor,
        site=cast.site,
        title="A note",
        body=body,
        by=cast.prescriber,
        at=timezone.now(),
    )


def test_charts_stay_readable_and_each_opening_is_written_later(
    cast: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(cast.coordinator)
    record = f"/care/patients/{cast.patient.pk}/"
    before = Access.objects.count()
    with read_only(), caplog.at_level(logging.ERROR):
        assert "Ruth Calloway" in client.get(record).content.decode()
        assert client.get(record).status_code == 200
        assert Access.objects.count() == before
        assert no_room.waiting() == 2
    assert "NO ROOM TO WRITE" in caplog.text
    assert cast.patient.subject_ref in caplog.text, "the log of the server says who looked"
    assert client.get(record).status_code == 200
    assert (Access.objects.count(), no_room.waiting()) == (before + 3, 0)
    assert seals.verify() is None


def test_sign_in_works_and_gets_its_row_when_there_is_room(cast: Cast) -> None:
    client = Client()
    with read_only():
        answer = client.post(DOOR, {"login": cast.coordinator.email, "password": PASSWORD})
        assert answer.status_code == 302
        assert client.cookies["sessionid"].value.startswith("signed:")
        assert client.get(f"/care/patients/{cast.patient.pk}/").status_code == 200
        signed = client.cookies["sessionid"].value
        assert signed.startswith("signed:")
    assert client.get("/").status_code == 200, "and it stands when there is room again"
    key = client.cookies["sessionid"].value
    assert Session.objects.filter(session_key=key).exists()
    Session.objects.filter(session_key=key).delete()
    assert client.get("/").status_code == 302, "from now on it is ended from elsewhere"
    forged = Client()
    forged.cookies["sessionid"] = signed[:-3] + "abc"
    assert forged.get("/").status_code == 302


def test_guessing_is_not_free_meanwhile(cast: Cast) -> None:
    wrong = {"login": cast.coordinator.email, "password": "wrong"}
    with read_only():
        for _ in range(tries.FREE):
            assert "Too many" not in Client().post(DOOR, wrong).content.decode()
        right = Client().post(DOOR, {**wrong, "password": PASSWORD})
        assert "Too many wrong passwords" in right.content.decode()
    assert tries.claim_in_memory("new", at=timezone.now() + timedelta(hours=1)) is None


def test_an_act_is_refused_whole_and_nothing_acknowledged_is_lost(cast: Cast) -> None:
    kept = write(cast, "acknowledged")
    with read_only():
        with pytest.raises(DatabaseError):
            write(cast, "refused")
        assert Message.objects.get().body == "acknowledged"
    assert write(cast, "after").pk
    assert list(Message.objects.order_by("pk").values_list("body", flat=True)) == ["acknowledged", "after"]
    assert Event.objects.filter(name="work.message.written").count() == 2
    assert kept.pk


def test_a_full_file_refuses_what_needs_a_page_and_stays_whole(cast: Cast, client: Client) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's own limits are the disk's")
    client.force_login(cast.coordinator)
    with full():
        for _ in range(3):
            with pytest.raises(DatabaseError, match="full"):
                write(cast, "x" * 4_000_000)
        assert not Message.objects.exists()
        assert client.get(f"/care/patients/{cast.patient.pk}/").status_code == 200
    assert write(cast, "x" * 4_000_000).pk
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        assert cursor.fetchone()[0] == "ok"
