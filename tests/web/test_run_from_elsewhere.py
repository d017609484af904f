"""`./run mooring` from another folder: files are written where one stands, the database stays (case E4)."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.pure


def test_case_e4_a_new_course_is_written_where_one_stands(tmp_path: Path) -> None:
    """With a stand-in for Python that says where it stands, `academy new` would write there."""
    program, elsewhere = tmp_path / "program", tmp_path / "elsewhere"
    (program / ".venv/bin").mkdir(parents=True)
    (program / "requirements").mkdir()
    elsewhere.mkdir()
    shutil.copy(ROOT / "run", program / "run")
    for name in ("runtime.txt", "bootstrap.txt"):
        (program / "requirements" / name).write_text("")
    for name, does in (("python", 'echo "$PWD|$MOORING_HOME|$*"'), ("uv", "exit 0")):
        path = program / ".venv/bin" / name
        path.write_text(f"#!/bin/sh\n{does}\n")
        path.chmod(0o755)
    clean = {name: value for name, value in os.environ.items() if name != "MOORING_HOME"}
    said = subprocess.run(
        [str(program / "run"), "mooring", "academy", "new", "mine"],
        cwd=elsewhere,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert said == f"{elsewhere}|{program}/var|-m mooring academy new mine"
