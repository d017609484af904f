"""A server killed while ten clients write into a session: what it acknowledged is there once, and nothing half."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.killing import kill_each_while_writing, prepare

PREPARE = """
from datetime import timedelta
from django.utils import timezone
from tests.care.sessions.rows import started
from tests.people import make_cast
started(make_cast(timezone.now()), timezone.now() - timedelta(minutes=20))
"""
WRITERS = "tests.faults.session_writer"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    return prepare(tmp_path_factory.mktemp("killed-session"), migrated, PREPARE)


def check_whole(home: Path, acknowledged: list[str]) -> None:
    with closing(sqlite3.connect(home / "mooring.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        stored = [row[0] for row in database.execute("SELECT key FROM care_sessions_logentry")]
        (written,) = database.execute(
            "SELECT count(*) FROM audit_event WHERE name = 'care.sessions.entry-written'"
        ).fetchone()
        (symptoms,) = database.execute(
            "SELECT count(*) FROM care_sessions_logentry WHERE kind IN ('symptom', 'vitals')"
        ).fetchone()
    assert len(stored) == len(set(stored))
    assert set(acknowledged) <= set(stored), "acknowledged and lost"
    assert written == symptoms, "an entry without its event, or an event without its entry"


def check_kills(home: Path, moments: list[float]) -> None:
    everything: list[str] = []
    for acknowledged in kill_each_while_writing(home, WRITERS, moments):
        everything += acknowledged
        check_whole(home, everything)
    assert len(everything) > len(moments)


def test_what_was_acknowledged_survives_fifty_kills(home: Path) -> None:
    moment = random.Random(1)
    check_kills(home, [moment.uniform(0.0, 0.12) for _kill in range(50)])


@pytest.mark.soak
def test_what_was_acknowledged_survives_two_hundred_kills(home: Path) -> None:
    moment = random.Random(2)
    check_kills(home, [moment.uniform(0.0, 0.5) for _kill in range(200)])
