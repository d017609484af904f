"""The house stands: imports run downward only, and the pure floors need no Django."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, SRC

PURE_FLOORS = ["references", "content", "rules", "evidence", "pharmacology", "words"]

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


def only_sources_of(root: Path) -> dict[str, str]:
    """An environment in which nothing but these sources is found; compiled modules lie where they always do."""
    compiled = {"PYTHONPYCACHEPREFIX": sys.pycache_prefix} if sys.pycache_prefix else {}
    return {"PYTHONPATH": str(root / "src"), **compiled}


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(
        command, cwd=root, env=only_sources_of(root), capture_output=True, text=True, check=False
    )


def test_the_import_contracts_hold() -> None:
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout[-3000:]


PLANTED = {
    "rules/planted.py": "from django.utils import timezone",
    "words/planted.py": "import django.utils.translation as words",
    "evidence/planted.py": "def late():\n    from mooring.identity import models",
    "identity/planted.py": "from mooring.care.patients.models import Patient",
    "care/patients/planted.py": "import mooring.care.sessions.models",
    "care/stock/planted.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mooring.desk import day",
    "academy/courses/planted.py": "from mooring.care.patients import models",
    "lab/planted.py": "from mooring.knowledge import views",
    "planted/__init__.py": "",
    "care/planted/__init__.py": "",
}
BROKEN = (
    "mooring.rules.planted -> django",
    "mooring.words.planted -> django",
    "mooring.evidence.planted -> mooring.identity",
    "mooring.identity.planted -> mooring.care.patients",
    "mooring.care.patients.planted -> mooring.care.sessions",
    "mooring.care.stock.planted -> mooring.desk",
    "mooring.academy.courses.planted -> mooring.care.patients",
    "mooring.lab.planted -> mooring.knowledge",
)


def test_planted_violations_of_the_contracts_are_named(tmp_path: Path) -> None:
    """An import upward, sideways, inside a function, for types only, and a floor or room that no contract knows."""
    for file in SRC.rglob("*.py"):
        copy = tmp_path / "src" / "mooring" / file.relative_to(SRC)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, source in PLANTED.items():
        file = tmp_path / "src" / "mooring" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(source, encoding="utf-8")
    answer = lint_imports(tmp_path)
    assert answer.returncode == 1
    said = " ".join(answer.stdout.split())
    for name in ("mooring.planted", "mooring.care.planted"):
        assert name in said
        shutil.rmtree(tmp_path / "src" / name.replace(".", "/"))
    said = " ".join(lint_imports(tmp_path).stdout.split())
    assert not [line for line in BROKEN if line not in said], said[-3000:]


def imports_without_django(floor: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BLOCKED, floor],
        env=only_sources_of(root),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("floor", PURE_FLOORS)
def test_a_pure_floor_imports_with_django_blocked(floor: str) -> None:
    answer = imports_without_django(floor)
    assert answer.returncode == 0, answer.stderr[-2000:]


def test_a_pure_floor_that_needs_django_is_found(tmp_path: Path) -> None:
    floor = tmp_path / "src" / "mooring" / "words"
    floor.mkdir(parents=True)
    (floor.parent / "__init__.py").write_text("")
    (floor / "__init__.py").write_text("")
    (floor / "days.py").write_text("import importlib\nimportlib.import_module('django')\n")
    assert imports_without_django("words", tmp_path).returncode != 0
