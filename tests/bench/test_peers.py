"""A peer that is not there, cannot be built or answers nonsense never stops the rest."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from bench import _pharmacology_peers as peers
from bench import pharmacology as bench
from mooring import pharmacology as pk

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[2]
OURS = {"one cpu": 1.0}


def refuses(times_h: np.ndarray) -> NoReturn:
    raise OSError("gfortran: not found")


def leaves(times_h: np.ndarray) -> NoReturn:
    raise SystemExit


def answers_nonsense(times_h: np.ndarray) -> peers.Solver:
    return lambda: np.zeros((2, 3))


def breaks_later(times_h: np.ndarray) -> peers.Solver:
    calls = iter([np.zeros((2, len(times_h)))])
    return lambda: next(calls)


def test_a_peer_that_fails_in_any_way_is_named_and_the_next_one_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    short = {"until": "2 h", "every": "1 min", "outputs": bench.OUTPUTS}
    monkeypatch.setattr(bench, "ASKED", short)
    ours = pk.simulate(bench.MODEL, bench.SIX, bench.WHO, fast=False, **short)
    right = np.stack([ours[name] for name in bench.OUTPUTS])
    failing = {"refuses": refuses, "leaves": leaves, "nonsense": answers_nonsense, "later": breaks_later}
    monkeypatch.setattr(
        peers, "PEERS", {"absent": refuses, **failing, "works": lambda times_h: lambda: right}
    )
    monkeypatch.setattr(peers, "installed", lambda name: name != "absent")
    bench.peer_table(OURS)
    lines = capsys.readouterr().out.splitlines()
    said = {line.split()[0]: line for line in lines if line[:1].strip()}
    assert "not installed" in said["absent"]
    assert all("does not run here" in said[name] for name in failing)
    assert "gfortran: not found" in said["refuses"]
    assert "best" in said["works"]
    assert "error 0.0e+00" in lines[-1]


def test_exact_peers_answer_as_we_do() -> None:
    """The problem is written out a second time in the bench; here both are the same numbers."""
    pytest.importorskip("scipy")
    times_h = np.arange(0, 30, 0.25)
    ours = pk.simulate(bench.MODEL, bench.SIX, bench.WHO, times_h=times_h, outputs=bench.OUTPUTS, fast=False)
    theirs = peers.PEERS["SciPy expm, step by step (exact)"](times_h)()
    for index, name in enumerate(bench.OUTPUTS):
        assert np.abs(theirs[index] - ours[name]).max() <= 1e-11 * ours[name].max()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """`run` beside an environment that can install everything but numbalsoda."""
    shutil.copy(ROOT / "run", tmp_path / "run")
    (tmp_path / "requirements").mkdir()
    for lock in (ROOT / "requirements").glob("*.txt"):
        shutil.copy(lock, tmp_path / "requirements")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    scripts = {"uv": 'case "$*" in *numbalsoda*) exit 1 ;; esac', "python": 'echo "python $*"'}
    for name, body in scripts.items():
        (programs / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    elsewhere = tmp_path / "path"
    elsewhere.mkdir()
    for name in ("gfortran", "apt-get"):  # nothing is installed on the machine that runs the tests
        (elsewhere / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (elsewhere / name).chmod(0o755)
    return tmp_path


def test_a_peer_that_cannot_be_installed_stops_no_other(checkout: Path) -> None:
    path = f"{checkout / 'path'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "run", "bench", "pharmacology", "--peers"],
        cwd=checkout, env={**os.environ, "PATH": path}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.strip() == "python -m bench pharmacology --peers"
    assert "numbalsoda cannot be installed here" in done.stderr
    stamps = {stamp.name for stamp in (checkout / ".venv").glob(".stamp-bench-*")}
    assert {name.rsplit("-", 1)[0] for name in stamps} == {
        ".stamp-bench-casadi", ".stamp-bench-diffrax", ".stamp-bench-myokit",
    }  # fmt: skip


def test_what_a_person_needs_and_cannot_be_installed_stops_the_command(checkout: Path) -> None:
    (checkout / ".venv" / "bin" / "uv").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    done = subprocess.run(["sh", "run", "mooring"], cwd=checkout, capture_output=True, text=True)
    assert done.returncode != 0
    assert done.stdout == ""
