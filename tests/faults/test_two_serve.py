"""Two whole `mooring serve` on one PostgreSQL: both answer everybody, chores are done once, each hears the other."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from mooring.audit import seals
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.models import Event, Seal
from mooring.audit.recording import COMMAND_LINE
from mooring.care.sessions.models import Session
from mooring.identity.models import Person
from mooring.web.second_steps import SEEN
from mooring.work.actions import write_message
from mooring.work.installation import make_installation
from mooring.work.models import Lease, Message
from tests.care.sessions.rows import started
from tests.faults.served import Served, free_port
from tests.people import make_cast
from tests.work.test_clock import _address_of_this_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]
NOTES = 20
TAKES_OVER_S, HEARS_S = 60, 30


def until(true: Callable[[], bool], seconds: float, what: str) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, what
        time.sleep(0.2)


def signed_in(person: Person) -> str:
    """The cookie of a sign-in, which lies in the database and so counts at both machines."""
    client = Client()
    client.force_login(person)
    held = client.session
    held[SEEN] = True
    held.save()
    return client.cookies["sessionid"].value


@pytest.fixture
def clinic() -> Session:
    """A clinic with a session that is going on."""
    if connection.vendor != "postgresql":
        pytest.skip("two machines share a PostgreSQL, never a file")
    now = timezone.now()
    make_installation(demonstration_day=None, by=COMMAND_LINE, at=now)
    session = started(make_cast(now), now - timedelta(minutes=20))
    adopt_unnamed(by=COMMAND_LINE, at=now)
    return session


@pytest.fixture
def machines(clinic: Session, tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    """Two machines of it, each with a home of its own, and the same key."""
    wanted = {"MOORING_DATABASE_URL": _address_of_this_database(), "MOORING_SECRET_KEY": settings.SECRET_KEY}
    one, two = (Served(tmp_path / name, free_port(), wanted, workers=1) for name in ("one", "two"))
    try:
        for machine in (one, two):
            machine.home.mkdir(mode=0o700)
            machine.start()
        yield one, two
    finally:
        one.kill()
        two.kill()


def test_both_serve_chores_run_once_and_each_hears_the_other(
    clinic: Session, machines: tuple[Served, Served]
) -> None:
    one, two = machines
    monitor = clinic.opened_by
    cookie, page = signed_in(monitor), f"/care/sessions/{clinic.pk}/"
    for machine in machines:
        until(lambda machine=machine: not machine.health()["clock_silent"], TAKES_OVER_S, "a clock runs")  # type: ignore[misc]
        assert machine.get(page, cookie)[0] == 200
    with heard_at(two, two.get(page, cookie)[1]) as hears:
        answer = one.post(f"{page}write/symptom/", {"once": "a" * 32, "symptom-tap": "nausea 1"}, cookie)
        assert answer == (302, page)
        assert hears("event: entry"), "a tap on one machine is told to pages of the other"
    for number in range(NOTES):
        write_message(
            channel="screen", person=monitor, site=clinic.patient.site, title=f"Note {number}", body="",
            by=monitor, at=timezone.now(),
        )  # fmt: skip
    until(lambda: not Message.objects.filter(delivered_at=None).exists(), TAKES_OVER_S, "all are delivered")
    assert not Message.objects.exclude(attempts=1).exists(), "each once"
    one.kill()
    killed_at = timezone.now()
    assert two.get(page, cookie)[0] == 200, "the other one serves on"
    until(lambda: _led_since(killed_at), TAKES_OVER_S, "and its clock leads")
    two.kill()
    seals.seal(at=timezone.now() + seals.EVERY)
    sealed = [row[0] for seal in Seal.objects.filter(stream="events").order_by("number") for row in seal.rows]
    assert sealed == list(Event.objects.order_by("pk").values_list("pk", flat=True)), (
        "each act once, in order"
    )
    assert seals.verify() is None


def _led_since(moment: datetime) -> bool:
    """Whether both halves of the clock ran after this moment."""
    return Lease.objects.filter(last_ran_at__gt=moment).count() == 2


@contextmanager
def heard_at(machine: Served, page: str) -> Iterator[Callable[[str], bool]]:
    """The stream that this page listens to; answers a question: was this said within half a minute?"""
    found = re.search(r'name="mooring-stream"\s+content="([^"]+)"', page)
    assert found is not None, "the page names its stream"
    address = urlsplit(unescape(found[1]))
    until(lambda: _listens(address.port or 0), TAKES_OVER_S, "its streams are a process of their own")
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=HEARS_S) as stream:
        path = f"{address.path}?{address.query}"
        stream.sendall(f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        with stream.makefile("r", encoding="utf-8", newline="\n") as lines:
            assert "200 OK" in lines.readline()
            while not lines.readline().startswith("retry:"):
                pass
            yield lambda words: any(line.startswith(words) for line in lines)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
