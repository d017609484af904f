"""Seals show every later change, by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone

from mooring.audit import guards, seals
from mooring.audit.looking import looking_at, saw
from mooring.audit.models import Event, Seal
from mooring.audit.recording import COMMAND_LINE, Actor, recorded
from tests.conftest import drop_guards

pytestmark = pytest.mark.django_db


@recorded("tests.step.taken")
def take_step(*, by: Actor, at: datetime) -> None:
    """An act that only leaves its event."""


@contextmanager
def guards_down() -> Iterator[None]:
    """Somebody with the database's own password, who walks past the guards."""
    drop_guards("default")
    yield
    guards.install("default")


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def sealed() -> list[Event]:
    now = timezone.now()
    for _ in range(5):
        take_step(by=COMMAND_LINE, at=now)
        with looking_at("/x/"):
            saw(COMMAND_LINE, ["a:1", "b:2"])
    assert seals.seal(at=now + timedelta(minutes=5)) == 10
    return list(Event.objects.order_by("pk"))


def test_untouched_history_verifies(sealed: list[Event]) -> None:
    take_step(by=COMMAND_LINE, at=timezone.now())
    assert seals.verify() is None
    assert seals.seal(at=timezone.now() + timedelta(minutes=9)) == 1
    assert [seal.number for seal in Seal.objects.filter(stream="events").order_by("number")] == [1, 2]
    assert seals.verify() is None


def test_few_rows_wait_for_a_minute() -> None:
    now = timezone.now()
    take_step(by=COMMAND_LINE, at=now)
    assert seals.seal(at=now) == 1
    take_step(by=COMMAND_LINE, at=now)
    assert seals.seal(at=now + timedelta(seconds=59)) == 0
    assert seals.seal(at=now + timedelta(seconds=60)) == 1


def test_rows_written_while_the_clock_stood_back_are_sealed_like_any_other() -> None:
    """A clock that steps back five minutes, or a second machine whose clock is 25 s off."""
    now = timezone.now()
    with mock.patch("mooring.audit.recording.timezone.now", return_value=now + timedelta(minutes=5)):
        take_step(by=COMMAND_LINE, at=now)
    with mock.patch("mooring.audit.recording.timezone.now", return_value=now - timedelta(minutes=5)):
        take_step(by=COMMAND_LINE, at=now)
    assert seals.seal(at=now) == 2
    take_step(by=COMMAND_LINE, at=now)
    assert seals.seal(at=now - timedelta(minutes=5)) == 1
    assert seals.verify() is None


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_every_batch_is_a_contiguous_run_of_ids(batch: int) -> None:
    for _ in range(5):
        take_step(by=COMMAND_LINE, at=timezone.now())
    with mock.patch.object(seals, "BATCH", batch):
        assert seals.seal(at=timezone.now()) == 5
    sealed = [row[0] for seal in Seal.objects.order_by("number") for row in seal.rows]
    assert sealed == list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert seals.verify() is None


def test_a_changed_row_is_named(sealed: list[Event]) -> None:
    with guards_down():
        sql(
            "UPDATE audit_event SET actor_name = 'somebody else' WHERE id IN (%s, %s)",
            sealed[4].pk,
            sealed[2].pk,
        )
    assert str(seals.verify()) == f"events: audit.event:{sealed[2].pk} was changed after it was written"


def test_a_change_that_rewrites_the_digest_too_is_named(sealed: list[Event]) -> None:
    forged = sealed[1]
    forged.actor_name = "somebody else"
    with guards_down():
        sql(
            "UPDATE audit_event SET actor_name = %s, digest = %s WHERE id = %s",
            forged.actor_name,
            seals.event_digest(forged),
            forged.pk,
        )
    assert str(seals.verify()) == f"events: audit.event:{forged.pk} was changed after it was written"


def test_a_missing_row_is_named(sealed: list[Event]) -> None:
    with guards_down():
        sql("DELETE FROM audit_event WHERE id = %s", sealed[3].pk)
    assert str(seals.verify()) == f"events: audit.event:{sealed[3].pk} is missing"


def test_a_changed_seal_is_named(sealed: list[Event]) -> None:
    with guards_down():
        sql("UPDATE audit_seal SET rows = '[]' WHERE stream = 'events'")
    assert str(seals.verify()) == "events: seal 1 was changed"


def test_a_removed_subject_of_an_opening_is_found(sealed: list[Event]) -> None:
    with guards_down():
        sql("DELETE FROM audit_accesssubject WHERE subject = 'b:2'")
    broken = seals.verify()
    assert broken is not None
    assert broken.stream == "access"


def test_a_cut_tail_shows_against_the_head_that_left_the_machine(sealed: list[Event]) -> None:
    head = seals.head()
    with guards_down():
        sql("DELETE FROM audit_event")
        sql("DELETE FROM audit_seal WHERE stream = 'events'")
    assert seals.verify() is None, "nothing inside the machine can show a cut tail"
    assert seals.head()["events"] != head["events"]
