"""`mooring demo` and `mooring serve` as real processes."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.web.program import command, environment, mooring

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the demonstration was made once, with four patients."""
    home = tmp_path_factory.mktemp("demonstration")
    ran = mooring(home, "demo", "--only-load", "--patients", "4", MOORING_DATABASE_URL="mysql://ignored/here")
    assert ran.returncode == 0, ran.stderr
    assert "Made the clinic of today" in ran.stderr
    return home


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answer(address: str, seconds: float = 90) -> str:
    """What the page says, as soon as it answers."""
    ends = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=20) as page:
                return str(page.read().decode())
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.3)


def test_the_clinic_of_today_is_made_once(made: Path) -> None:
    ran = mooring(made, "demo", "--only-load", "--patients", "4")
    assert ran.returncode == 0
    assert "Made the clinic" not in ran.stderr
    assert not list((made / "var" / "demo").glob("*.new*"))


def test_a_clinic_never_starts_on_a_demonstration_nor_the_other_way_round(made: Path, tmp_path: Path) -> None:
    file = made / "var" / "demo" / "demonstration.sqlite3"
    ran = mooring(made, "serve", MOORING_DATABASE_URL=f"sqlite:{file}")
    assert ran.returncode == 2
    assert "is a demonstration, where anybody may sign in as anybody" in ran.stderr
    copy = tmp_path / "demonstration.sqlite3"
    shutil.copy(file, copy)
    with sqlite3.connect(copy) as database:
        database.execute("UPDATE work_installation SET demonstration = 0")
    ran = mooring(tmp_path, "demo", "--folder", str(tmp_path), "--only-load", "--fresh")
    assert ran.returncode == 2, "not even --fresh goes over a clinic's database"
    assert "belongs to a clinic" in ran.stderr
    assert copy.exists()


def test_it_is_served_with_its_clock_and_ends_whole(made: Path) -> None:
    port = free_port()
    with subprocess.Popen(
        command("demo", "--port", str(port), "--patients", "4"),
        env=environment(made),
        cwd=made,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as served:
        try:
            page = answer(f"http://127.0.0.1:{port}/accounts/login/")
            assert "Sign in as one of these people" in page
            assert "Ines Duarte" in page
            assert _clock_runs(port)
            taken = mooring(made, "demo", "--port", str(port))
            assert taken.returncode == 2
            assert "Give another --port" in taken.stderr
        finally:
            os.killpg(served.pid, signal.SIGINT)  # Ctrl-C at a terminal reaches the children, too
            try:
                said, _ = served.communicate(timeout=60)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(served.pid, signal.SIGKILL)
    assert f"http://localhost:{port}" in said
    assert "Signatures ask for a password" in said
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "nothing answers any more"


def _clock_runs(port: int) -> bool:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        if '"clock_silent": false' in answer(f"http://127.0.0.1:{port}/healthz"):
            return True
        time.sleep(0.5)
    return False
