"""`mooring …` as a real process: it works, it explains itself, and a mistake never ends in a traceback."""

import json
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mooring.web.command_line import parser
from tests.web.program import mooring, started

pytestmark = pytest.mark.pure
SETUP = (
    *("setup", "--organisation", "Elm", "--site", "Elm Quay", "--time-zone", "Europe/Lisbon"),
    *("--jurisdiction", "PT", "--programme", "therapy-clinic", "--phone", "+351 21 555 0100"),
    *("--crisis-line", "SNS 24=808 24 24 24", "--administrator", "Priya Raman", "--email", "P@Example.org"),
)


def said(ran: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where `mooring setup` ran once, with one invitation."""
    home = tmp_path_factory.mktemp("clinic")
    (home / "password").write_text("a long enough passphrase\n")
    invited = "medical-director=Amara Nwosu=amara@example.org"
    ran = started(home, *SETUP, "--password-file", "password", "--invite", invited)
    assert ran.returncode == 0, said(ran)
    assert "Elm Quay is set up, and Priya Raman is its administrator." in ran.stdout
    return home


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "mooring.sqlite3") as database:
        return database.execute(query).fetchall()


def test_setup_makes_a_clinic_that_can_be_signed_into(clinic: Path) -> None:
    assert rows(clinic, "SELECT demonstration FROM work_installation") == [(0,)]
    people = {
        str(email): str(word) for email, word in rows(clinic, "SELECT email, password FROM identity_person")
    }
    assert set(people) == {"p@example.org", "amara@example.org"}
    assert people["p@example.org"].startswith("argon2")
    assert people["amara@example.org"].startswith("!")
    assert rows(clinic, "SELECT kind, state FROM work_tasklink") == [("invitation", "open")]
    assert rows(clinic, "SELECT channel FROM work_message") == [("email",)]


def test_a_second_setup_is_refused(clinic: Path) -> None:
    ran = mooring(clinic, *SETUP)
    assert ran.returncode == 2
    assert "set up already" in said(ran)


def test_verify_says_that_all_is_well_then_names_the_first_broken_row(clinic: Path, tmp_path: Path) -> None:
    ran = mooring(clinic, "audit", "verify")
    assert ran.returncode == 0, said(ran)
    copy = tmp_path / "copy"
    shutil.copytree(clinic, copy)
    with sqlite3.connect(copy / "mooring.sqlite3") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE audit_event SET actor_name = 'somebody else' WHERE id = 3")
    ran = mooring(copy, "audit", "verify")
    assert ran.returncode == 1
    assert "audit.event:3 was changed" in said(ran)
    ran = mooring(copy, "serve")
    assert ran.returncode == 2
    assert "has lost its guard" in said(ran)


def test_the_head_is_signed_with_the_installations_key(clinic: Path) -> None:
    ran = mooring(clinic, "audit", "head")
    head = json.loads(ran.stdout)
    signed = {"at": head["at"], "heads": head["heads"]}
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head["public_key"]))
    body = json.dumps(signed, sort_keys=True, separators=(",", ":")).encode()
    key.verify(bytes.fromhex(head["signature"]), body)


def test_a_tick_tries_the_invitation_and_says_what_it_did(clinic: Path) -> None:
    ran = mooring(clinic, "tick")
    assert ran.returncode == 0
    assert "0 delivered" in ran.stdout
    assert "MOORING_SMTP_HOST is not set" in ran.stderr
    errors = rows(clinic, "SELECT attempts, last_error FROM work_message")
    assert errors == [(1, "MOORING_SMTP_HOST is not set")]


def test_an_unprepared_database_is_named(tmp_path: Path) -> None:
    ran = mooring(tmp_path, "serve")
    assert ran.returncode == 2
    assert "Run `mooring migrate`" in said(ran)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("MOORING_SIGN_IN_MINUTES", "soon"),
        ("MOORING_DATABASE_URL", "mysql://here/there"),
        ("MOORING_SMS_WEBHOOK", "ftp://example.org"),
        ("MOORING_SECRET_KEY_FILE", "no-such-file"),
        ("MOORING_CONTENT", "no-such-folder"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, setting: str, value: str) -> None:
    ran = mooring(tmp_path, "serve", **{setting: value})
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"mooring: {setting}=")
    assert len(ran.stderr.strip().splitlines()) == 1
    said(ran)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("setup",), "--organisation is missing"),
        ((*SETUP, "--jurisdiction", "XX"), "expected country, or country and region"),
        ((*SETUP, "--opens", "19:00"), "the site closes before it opens"),
        (("setup", "--invite", "wizard=A=a@example.org"), "no role is called wizard"),
        (("serve", "--port", "0"), "not a port"),
        (("serve", "--cert", "x.pem"), "give --cert and --key"),
        (("where", "/nowhere/at/all/"), "No page is at /nowhere/at/all/"),
        (("fly",), "invalid choice"),
    ],
)
def test_a_mistake_gets_one_clear_line(tmp_path: Path, arguments: tuple[str, ...], expected: str) -> None:
    ran = mooring(tmp_path, *arguments)
    assert ran.returncode == 2
    assert expected in said(ran)


def test_where_names_view_and_files(tmp_path: Path) -> None:
    ran = mooring(tmp_path, "where", "http://localhost:8000/lab/?page=2")
    assert ran.returncode == 0
    assert "lab/views.py:" in ran.stdout
    assert "urls.py" in ran.stdout


def test_every_command_says_what_it_does() -> None:
    text = parser().format_help()
    for name in ("setup", "serve", "migrate", "tick", "audit", "demo", "where"):
        assert f"    {name}" in text
    assert "not a medical device" in text
