"""Backups leave the machine by an operator's own command, sealed; a copy stands in for the store outside."""

import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from mooring.audit.models import Event
from mooring.web.doctor import _shipped
from mooring.web.environment import SettingError, command, recipient
from mooring.work.backups import back_up_when_due
from mooring.work.clock import send_waiting
from mooring.work.models import Fault, Task
from mooring.work.sealing import new_pair
from mooring.work.shipping import BackupNotShipped, ship_backup_when_due
from tests.faults.test_restore_drill import _empty_database, fill, mooring

pytestmark = pytest.mark.usefixtures("_programs")
COPIES = "import shutil, sys; shutil.copyfile(sys.argv[1], sys.argv[2])"


@pytest.mark.django_db(transaction=True)
def test_a_backup_leaves_sealed_once_and_comes_back_from_outside(tmp_path: Path, settings: Settings) -> None:
    fill()
    private, settings.BACKUP_RECIPIENT = new_pair()
    identity, outside, now = tmp_path / "identity", tmp_path / "outside", timezone.now()
    identity.write_text(private, encoding="ascii")
    outside.mkdir()
    settings.BACKUP_TO = tmp_path / "backups"
    settings.BACKUP_SHIP = [sys.executable, "-c", "import sys; sys.exit('the store is full')", "{file}"]
    assert back_up_when_due(at=now)
    with pytest.raises(BackupNotShipped, match="the store is full"):
        ship_backup_when_due(at=now)
    assert _shipped(), "the doctor says that none left"

    settings.BACKUP_SHIP = [sys.executable, "-c", COPIES, "{file}", f"{outside}/{{name}}"]
    assert ship_backup_when_due(at=now)
    assert not ship_backup_when_due(at=now)
    assert not _shipped()
    (left,) = outside.iterdir()
    assert left.name.endswith(".tar.age")
    assert b"Calloway" not in left.read_bytes()
    assert not list(settings.BACKUP_TO.glob("*.age")), "nothing sealed piles up here"
    assert Event.objects.get(name="work.backup.shipped").detail["bytes"] == left.stat().st_size

    arguments = ["restore", str(left), "--into", str(tmp_path / "new")]
    more = {"PATH": os.environ["PATH"]}
    if connection.vendor == "postgresql":
        more["MOORING_DATABASE_URL"] = _empty_database()
    assert "is sealed" in mooring(*arguments, **more).stderr
    ran = mooring(*arguments, "--identity", str(identity), **more)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "WRONG" not in ran.stdout


@pytest.mark.django_db(transaction=True)
def test_what_does_not_leave_becomes_a_task(tmp_path: Path, settings: Settings) -> None:
    fill()
    settings.BACKUP_RECIPIENT = new_pair()[1]
    settings.BACKUP_TO, settings.BACKUP_SHIP = tmp_path, ["/no/such/program", "{file}"]
    now = timezone.now()
    for minutes in (0, 5, 20, 90):
        send_waiting(at=now + timedelta(minutes=minutes))
    assert "no/such/program" in Fault.objects.get(chore="ship-backup").cause
    assert Task.objects.get(kind="clock-fault").reason


@pytest.mark.pure
@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"MOORING_X": "rclone copy here"}, "{file}"),
        ({"MOORING_X": "rclone copyto {file} away:x"}, "only sealed"),
    ],
)
def test_a_command_without_a_file_or_a_recipient_is_refused(
    values: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MOORING_Y", raising=False)
    with pytest.raises(SettingError, match=says):
        command("MOORING_X", needs="MOORING_Y")
    monkeypatch.setenv("MOORING_Y", "not a key")
    with pytest.raises(SettingError, match="age1"):
        recipient("MOORING_Y")
