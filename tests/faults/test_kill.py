"""A process killed while it writes leaves a whole database and every act that it acknowledged."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from tests.people import make_cast
make_cast()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    shutil.copyfile(migrated, folder / "mooring.sqlite3")
    subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=environment(folder), check=True)
    return folder


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "MOORING_DATABASE_URL"}
    return {**kept, "MOORING_HOME": str(folder), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}


def kill_while_writing(home: Path, seconds: float) -> list[int]:
    """Start the writer, kill it after `seconds` of writing; the ids that it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.writer"],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first, "the writer did not start"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate(timeout=20)
    whole_lines = (first + rest).rsplit("\n", 1)[0].splitlines()
    return [int(line) for line in whole_lines]


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
    acknowledged = kill_while_writing(home, random.Random(attempt).uniform(0.01, 0.3))
    assert acknowledged
    check_whole(home, acknowledged)


@pytest.mark.soak
@pytest.mark.parametrize("attempt", range(5, 55))
def test_every_acknowledged_act_survives_many_kills(home: Path, attempt: int) -> None:
    check_whole(home, kill_while_writing(home, random.Random(attempt).uniform(0.0, 0.8)))
