"""The drill: last night's backup comes back whole, on both databases, and nothing false passes as a backup."""

import json
import os
import subprocess
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from mooring.audit import seals
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.models import Event
from mooring.audit.recording import COMMAND_LINE
from mooring.identity.models import Person
from mooring.web.start_up import require_ready
from mooring.work.actions import write_message
from mooring.work.backups import back_up_when_due, backups_in, make_backup, read_manifest
from mooring.work.installation import make_installation, require_same_secret_key
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation, Message
from mooring.work.sealing import new_pair, open_sealed, seal_to
from tests.people import make_cast
from tests.web.program import forked
from tests.work.test_clock import _address_of_this_database

pytestmark = pytest.mark.usefixtures("_programs")
ROOT = Path(__file__).resolve().parents[2]


def clinic() -> None:
    make_installation(demonstration_day=None, by=COMMAND_LINE, at=timezone.now())


def fill() -> None:
    clinic()
    make_cast()
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    seals.seal(at=timezone.now())


def mooring(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command whose home is the folder that it restores into."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOORING_")}
    settings = {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "mooring.web.settings"}
    return forked(arguments, {**kept, **settings, **more}, Path.cwd())


@pytest.mark.django_db(transaction=True)
def test_a_backup_made_while_the_clinic_writes_comes_back_whole(tmp_path: Path, settings: Settings) -> None:
    fill()
    private, public = new_pair()
    settings.BACKUP_RECIPIENT = public
    writer = threading.Thread(target=_write_notes, args=(40,))
    writer.start()
    made = make_backup(into=tmp_path / "backups", keep=3, by=COMMAND_LINE, at=timezone.now())
    writer.join()
    assert Message.objects.count() == 40, "nobody was refused while the copy was made"
    assert made.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in made.iterdir())
    identity = tmp_path / "identity"
    identity.write_text(private, encoding="ascii")
    arguments = ["restore", str(made), "--into", str(tmp_path / "new"), "--identity", str(identity)]
    more = {"PATH": os.environ["PATH"]}
    if connection.vendor == "postgresql":
        more["MOORING_DATABASE_URL"] = _empty_database()
    ran = mooring(*arguments, **more)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "WRONG" not in ran.stdout
    assert (tmp_path / "new" / "secret-key").read_text(encoding="ascii") == settings.SECRET_KEY
    again = mooring(*arguments, **more)
    assert again.returncode == 2, "never over something that is there"


def _write_notes(count: int) -> None:
    person = Person.objects.get(legal_name="Ines Duarte")
    site = person.standing[0].site
    for number in range(count):
        write_message(
            channel="screen",  # type: ignore[arg-type]
            person=person,
            site=site,
            title=f"Note {number}",
            body="",
            by=person,
            at=timezone.now(),
        )
    connection.close()


def _empty_database() -> str:
    name = f"restored_{os.getpid()}"
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    return _address_of_this_database().replace(str(connection.settings_dict["NAME"]), name)


@pytest.mark.django_db(transaction=True)
def test_a_backup_with_an_altered_file_or_without_a_manifest_is_refused(tmp_path: Path) -> None:
    fill()
    made = make_backup(into=tmp_path, keep=3, by=COMMAND_LINE, at=timezone.now())
    database = next(path for path in made.iterdir() if path.name.startswith("database"))
    body = bytearray(database.read_bytes())
    body[len(body) // 2] ^= 1
    database.write_bytes(body)
    with pytest.raises(Mistake, match="checksum differs"):
        read_manifest(made)
    (made / "manifest.json").unlink()
    with pytest.raises(Mistake, match="interrupted"):
        read_manifest(made)
    assert backups_in(tmp_path) == []


@pytest.mark.django_db(transaction=True)
def test_the_clock_backs_up_once_a_day_and_keeps_the_newest(tmp_path: Path, settings: Settings) -> None:
    fill()
    settings.BACKUP_TO, settings.BACKUPS_KEPT = tmp_path, 2
    now = timezone.now()
    assert back_up_when_due(at=now)
    assert not back_up_when_due(at=now)
    for days in (1, 2, 3):
        assert back_up_when_due(at=now + timedelta(days=days))
    assert len(backups_in(tmp_path)) == 2
    event = Event.objects.filter(name="work.backup.made").latest("id")
    assert event.detail["folder"] == backups_in(tmp_path)[-1].name
    manifest = json.loads((backups_in(tmp_path)[-1] / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["secret_key"] == "absent"


@pytest.mark.django_db
def test_another_secret_key_is_never_taken_without_a_word(settings: Settings) -> None:
    clinic()
    require_ready(demonstration=False)
    settings.SECRET_KEY = "another one, made because the file was missing"
    with pytest.raises(Mistake, match="another secret key"):
        require_same_secret_key(Installation.objects.get())


@pytest.mark.pure
def test_what_is_sealed_opens_with_the_private_key_alone() -> None:
    private, public = new_pair()
    sealed = seal_to(public, b"a secret")
    assert open_sealed(private, sealed) == b"a secret"
    other, _ = new_pair()
    with pytest.raises(ValueError, match="another key"):
        open_sealed(other, sealed)
    with pytest.raises(ValueError, match="another key"):
        open_sealed(private, sealed[:-1] + bytes([sealed[-1] ^ 1]))
