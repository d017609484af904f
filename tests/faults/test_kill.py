"""A process killed while it writes leaves a whole database and every act that it acknowledged."""

import random
import sqlite3
from pathlib import Path

import pytest

from tests.faults.killing import kill_each_while_writing, prepare

PREPARE = """
from tests.people import make_cast
make_cast()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    return prepare(tmp_path_factory.mktemp("killed"), migrated, PREPARE)


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


def check_kills(home: Path, moments: list[float]) -> None:
    everything: list[int] = []
    for lines in kill_each_while_writing(home, "tests.faults.writer", moments):
        acknowledged = [int(line) for line in lines]
        assert acknowledged
        everything += acknowledged
        check_whole(home, everything)


def test_every_acknowledged_act_survives_a_kill(home: Path) -> None:
    moment = random.Random(0)
    check_kills(home, [moment.uniform(0.01, 0.3) for _kill in range(5)])


@pytest.mark.soak
def test_every_acknowledged_act_survives_many_kills(home: Path) -> None:
    moment = random.Random(1)
    check_kills(home, [moment.uniform(0.0, 0.8) for _kill in range(50)])
