"""One bad item never stops a queue: at each place, in each chore; its failure becomes somebody's task."""

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.utils import timezone
from pytest_django import Settings

from mooring.audit import seals
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.work import clock
from mooring.work.actions import Owed, make_task, write_message
from mooring.work.chores import TOLD_AFTER, WAITS, alone, each_alone
from mooring.work.clock import LEASE, keep_time, send_waiting, take_lease, tick
from mooring.work.models import Channel, Fault, Lease, Message, Task
from tests.people import Cast

pytestmark = pytest.mark.django_db
LONG = WAITS[-1] + timedelta(seconds=1)


def late_tasks(cast: Cast, count: int, at: datetime) -> list[Task]:
    made = []
    for number in range(count):
        owed = Owed(
            kind=f"kind-{number}",
            about=cast.patient,
            title=f"Task {number}",
            reason="",
            address="/lab/",
            act="Do it",
            role=Role.COORDINATOR,
            owner=cast.coordinator,
            fallback=cast.director,
            due_at=at,
            escalate_at=at,
        )
        made.append(make_task(owed=owed, site=cast.site, by=cast.director, at=at))
    return made


@pytest.mark.parametrize("poisoned", range(3))
def test_a_poisoned_item_at_each_place_stops_no_other(cast: Cast, poisoned: int) -> None:
    now = timezone.now()
    tasks = late_tasks(cast, 3, now)
    real = clock.escalate

    def escalate(*, task: Task, by: object, at: datetime) -> bool:
        if task == tasks[poisoned]:
            raise ValueError("poison")
        return bool(real(task=task, by=by, at=at))

    with mock.patch.object(clock, "escalate", escalate):
        for turn in range(TOLD_AFTER):
            ran = tick(at=now + turn * LONG, holder="one")
            assert ran.escalated == (2 if turn == 0 else 0)
    assert ran.led
    fault = Fault.objects.get()
    assert (fault.chore, fault.count, fault.cause) == ("escalate", TOLD_AFTER, "ValueError: poison")
    task = Task.objects.get(kind="clock-fault")
    assert (task.role, task.state) == (Role.ADMINISTRATOR, "open")
    tick(at=now + TOLD_AFTER * LONG, holder="one")
    task.refresh_from_db()
    assert task.state == "done", "it went well later, and nobody has to look"
    assert not Fault.objects.exists()


def test_a_failed_item_waits_before_it_is_tried_again(cast: Cast) -> None:
    now, tried = timezone.now(), []

    def fail(person: Person) -> None:
        tried.append(person)
        raise OSError("no")

    for seconds in (0, 10, 31):
        each_alone("x", [cast.monitor], fail, at=now + timedelta(seconds=seconds))
    assert len(tried) == 2


@pytest.mark.parametrize("broken", ["seal", "sessions", "tries"])
def test_a_chore_that_fails_holds_up_no_other(cast: Cast, broken: str) -> None:
    now = timezone.now()
    late_tasks(cast, 1, now)
    real = alone

    def sometimes(chore: str, act: object, *, at: datetime) -> object:
        def boom() -> None:
            raise RuntimeError("broken")

        return real(chore, boom if chore == broken else act, at=at)  # type: ignore[arg-type]

    with mock.patch.object(clock, "alone", sometimes):
        assert keep_time(at=now, holder="one").escalated == 1
    assert Lease.objects.get(name="clock").last_ran_at == now
    assert Fault.objects.get().chore == broken


def test_a_lease_from_before_a_clock_stepped_back_is_free() -> None:
    now = timezone.now()
    assert take_lease(holder="one", at=now)
    assert not take_lease(holder="two", at=now - timedelta(seconds=1))
    assert take_lease(holder="two", at=now - timedelta(minutes=5)), (
        "nobody holds a lease longer than it lasts"
    )
    assert take_lease(holder="two", at=now - timedelta(minutes=5) + LEASE / 2)


def test_a_clock_that_steps_back_brands_nothing(cast: Cast) -> None:
    now = timezone.now()
    keep_time(at=now, holder="one")
    late_tasks(cast, 2, now)
    keep_time(at=now - timedelta(minutes=5), holder="one")
    late_tasks(cast, 3, now)
    keep_time(at=now + timedelta(minutes=2), holder="one")
    broken = seals.verify()
    assert broken is None or broken.stream == "rows", broken


def test_deliveries_and_time_are_led_apart(cast: Cast) -> None:
    """A silent mail server holds up the deliveries, never an escalation."""
    now = timezone.now()
    assert send_waiting(at=now, holder="sender").led
    assert keep_time(at=now, holder="keeper").led
    assert not send_waiting(at=now, holder="keeper").led


def letter(cast: Cast, channel: Channel, person: Person, **more: object) -> Message:
    return write_message(
        channel=channel,
        person=person,
        site=cast.site,
        title="Questions",
        body="Please answer",
        subject=cast.patient.subject_ref,
        by=cast.coordinator,
        at=timezone.now(),
        **more,  # type: ignore[arg-type]
    )


def test_case_w12_a_refused_text_message_becomes_a_call(cast: Cast, settings: Settings) -> None:
    settings.SMS_WEBHOOK, settings.SMS_WEBHOOK_SECRET = "https://sms.example/send", "s"
    sent = letter(cast, Channel.SMS, cast.patient.person)
    refusal = mock.patch("urllib.request.urlopen", side_effect=_http_error(400))
    with refusal:
        tick(at=timezone.now(), holder="one")
    sent.refresh_from_db()
    assert sent.delivered_at is None
    assert sent.given_up_at is not None
    task = Task.objects.get(kind="not-reached")
    assert task.role == Role.COORDINATOR
    assert task.subject == cast.patient.subject_ref
    assert cast.patient.person.phone in task.act


def test_a_busy_sender_is_tried_again(cast: Cast, settings: Settings) -> None:
    settings.SMS_WEBHOOK, settings.SMS_WEBHOOK_SECRET = "https://sms.example/send", "s"
    sent = letter(cast, Channel.SMS, cast.patient.person)
    with mock.patch("urllib.request.urlopen", side_effect=_http_error(503)):
        tick(at=timezone.now(), holder="one")
    sent.refresh_from_db()
    assert sent.given_up_at is None
    assert not Task.objects.filter(kind="not-reached").exists()


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_what_has_no_address_is_never_delivered(cast: Cast, channel: Channel, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example"
    person = cast.patient.person
    Person.objects.filter(pk=person.pk).update(email=None, phone="")
    sent = letter(cast, channel, Person.objects.get(pk=person.pk))
    tick(at=timezone.now(), holder="one")
    sent.refresh_from_db()
    assert sent.delivered_at is None
    assert Task.objects.filter(kind="not-reached").count() == 1


def _http_error(code: int) -> Exception:
    from urllib.error import HTTPError

    return HTTPError("https://sms.example/send", code, "no", {}, None)  # type: ignore[arg-type]
