"""What an operator meets: the doctor, newer schemas, a proxy that is not trusted, files that others can read."""

import fcntl
import json
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import Settings

from mooring.audit.recording import COMMAND_LINE
from mooring.web import doctor
from mooring.web.private_files import files_of_home, private_files
from mooring.web.serving import Listen, _require_certificate
from mooring.web.start_up import require_ready
from mooring.work.backups import note_backup
from mooring.work.installation import make_installation
from mooring.work.mistakes import Mistake
from mooring.work.models import Fault
from mooring.work.schema import LOCK, migrate, name_of_database, one_at_a_time
from tests.people import Cast
from tests.work.test_outbox import SECRET, Texts, taking_texts

pytestmark = pytest.mark.django_db


def wrong() -> dict[str, str]:
    return {finding.what: finding.wrong for finding in doctor.findings() if finding.wrong}


def test_older_code_refuses_a_newer_schema() -> None:
    MigrationRecorder.Migration.objects.create(app="identity", name="9999_from_the_future")
    for act in (migrate, lambda: require_ready(demonstration=False)):
        with pytest.raises(Mistake, match="identity 9999_from_the_future"):
            act()
    assert "newer version" in wrong()["schema"]


def test_two_machines_migrate_one_after_the_other() -> None:
    with one_at_a_time():
        if connection.vendor == "sqlite":
            other = os.open(Path(name_of_database()).parent, os.O_RDONLY)
            with pytest.raises(BlockingIOError):
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.close(other)
            return
        other_machine = connections.create_connection("default")
        with other_machine.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            assert cursor.fetchone() == (False,)
        other_machine.close()


@pytest.mark.parametrize(
    ("https", "trusted", "starts"), [(True, [], False), (True, ["127.0.0.1"], True), (False, [], True)]
)
def test_https_that_nobody_speaks_is_refused_at_the_start(
    https: bool, trusted: list[str], starts: bool
) -> None:
    with override_settings(HTTPS=https, TRUSTED_PROXIES=trusted):
        if starts:
            _require_certificate(Listen())
            return
        with pytest.raises(Mistake, match="MOORING_TRUSTED_PROXIES"):
            _require_certificate(Listen())


def test_a_proxy_that_is_not_trusted_is_named_and_never_redirected_for_ever(client: Client) -> None:
    with override_settings(HTTPS=True, SECURE_SSL_REDIRECT=True, TRUSTED_PROXIES=["10.0.0.1"]):
        answer = Client().get("/accounts/login/", headers={"X-Forwarded-Proto": "https"})
    assert answer.status_code == 421
    assert "MOORING_TRUSTED_PROXIES" in answer.content.decode()


def test_behind_a_proxy_open_pages_hear_at_once_what_is_new() -> None:
    """The proxy that the documentation shows sends `/stream/` to the streams' port, and the doctor asks for it."""
    with override_settings(TRUSTED_PROXIES=["127.0.0.1"], STREAM=""):
        assert "MOORING_STREAM is not set" in wrong()["streams to open pages"]
    with override_settings(TRUSTED_PROXIES=["127.0.0.1"], STREAM="/stream/"):
        assert "streams to open pages" not in wrong()
    shown = (Path(__file__).parents[2] / "docs/operations/nginx.conf").read_text(encoding="utf-8")
    assert "MOORING_STREAM=/stream/" in shown
    streamed = shown.partition("location /stream/ {")[2].partition("}")[0]
    pages = re.search(r"location / \{\s+proxy_pass http://127\.0\.0\.1:(\d+);", shown)
    assert pages is not None
    assert f"proxy_pass http://127.0.0.1:{int(pages[1]) + 1};" in streamed
    assert "proxy_buffering off;" in streamed


def test_the_doctor_names_what_is_open_and_its_remedy(cast: Cast) -> None:
    found = wrong()
    assert found["secret key"] == "nothing is set up here yet (mooring setup)"
    assert "MOORING_BACKUP_TO" in found["last backup"]
    assert "MOORING_AUDIT_HEAD_TO" in found["head of the audit leaves"]
    assert not {"database answers", "guards of signed rows", "clocks agree", "schema"} & found.keys()
    Fault.objects.create(
        chore="deliver", item="x", count=3, cause="no", next_try_at=timezone.now(), since=timezone.now()
    )
    assert "failed 3 times" in wrong()["chores of the clock"]


def test_the_doctor_names_scripts_that_papers_cannot_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "scripts_without_font", lambda: ["Thai", "Korean"])
    assert wrong()["fonts for names on papers"].startswith(
        "none for Thai, Korean (on Debian: apt install fonts-"
    )


def test_a_backup_that_grew_old_is_found(cast: Cast, tmp_path: Path) -> None:
    now = timezone.now()
    with override_settings(BACKUP_TO=tmp_path):
        assert wrong()["last backup"] == "there is none yet"
        note_backup(folder="x", size=1, key_sealed=True, by=COMMAND_LINE, at=now - timedelta(hours=40))
        assert "the last one is of" in wrong()["last backup"]
        note_backup(folder="y", size=1, key_sealed=True, by=COMMAND_LINE, at=now)
        assert "last backup" not in wrong()


def test_files_that_others_read_are_named_and_stop_the_start(tmp_path: Path) -> None:
    key = tmp_path / "secret-key"
    key.write_text("x")
    key.chmod(0o600)
    with override_settings(HOME=tmp_path):
        for path in files_of_home():
            path.chmod(0o700 if path.is_dir() else 0o600)
        assert not next(private_files()).wrong
        key.chmod(0o640)
        assert str(key) in next(private_files()).wrong
        make_installation(demonstration_day=None, by=COMMAND_LINE, at=timezone.now())
        with pytest.raises(Mistake, match="secret-key"):
            require_ready(demonstration=False)


def test_the_last_backup_stands_on_the_pages_of_who_answers_for_it(cast: Cast, client: Client) -> None:
    for person, address in ((cast.administrator, "/people/"), (cast.privacy_officer, "/audit/")):
        client.force_login(person)
        assert "No backup has been made yet." in client.get(address).content.decode()
    note_backup(folder="x", size=1, key_sealed=True, by=COMMAND_LINE, at=timezone.now())
    assert "Last backup:" in client.get("/audit/").content.decode()


def test_the_doctor_sends_a_test_message_where_it_is_told(cast: Cast, settings: Settings) -> None:
    settings.SMS_WEBHOOK_SECRET = SECRET
    with taking_texts() as settings.SMS_WEBHOOK:
        for answer, said in ((202, ""), (500, "text message: HTTP Error 500")):
            Texts.taken, Texts.answer = [], answer
            found = {each.what: each.wrong for each in doctor.findings(sms_to="+15035550142")}
            assert found["sender of text messages"].startswith(said)
            ((_headers, body),) = Texts.taken
            assert json.loads(body)["to"] == "+15035550142"
