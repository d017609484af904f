"""The real program in a process of its own, as a person runs it."""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"


def environment(home: Path, **settings: str) -> dict[str, str]:
    """A clean environment with a home of its own, and these settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MOORING_", "DJANGO_", "PYTEST_"))
    }
    return {**kept, "PYTHONPATH": str(SOURCE), "MOORING_HOME": str(home), **settings}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mooring", *arguments]


def started(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Start `mooring …` and run it to its end; nobody is at the keyboard."""
    return subprocess.run(
        command(*arguments),
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=home,
    )


def mooring(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same from a process that has read in the program already (`tests/web/forks.py`)."""
    return forked(arguments, environment(home, **settings), home)


def forked(
    arguments: tuple[str, ...], environment: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run `mooring …` to its end in this environment and folder, without reading in the program."""
    with tempfile.TemporaryDirectory(prefix="mooring-said-") as place:
        said, complained = Path(place) / "said", Path(place) / "complained"
        said.touch()
        complained.touch()
        asked = {
            "arguments": arguments,
            "environment": environment,
            "folder": str(folder),
            "said": str(said),
            "complained": str(complained),
        }
        forks = _forks()
        assert forks.stdin is not None
        assert forks.stdout is not None
        forks.stdin.write(json.dumps(asked) + "\n")
        forks.stdin.flush()
        status = forks.stdout.readline()
        assert status, "the process that forks has ended"
        return subprocess.CompletedProcess(
            command(*arguments), int(status), said.read_text(), complained.read_text()
        )


@cache
def _forks() -> "subprocess.Popen[str]":
    """One for the whole run of tests, with a home that no command uses."""
    home = tempfile.TemporaryDirectory(prefix="mooring-forks-")
    forks = subprocess.Popen(
        [sys.executable, "-m", "tests.web.forks"],
        env={**environment(Path(home.name)), "PYTHONPATH": f"{SOURCE}{os.pathsep}{ROOT}"},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def end() -> None:
        forks.communicate()
        home.cleanup()

    atexit.register(end)
    return forks
