"""The real program in a process of its own, as a person runs it."""

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent.parent / "src"


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


def mooring(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `mooring …` to its end; nobody is at the keyboard."""
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
