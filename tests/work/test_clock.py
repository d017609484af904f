"""The clock: one leader, escalation to the fallback, and nothing lost when a process is killed."""

import os
import signal
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from mooring.audit.models import Event, Seal
from mooring.identity.roles import Role
from mooring.work.actions import Owed, close_task, make_task
from mooring.work.clock import LEASE, take_lease, tick
from mooring.work.models import Channel, Lease, Message, Task
from mooring.work.queries import SILENCE, clock_state
from tests.people import Cast, make_cast
from tests.web.program import Forked

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import os, sys, django
django.setup()
from django.utils import timezone
from mooring.identity.models import Person
from mooring.work.actions import write_message
person = Person.objects.get(legal_name="Ines Duarte")
site = person.standing[0].site
write_message(channel="screen", person=person, site=site, title="Kept", body="", by=person, at=timezone.now())
print("committed", flush=True)
import time; time.sleep(60)
"""

SERVER = """
import signal, threading, django
django.setup()
from mooring.web import serving
serving.CLOCK_EVERY_S = 1

class Clock(serving.Child):
    def start(self):
        super().start()
        print(self.pid, flush=True)

signal.signal(signal.SIGTERM, signal.SIG_IGN)
clock = Clock(threading.Event(), ["tick", "--every", "1"])
clock.start()
clock.watch()
threading.Event().wait()
"""
"""Tells the number of each clock that it starts."""


def owed(cast: Cast, **more: object) -> Owed:
    now = timezone.now()
    fields: dict[str, object] = {
        "kind": "fit-call",
        "about": cast.patient,
        "title": "Call her",
        "reason": "She was promised a call.",
        "address": "/lab/",
        "act": "Call",
        "role": Role.COORDINATOR,
        "owner": cast.coordinator,
        "fallback": cast.prescriber,
        "due_at": now,
        "escalate_at": now + timedelta(minutes=15),
    }
    return Owed(**{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.django_db
def test_one_leads_and_the_other_stands_by() -> None:
    now = timezone.now()
    assert tick(at=now, holder="one").led
    assert not tick(at=now + LEASE / 2, holder="two").led
    assert tick(at=now + LEASE / 2, holder="one").led, "the leader stays the leader"
    assert tick(at=now + LEASE * 2, holder="two").led, "a lease that ran out is free"
    assert not take_lease(holder="one", at=now + LEASE * 2)
    assert Lease.objects.get(name="clock").holder == "two"


@pytest.mark.django_db
def test_silence_shows_after_half_a_minute() -> None:
    now = timezone.now()
    assert clock_state(now).silent, "a clock that never ran is silent"
    tick(at=now)
    assert not clock_state(now + SILENCE).silent
    assert clock_state(now + SILENCE + timedelta(seconds=1)).silent


@pytest.mark.django_db
def test_a_task_that_nobody_answers_passes_to_the_fallback_once(cast: Cast) -> None:
    task = make_task(owed=owed(cast), site=cast.site, by=cast.director, at=timezone.now())
    late = timezone.now() + timedelta(minutes=16)
    assert tick(at=late - timedelta(minutes=10), holder="one").escalated == 0
    assert tick(at=late, holder="one").escalated == 1
    assert tick(at=late + timedelta(minutes=1), holder="one").escalated == 0
    task.refresh_from_db()
    assert (task.owner, task.fallback, task.escalated_at) == (cast.prescriber, cast.coordinator, late)
    told = Message.objects.filter(channel=Channel.SCREEN).values_list("person__legal_name", flat=True)
    assert set(told) == {"Kofi Mensah", "Ines Duarte"}
    assert Event.objects.filter(name="work.task.escalated", target=f"work.task:{task.pk}").count() == 1


@pytest.mark.django_db
def test_a_task_that_was_answered_does_not_escalate(cast: Cast) -> None:
    task = make_task(owed=owed(cast), site=cast.site, by=cast.director, at=timezone.now())
    close_task(task=task, outcome="done", by=cast.coordinator, at=timezone.now())
    assert tick(at=timezone.now() + timedelta(hours=1)).escalated == 0


@pytest.mark.django_db
def test_the_clock_seals_what_is_written(cast: Cast) -> None:
    make_task(owed=owed(cast), site=cast.site, by=cast.director, at=timezone.now())
    assert tick(at=timezone.now()).sealed >= 1
    assert Seal.objects.filter(stream="events").count() == 1


@pytest.mark.django_db(transaction=True)
def test_killed_between_commit_and_delivery_it_still_arrives_once() -> None:
    make_cast()
    url = _address_of_this_database()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "mooring.web.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "MOORING_DATABASE_URL": url,
    }
    writer = Forked(environment, text=WRITER)
    assert writer.stdout.readline().strip() == "committed"
    writer.kill()
    writer.communicate()
    assert writer.returncode == -signal.SIGKILL
    message = Message.objects.get(title="Kept")
    assert message.delivered_at is None
    now = timezone.now() + timedelta(seconds=1)
    assert tick(at=now, holder="next").delivered == 1
    assert tick(at=now + timedelta(minutes=5), holder="next").delivered == 0
    assert Message.objects.get(title="Kept").attempts == 1


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_dies_is_started_again_and_ends_with_its_server() -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "mooring.web.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "MOORING_DATABASE_URL": _address_of_this_database(),
    }
    server = Forked(environment, text=SERVER)
    clocks = [int(server.stdout.readline())]
    try:
        assert _until(lambda: Lease.objects.exists()), "the clock took the lead"
        os.kill(clocks[0], signal.SIGTERM)  # which its server does not heed
        assert _until(lambda: _has_ended(clocks[0]))
        clocks.append(int(server.stdout.readline()))
        Lease.objects.update(held_until=timezone.now())
        assert _until(lambda: Lease.objects.filter(holder__endswith=f":{clocks[1]}").exists()), (
            "the next one leads"
        )
        server.kill()
        assert _until(lambda: _has_ended(clocks[1])), "the clock ended with its server"
    finally:
        server.kill()
        for clock in clocks:
            with suppress(ProcessLookupError):
                os.kill(clock, signal.SIGKILL)
        server.communicate()
    assert Task.objects.count() == 0


def _until(true: object, seconds: float = 40) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if true():  # type: ignore[operator]
            return True
        time.sleep(0.3)
    return False


def _has_ended(pid: int) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def _address_of_this_database() -> str:
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:{given['NAME']}"
    user = given["USER"] or "postgres"
    if str(given["HOST"]).startswith("/"):
        return f"postgresql://{user}@/{given['NAME']}?host={given['HOST']}"
    return f"postgresql://{user}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
