"""`mooring stream`: one process that says to open pages at once that a session's log has a new entry.

It tells no content: only that there is something new, by the id of the newest entry. The page then asks for it as
it always does (`again/`), under the person's own rights. So a stream needs no sign-in of its own: a page gets in by
the mark of its opening, which the server signed. See docs/decisions/0019.
"""

import asyncio
import logging
import ssl
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core import signing
from django.http.request import validate_host

from mooring.care.floor import access as floor
from mooring.care.sessions import access as sessions
from mooring.web.parent import when_parent_is_gone
from mooring.web.stream_changes import HeardEntry, newest_entry, watch_entries

logger = logging.getLogger(__name__)

HEAD_BYTES = 8192
HEAD_S = 5.0
HEARTBEAT_S = 15.0
MOST_STREAMS = 1000
RETRY_MS = 2000


@dataclass(frozen=True)
class Topic:
    """What a page listens to: the log of one session, or every log of a site."""

    kind: str
    pk: int


class StreamError(Exception):
    """A request that gets no stream, with its status."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Fanout:
    """Who listens to what; filled and emptied in the event loop alone."""

    listeners: dict[Topic, set[asyncio.Queue[int]]] = field(default_factory=lambda: defaultdict(set))

    @property
    def streams(self) -> int:
        return sum(len(queues) for queues in self.listeners.values())

    def publish(self, change: HeardEntry) -> None:
        """Wake every page of this session and of its site; a page that is behind is woken once."""
        for topic in (Topic("session", change.session), Topic("floor", change.site)):
            for queue in self.listeners.get(topic, ()):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(change.entry)


def topic_of(path: str) -> Topic:
    """The topic of an address such as `/stream/session/5?opening=…`; refused without the mark of an opening."""
    parts = urlsplit(path)
    opening = parse_qs(parts.query).get("opening", [""])[0]
    try:
        _empty, _stream, kind, number = parts.path.split("/")
        salt, most = {
            "session": (sessions.OPENING_SALT, int(sessions.STAYS_OPEN.total_seconds())),
            "floor": (floor.OPENING_SALT, floor.OPENING_S),
        }[kind]
        held = signing.loads(opening, salt=salt, max_age=most)
        topic = Topic(kind, int(number))
    except (ValueError, KeyError) as error:
        raise StreamError("404 Not Found") from error
    except signing.BadSignature as error:
        raise StreamError("403 Forbidden") from error
    if held[0] != topic.pk:
        raise StreamError("403 Forbidden")
    return topic


def allowed_origin(origin: str) -> str:
    """The origin of the page where it is one of ours (`MOORING_HOSTS`), else nothing: no credentials are used."""
    host = urlsplit(origin).hostname or ""
    return origin if host and validate_host(host, settings.ALLOWED_HOSTS) else ""


class StreamServer:
    """Answers `text/event-stream` and nothing else; it stops at once, whoever listens."""

    def __init__(self) -> None:
        self.fanout = Fanout()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except StreamError as refused:
            writer.write(
                f"HTTP/1.1 {refused.status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
            )
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_S)
        method, path, fields = read_head(head)
        if method != "GET":
            raise StreamError("405 Method Not Allowed")
        if self.fanout.streams >= MOST_STREAMS:
            raise StreamError("503 Service Unavailable")
        topic = topic_of(path)
        writer.write(_opening_lines(fields.get("origin", "")).encode())
        queue: asyncio.Queue[int] = asyncio.Queue(maxsize=1)
        self.fanout.listeners[topic].add(queue)
        try:
            await self._resume(topic, fields.get("last-event-id", ""), queue)
            await self._speak(queue, writer)
        finally:
            self.fanout.listeners[topic].discard(queue)
            if not self.fanout.listeners[topic]:
                del self.fanout.listeners[topic]

    async def _resume(self, topic: Topic, last: str, queue: asyncio.Queue[int]) -> None:
        """A page that comes back with the last id that it heard is told at once what it missed."""
        if not last.isdigit():
            return
        newest = await asyncio.to_thread(newest_entry, topic.kind, topic.pk)
        if newest > int(last) and queue.empty():
            queue.put_nowait(newest)

    async def _speak(self, queue: asyncio.Queue[int], writer: asyncio.StreamWriter) -> None:
        while True:
            await writer.drain()
            try:
                entry = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
            except TimeoutError:
                writer.write(b": still here\n\n")
            else:
                writer.write(f"id: {entry}\nevent: entry\ndata: {entry}\n\n".encode())


def read_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    """Method, path and fields of a request's head."""
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3:
        raise StreamError("400 Bad Request")
    fields = {}
    for line in lines[1:]:
        name, _colon, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    return words[0], words[1], fields


def _opening_lines(origin: str) -> str:
    allowed = allowed_origin(origin)
    cors = f"Access-Control-Allow-Origin: {allowed}\r\nVary: Origin\r\n" if allowed else ""
    return (
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
        f"X-Accel-Buffering: no\r\nConnection: close\r\n{cors}\r\nretry: {RETRY_MS}\n\n"
    )


async def _serve(host: str, port: int, context: ssl.SSLContext | None, gone: asyncio.Event) -> None:
    server = StreamServer()
    loop = asyncio.get_running_loop()

    def publish(change: HeardEntry) -> None:
        loop.call_soon_threadsafe(server.fanout.publish, change)

    threading.Thread(target=watch_entries, args=(publish,), daemon=True).start()
    listening = await asyncio.start_server(server.answer, host, port, ssl=context, limit=HEAD_BYTES)
    await gone.wait()
    listening.close()


def run(
    *, host: str, port: int, parent: int | None, cert: Path | None = None, key: Path | None = None
) -> int:
    """Serve streams until the parent (a process id) is gone."""
    context = None
    if cert is not None and key is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)

    async def until_gone() -> None:
        gone, loop = asyncio.Event(), asyncio.get_running_loop()

        def stop() -> None:
            loop.call_soon_threadsafe(gone.set)

        if parent is not None:
            when_parent_is_gone(parent, stop)
        await _serve(host, port, context, gone)

    asyncio.run(until_gone())
    return 0
