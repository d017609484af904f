"""A process killed while it writes leaves a whole database and every act that it acknowledged."""

import random
import sqlite3
from pathlib import Path

import pytest

from tests.faults.killing import kill_while_writing, prepare

PREPARE = """
from tests.people import make_cast
make_cast()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    return prepare(tmp_path_factory.mktemp("killed"), migrated, PREPARE)


def killed(home: Path, seconds: float) -> list[int]:
    """The ids that were acknowledged."""
    return [int(line) for line in kill_while_writing(home, "tests.faults.writer", seconds)]


def check_whole(home: Path, acknowledged: list[int]) -> None:
    with sqlite3.connect(home / "mooring.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        stored = {row[0] for row in database.execute("SELECT id FROM work_task")}
        assert set(acknowledged) <= stored
        (tasks,) = database.execute("SELECT count(*) FROM work_task").fetchone()
        (made,) = database.execute(
            "SELECT count(*) FROM audit_event WHERE name = 'work.task.made'"
        ).fetchone()
        (messages,) = database.execute("SELECT count(*) FROM work_message").fetchone()
        (written,) = database.execute(
            "SELECT count(*) FROM audit_event WHERE name = 'work.message.written'"
        ).fetchone()
    assert (tasks, messages) == (made, written), "an act without its event, or an event without its act"


@pytest.mark.parametrize("attempt", range(5))
def test_every_acknowledged_act_survives_a_kill(home: Path, attempt: int) -> None:
    acknowledged = killed(home, random.Random(attempt).uniform(0.01, 0.3))
    assert acknowledged
    check_whole(home, acknowledged)


@pytest.mark.soak
@pytest.mark.parametrize("attempt", range(5, 55))
def test_every_acknowledged_act_survives_many_kills(home: Path, attempt: int) -> None:
    check_whole(home, killed(home, random.Random(attempt).uniform(0.0, 0.8)))
