"""The house stands: imports run downward only, and the pure floors need no Django."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PURE_FLOORS = ["references", "content", "rules", "evidence", "pharmacology"]

BLOCKED = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "allauth", "django_htmx", "granian"}:
            raise ImportError(f"{name} is blocked below the Django line")
        return None

sys.meta_path.insert(0, Blocker())
import importlib, pkgutil
package = importlib.import_module("mooring." + sys.argv[1])
for found in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + "."):
    importlib.import_module(found.name)
"""


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    answer = subprocess.run(
        command, cwd=ROOT, env={"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout[-3000:]


@pytest.mark.parametrize("floor", PURE_FLOORS)
def test_a_pure_floor_imports_with_django_blocked(floor: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", BLOCKED, floor],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
