"""The streams: who gets one, what it tells, how it is resumed, and that each new entry is heard."""

import asyncio
import queue
import socket
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from mooring.care.floor import access as floor
from mooring.care.sessions.access import OPENING_SALT, opening_of
from mooring.web.serving import Listen, stream_port
from mooring.web.stream_address import STREAM_PORT
from mooring.web.stream_changes import HeardEntry, changes_since, newest_entry, watch_entries
from mooring.web.streaming import StreamError, StreamServer, Topic, allowed_origin, read_head, topic_of
from tests.care.sessions.rows import minute, started, vitals
from tests.care.sessions.test_session_page import signed_in
from tests.people import Cast, make_cast


def address(kind: str, pk: int, held: list[int], salt: str = OPENING_SALT) -> str:
    return f"/stream/{kind}/{pk}?opening={signing.dumps(held, salt=salt)}"


def test_the_mark_of_an_opening_gets_the_stream_of_that_record_alone() -> None:
    assert topic_of(address("session", 5, [5, 1])) == Topic("session", 5)
    assert topic_of(address("floor", 2, [2, 1], floor.OPENING_SALT)) == Topic("floor", 2)
    for wrong in (
        address("session", 6, [5, 1]),
        address("session", 5, [5, 1], floor.OPENING_SALT),
        address("floor", 5, [5, 1]),
        "/stream/session/5",
        "/stream/session/5?opening=made-up",
    ):
        with pytest.raises(StreamError, match="403"):
            topic_of(wrong)
    for nowhere in ("/", "/stream/session/x?opening=", "/stream/audit/5", "/stream/session/5/6"):
        with pytest.raises(StreamError, match=r"40[34]"):
            topic_of(nowhere)


def test_a_mark_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    given = address("session", 5, [5, 1])
    real = signing.time.time
    monkeypatch.setattr("django.core.signing.time.time", lambda: real() + 61 * 60)
    with pytest.raises(StreamError, match="403"):
        topic_of(given)


def test_only_our_own_origins_read_it() -> None:
    assert allowed_origin("http://localhost:8000") == "http://localhost:8000"
    assert allowed_origin("https://elsewhere.example") == ""
    assert allowed_origin("null") == ""


def test_a_head_that_is_none_is_refused() -> None:
    assert read_head(b"GET /x HTTP/1.1\r\nOrigin: http://a\r\n\r\n") == (
        "GET",
        "/x",
        {"origin": "http://a", "": ""},
    )
    with pytest.raises(StreamError, match="400"):
        read_head(b"nonsense\r\n\r\n")


async def spoken(head: str, publish: list[HeardEntry], events: int, newest: int = 0) -> list[str]:
    """What a stream with this head says until so many events have come."""
    server = StreamServer()
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode())
    opened = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    if "200" in opened[0]:
        await reader.readuntil(b"\n\n")
        for change in publish:
            server.fanout.publish(change)
    found = [(await reader.readuntil(b"\n\n")).decode() for _event in range(events)]
    writer.close()
    listening.close()
    return opened + found


def head_of(path: str, *fields: str) -> str:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *fields, "", ""])


def test_a_new_entry_is_told_by_its_id_and_nothing_else() -> None:
    path = address("session", 5, [5, 1])
    other, mine = HeardEntry(8, 6, 1), HeardEntry(9, 5, 1)
    said = asyncio.run(spoken(head_of(path, "Origin: http://localhost:8000"), [other, mine], 1))
    assert said[0] == "HTTP/1.1 200 OK"
    assert "Access-Control-Allow-Origin: http://localhost:8000" in said
    assert said[-1] == "id: 9\nevent: entry\ndata: 9\n\n"


def test_a_page_that_comes_back_is_told_what_it_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mooring.web.streaming.newest_entry", lambda kind, pk: 12)
    said = asyncio.run(spoken(head_of(address("session", 5, [5, 1]), "Last-Event-ID: 9"), [], 1))
    assert said[-1].startswith("id: 12")


async def cut_and_resumed(times: int, newest: dict[str, int]) -> list[int]:
    """A page that is cut after each event, and whose next entry comes while it is away."""
    server = StreamServer()
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    heard: list[int] = []
    for number in range(1, times + 1):
        newest["entry"] = number
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET {address('session', 5, [5, 1])} HTTP/1.1\r\nLast-Event-ID: {number - 1}\r\n\r\n"
        writer.write(head.encode())
        await reader.readuntil(b"id: ")
        heard.append(int((await reader.readline()).decode()))
        writer.close()
    listening.close()
    return heard


def test_a_stream_that_is_cut_a_hundred_times_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = {"entry": 0}
    monkeypatch.setattr("mooring.web.streaming.newest_entry", lambda kind, pk: newest["entry"])
    assert asyncio.run(cut_and_resumed(100, newest)) == list(range(1, 101))


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (head_of("/stream/session/5?opening=x"), "403"),
        ("POST /stream/session/5 HTTP/1.1\r\n\r\n", "405"),
        ("x\r\n\r\n", "400"),
    ],
)
def test_who_may_not_listen_is_refused_at_once(head: str, status: str) -> None:
    assert status in asyncio.run(spoken(head, [], 0))[0]


@pytest.mark.django_db
def test_the_newest_entry_of_a_session_and_of_a_site(cast: Cast) -> None:
    session = started(cast)
    entry = vitals(cast, session, minute(8))
    assert newest_entry("session", session.pk) == entry.pk
    assert newest_entry("floor", cast.site.pk) == entry.pk
    assert newest_entry("floor", cast.other_site.pk) == 0
    assert changes_since(entry.pk - 1) == [HeardEntry(entry.pk, session.pk, cast.site.pk)]


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_heard_when_it_is_committed(transactional_db: None) -> None:
    clinic = make_cast(timezone.now())
    began = timezone.now() - timedelta(minutes=30)
    session = started(clinic, began)
    heard: queue.Queue[HeardEntry] = queue.Queue()
    stop = threading.Event()
    watching = threading.Thread(target=watch_entries, args=(heard.put, stop), daemon=True)
    watching.start()
    try:
        found: list[Any] = []
        for number in range(20):
            entry = vitals(clinic, session, began + timedelta(minutes=8 + number))
            try:
                found.append(heard.get(timeout=2))
                break
            except queue.Empty:
                continue  # the watcher had not begun yet: what came before it is not told
        assert found
        assert found[0].session == session.pk
        assert found[0].entry <= entry.pk
    finally:
        stop.set()
        watching.join(timeout=10)


@pytest.mark.django_db
def test_the_page_may_connect_to_the_streams_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = started(cast)
    client: Client = signed_in(cast.monitor)
    without = client.get(f"/care/sessions/{session.pk}/")
    assert "mooring-stream" not in without.content.decode()
    assert "connect-src" not in without.headers["Content-Security-Policy"]
    monkeypatch.setenv(STREAM_PORT, "8001")
    page = client.get(f"/care/sessions/{session.pk}/", headers={"host": "localhost:8000"})
    assert f'content="http://localhost:8001/stream/session/{session.pk}?opening=' in page.content.decode()
    assert "connect-src 'self' http://localhost:8001" in page.headers["Content-Security-Policy"]
    assert opening_of(cast.monitor, session).split(":")[0] in page.content.decode()


def test_a_taken_port_is_passed_by() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert stream_port(Listen(port=port - 1)) != port
    assert stream_port(Listen(port=port - 1)) == port
