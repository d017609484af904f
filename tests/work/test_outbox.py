"""The outbox: what was committed is delivered, once, through real servers; what fails is tried again."""

import asyncio
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from django.utils import timezone
from pytest_django import Settings

from mooring.work.actions import make_link, token_of, write_message
from mooring.work.clock import tick
from mooring.work.delivery import CLAIM, deliver
from mooring.work.installation import make_installation
from mooring.work.models import RETRY_AFTER, Channel, DemonstrationDelivery, Message
from tests.people import Cast

pytestmark = pytest.mark.django_db
SECRET = "a secret of the clinic and its sender"


class Letters:
    """A real SMTP listener on this machine; it keeps what it is given."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refuse = False
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        await say("220 ready")
        while line := (await reader.readline()).decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                await say("354 go on")
                body = await reader.readuntil(b"\r\n.\r\n")
                if self.refuse:
                    await say("451 later, please")
                else:
                    self.taken.append(body)
                    await say("250 kept")
            elif verb == "QUIT":
                await say("221 bye")
                break
            else:
                await say("250 fine")
        writer.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


class Texts(BaseHTTPRequestHandler):
    """A real sender of text messages; it keeps what it is given and may answer with an error."""

    taken: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    answer: ClassVar[int] = 202

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).taken.append((dict(self.headers), body))
        self.send_response(type(self).answer)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def letters(settings: Settings) -> Iterator[Letters]:
    listener = Letters()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", listener.port
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
    settings.DEFAULT_FROM_EMAIL = "clinic@elmquay.example"
    yield listener
    listener.stop()


@contextmanager
def taking_texts() -> Iterator[str]:
    """The address of an empty `Texts` that answers 202."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Texts)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Texts.taken, Texts.answer = [], 202
    try:
        yield f"http://127.0.0.1:{server.server_port}/send"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


@pytest.fixture
def texts(settings: Settings) -> Iterator[type[Texts]]:
    with taking_texts() as settings.SMS_WEBHOOK:
        settings.SMS_WEBHOOK_SECRET = SECRET
        yield Texts


def message(cast: Cast, channel: Channel, at: datetime, **more: Any) -> Message:
    return write_message(
        channel=channel,
        person=cast.patient.person,
        site=cast.site,
        title="Questions from Elm Quay",
        body="Please open {link}",
        by=cast.coordinator,
        at=at,
        **more,
    )


def test_an_email_leaves_with_its_key_and_the_link(cast: Cast, letters: Letters) -> None:
    now = timezone.now()
    link = make_link(
        kind="measure",
        person=cast.patient.person,
        about=cast.patient,
        opens="measure-answer",
        site=cast.site,
        birth_date=cast.patient.birth_date,
        lasts=timedelta(days=7),
        by=cast.coordinator,
        at=now,
    )
    sent = message(cast, Channel.EMAIL, now, link=link)
    assert token_of(link) not in sent.body
    assert tick(at=now).delivered == 1
    assert tick(at=now + timedelta(minutes=5)).delivered == 0
    (raw,) = letters.taken
    email = message_from_bytes(raw)
    assert email["Message-ID"] == f"<{sent.key}@elmquay.example>"
    assert email["To"] == cast.patient.person.email
    assert f"/t/{token_of(link)}/" in str(email.get_payload())
    sent.refresh_from_db()
    assert sent.delivered_at == now
    assert sent.attempts == 1


def test_a_text_message_is_signed_and_carries_its_key(cast: Cast, texts: type[Texts]) -> None:
    now = timezone.now()
    sent = message(cast, Channel.SMS, now)
    assert tick(at=now).delivered == 1
    ((headers, body),) = texts.taken
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Mooring-Signature"] == f"sha256={expected}"
    assert headers["Idempotency-Key"] == str(sent.key)
    assert json.loads(body)["to"] == cast.patient.person.phone


def test_a_failure_is_tried_again_with_the_same_key_then_given_up(cast: Cast, texts: type[Texts]) -> None:
    at = timezone.now()
    sent = message(cast, Channel.SMS, at)
    texts.answer = 503
    for pause in (timedelta(), *RETRY_AFTER):
        at += pause
        assert tick(at=at, holder="the test").delivered == 0
        sent.refresh_from_db()
    assert sent.attempts == len(RETRY_AFTER) + 1
    assert sent.given_up_at == at
    assert "503" in sent.last_error
    assert {headers["Idempotency-Key"] for headers, _ in texts.taken} == {str(sent.key)}
    texts.answer = 202
    assert tick(at=at + timedelta(days=1), holder="the test").delivered == 0


def test_a_server_that_comes_back_gets_the_message_once(cast: Cast, letters: Letters) -> None:
    at = timezone.now()
    sent = message(cast, Channel.EMAIL, at)
    letters.refuse = True
    assert tick(at=at).delivered == 0
    letters.refuse = False
    assert tick(at=at + timedelta(seconds=5)).delivered == 0, "not before its time"
    assert tick(at=at + RETRY_AFTER[0]).delivered == 1
    assert len(letters.taken) == 1
    sent.refresh_from_db()
    assert (sent.attempts, sent.last_error) == (2, "")


def test_two_clocks_at_once_send_it_once(cast: Cast, letters: Letters) -> None:
    at = timezone.now()
    sent = message(cast, Channel.EMAIL, at)
    same = Message.objects.get(pk=sent.pk)
    assert deliver(sent, at=at)
    assert not deliver(same, at=at)
    assert len(letters.taken) == 1


def test_a_claim_that_its_process_never_answered_is_taken_up_again(cast: Cast, letters: Letters) -> None:
    at = timezone.now()
    sent = message(cast, Channel.EMAIL, at)
    Message.objects.filter(pk=sent.pk).update(attempts=1, next_try_at=at + CLAIM)
    assert tick(at=at + CLAIM / 2).delivered == 0
    assert tick(at=at + CLAIM).delivered == 1
    assert len(letters.taken) == 1


def test_an_act_that_fails_leaves_no_message(cast: Cast, letters: Letters) -> None:
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        message(cast, Channel.EMAIL, timezone.now())
        raise RuntimeError("the act failed after it wrote the message")
    assert tick(at=timezone.now()).delivered == 0
    assert not letters.taken


def test_a_demonstration_shows_what_a_phone_would_and_sends_nothing(
    db: None, texts: type[Texts], letters: Letters
) -> None:
    from mooring.audit.recording import COMMAND_LINE
    from tests.people import make_cast

    now = timezone.now()
    make_installation(demonstration_day=now.date(), by=COMMAND_LINE, at=now)
    cast = make_cast()
    for channel in (Channel.SMS, Channel.EMAIL):
        message(cast, channel, now)
    assert tick(at=now).delivered == 2
    assert DemonstrationDelivery.objects.count() == 2
    assert not texts.taken
    assert not letters.taken
