"""The head of the audit leaves once a day, to every place of the setting; what does not leave becomes a task."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from mooring.audit import seals
from mooring.audit.models import Event
from mooring.audit.recording import COMMAND_LINE
from mooring.work import heads
from mooring.work.chores import TOLD_AFTER, WAITS
from mooring.work.clock import send_waiting
from mooring.work.heads import SHIPPED, verify_against
from mooring.work.models import Task
from tests.audit.test_seals import take_step
from tests.people import Cast
from tests.work.test_outbox import Texts, taking_texts

NOW = timezone.now()


@pytest.fixture
def places(cast: Cast, tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A folder, a mail box and an address that takes what is posted; answers the folder."""
    folder = tmp_path / "outside"
    settings.AUDIT_KEY = bytes(range(32))
    take_step(by=COMMAND_LINE, at=NOW)
    seals.seal(at=NOW)
    with taking_texts() as address:
        settings.AUDIT_HEAD_TO = [str(folder), "mailto:heads@example.org", address]
        yield folder


@pytest.mark.django_db
def test_it_leaves_once_a_day_to_every_place(places: Path) -> None:
    for minutes in (1, 2):
        send_waiting(at=NOW + timedelta(minutes=minutes), holder="one")
    (file,) = places.iterdir()
    (letter,) = mail.outbox
    ((_headers, posted),) = Texts.taken
    assert json.loads(file.read_text()) == json.loads(letter.body) == json.loads(posted)
    assert verify_against(file) is None
    send_waiting(at=NOW + timedelta(days=1), holder="one")
    assert len(Texts.taken) == 2


@pytest.mark.django_db
def test_a_place_that_refuses_becomes_a_task(places: Path) -> None:
    Texts.answer = 500
    for turn in range(TOLD_AFTER):
        send_waiting(at=NOW + turn * (WAITS[-1] + timedelta(seconds=1)), holder="one")
    assert "head" in Task.objects.get(kind="clock-fault").title
    assert not Event.objects.filter(name=SHIPPED).exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_who_writes_waits_for_a_silent_place(places: Path) -> None:
    held: list[bool] = []
    with mock.patch.object(heads, "_send", side_effect=lambda *_: held.append(connection.in_atomic_block)):
        send_waiting(at=NOW, holder="one")
    assert held == [False, False, False]
