"""Time stamps from outside over the seals; openssl, another program, makes the answers and checks what is kept."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from mooring.audit import seals
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.models import Event, Seal
from mooring.audit.recording import COMMAND_LINE
from mooring.web.audit_commands import export
from mooring.work.chores import TOLD_AFTER, WAITS
from mooring.work.clock import send_waiting, tick
from mooring.work.models import Fault, Task, TimeStamp
from mooring.work.time_stamps import EVERY, first_broken
from mooring.work.verifying import what_is_wrong
from tests.audit.test_seals import take_step
from tests.conftest import drop_guards
from tests.people import Cast
from tests.work.authority import Authority, answering, make_authority, openssl

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is the authority"),
]
NOW = timezone.now()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def authority(cast: Cast, tmp_path: Path, settings: Settings) -> Iterator[Authority]:
    """An authority that the clinic trusts, and something that was sealed."""
    with answering(make_authority(tmp_path / "authority")) as found:
        settings.AUDIT_TIME_STAMP, settings.AUDIT_TIME_STAMP_ROOTS = found.address, found.roots
        adopt_unnamed(by=COMMAND_LINE, at=NOW)
        seals.seal(at=NOW)
        yield found


def alter(column: str, value: object) -> None:
    """As somebody with the database's own password."""
    drop_guards("default")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE work_timestamp SET {column} = %s", [value])


def test_the_clock_has_the_seals_stamped_once_an_hour(authority: Authority, tmp_path: Path) -> None:
    heads = seals.head()
    send_waiting(at=NOW + MINUTE, holder="one")
    stamp = TimeStamp.objects.get()
    assert stamp.heads == heads
    assert abs(stamp.stamped_at - timezone.now()) < MINUTE, "the authority's time"
    assert Event.objects.get(name="work.seals.time-stamped").rows.keys() == {f"work.timestamp:{stamp.pk}"}
    tick(at=NOW + 2 * MINUTE, holder="one")
    assert TimeStamp.objects.count() == 1, "not yet an hour"
    tick(at=NOW + EVERY + 2 * MINUTE, holder="one")
    assert TimeStamp.objects.count() == 2
    assert list(what_is_wrong()) == []


def test_another_program_says_the_same(authority: Authority, tmp_path: Path) -> None:
    send_waiting(at=NOW + MINUTE, holder="one")
    export(tmp_path / "export", with_rows=False)
    (token,) = (tmp_path / "export" / "time-stamps").glob("*.tst")
    said = openssl(
        *("-verify", "-token_in", "-in", token, "-data", token.with_suffix(".json")),
        *("-CAfile", authority.roots),
    )
    assert b"Verification: OK" in said


def test_without_the_setting_nothing_leaves(authority: Authority, settings: Settings) -> None:
    settings.AUDIT_TIME_STAMP = ""
    send_waiting(at=NOW + MINUTE, holder="one")
    assert not TimeStamp.objects.exists()


@pytest.mark.parametrize("mode", ["closed", "damaged", "replayed", "of another root"])
def test_no_answer_holds_up_nothing_and_becomes_a_task(
    authority: Authority, mode: str, tmp_path: Path, settings: Settings
) -> None:
    authority.mode = mode
    if mode == "replayed":
        (authority.folder / "question.tsq").write_bytes(old_question())
    if mode == "of another root":
        settings.AUDIT_TIME_STAMP_ROOTS = make_authority(tmp_path / "another").roots
    at = NOW
    for _turn in range(TOLD_AFTER):
        at += WAITS[-1] + MINUTE
        take_step(by=COMMAND_LINE, at=at)
        assert tick(at=at, holder="one").sealed, "seals wait for nobody"
    assert not TimeStamp.objects.exists()
    assert Fault.objects.get().chore == "time-stamp"
    assert "time-stamp" in Task.objects.get(kind="clock-fault").title


def old_question() -> bytes:
    return openssl("-query", "-digest", "00" * 32, "-sha256", "-cert")


def test_a_history_that_was_sealed_again_does_not_fit_its_time_stamp(authority: Authority) -> None:
    send_waiting(at=NOW + MINUTE, holder="one")
    drop_guards("default")
    Seal.objects.all().delete()
    Event.objects.filter(name="audit.rows.adopted").delete()
    seals.seal(at=NOW + timedelta(hours=2))
    assert first_broken().endswith("is not the one that left this machine")


@pytest.mark.parametrize("what", ["token", "seals", "root"])
def test_an_altered_time_stamp_is_named(
    authority: Authority, what: str, tmp_path: Path, settings: Settings
) -> None:
    send_waiting(at=NOW + MINUTE, holder="one")
    stamp = TimeStamp.objects.get()
    if what == "token":
        alter("token", bytes(stamp.token)[:-9] + bytes(9))
        assert "does not hold" in first_broken()
    elif what == "seals":
        take_step(by=COMMAND_LINE, at=NOW)
        seals.seal(at=NOW + timedelta(hours=2))
        stamp.heads = seals.head()
        drop_guards("default")
        stamp.save(update_fields=["heads"])
        assert "is of something else" in first_broken()
    else:
        settings.AUDIT_TIME_STAMP_ROOTS = make_authority(tmp_path / "another").roots
        assert "not trusted here" in first_broken()


def test_a_time_stamp_that_is_gone_is_missed(authority: Authority) -> None:
    send_waiting(at=NOW + MINUTE, holder="one")
    name = f"work.timestamp:{TimeStamp.objects.get().pk}"
    drop_guards("default")
    TimeStamp.objects.all().delete()
    assert any(f"{name} is missing" in wrong for wrong in what_is_wrong())
