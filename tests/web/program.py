"""The real program in a process of its own, as a person runs it."""

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import IO

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
        process = _fork(
            environment, folder, module="mooring", arguments=arguments, says=said, complains=complained
        )
        status = _ask(wait_for=process)
        return subprocess.CompletedProcess(
            command(*arguments), status, said.read_text(), complained.read_text()
        )


class Forked:
    """A module, or a text of Python, that runs in a forked process beside the test, with a pipe to it and one from it.

    What it complains of comes through the same pipe if `all_in_one`; otherwise it stands among what the tests say.
    """

    stdin: IO[str]
    stdout: IO[str]

    def __init__(
        self,
        environment: dict[str, str],
        *arguments: str,
        module: str = "",
        text: str = "",
        all_in_one: bool = False,
    ) -> None:
        with tempfile.TemporaryDirectory(prefix="mooring-pipes-") as place:
            hears, says = Path(place) / "hears", Path(place) / "says"
            os.mkfifo(hears)
            os.mkfifo(says)
            self.pid = _fork(
                environment,
                ROOT,
                module=module,
                text=text,
                arguments=arguments,
                hears=hears,
                says=says,
                complains=says if all_in_one else None,
            )
            self.stdin = hears.open("w")
            self.stdout = says.open()
        self.returncode: int | None = None

    def kill(self) -> None:
        """If it has not ended."""
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)

    def communicate(self) -> str:
        """What it still says until it has ended; its status is in `returncode`."""
        if self.returncode is not None:
            return ""
        self.stdin.close()
        said = self.stdout.read()
        self.stdout.close()
        self.returncode = _ask(wait_for=self.pid)
        return said


def _fork(
    environment: dict[str, str],
    folder: Path,
    *,
    arguments: tuple[str, ...],
    module: str = "",
    text: str = "",
    says: Path,
    hears: Path = Path(os.devnull),
    complains: Path | None = None,
) -> int:
    """The id of a process that runs it."""
    return _ask(
        environment=environment,
        folder=str(folder),
        arguments=arguments,
        module=module,
        text=text,
        hears=str(hears),
        says=str(says),
        complains=str(complains or ""),
    )


def _ask(**asked: object) -> int:
    forks = _forks()
    assert forks.stdin is not None
    assert forks.stdout is not None
    forks.stdin.write(json.dumps(asked) + "\n")
    forks.stdin.flush()
    answer = forks.stdout.readline()
    assert answer, "the process that forks has ended"
    return int(answer)


@cache
def _forks() -> "subprocess.Popen[str]":
    """One for the whole run of tests, with a home that no program uses."""
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
