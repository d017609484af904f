"""What the clinic's wheel declares is what an index has: no path of the machine that built it."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parents[2]


def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_charts_are_built_from_what_is_locked() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert build["targets"]["wheel"]["hooks"]["custom"]["dependencies"] == hook().wanted(ROOT, "charts")
    assert "uplot-python" not in " ".join(hook().wanted(ROOT, "runtime"))


def test_the_library_is_named_by_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOORING_FROM_CHECKOUT", raising=False)
    assert re.fullmatch(r"mooring-pharmacology==[\d.]+\w*", hook().library(ROOT))
    monkeypatch.setenv("MOORING_FROM_CHECKOUT", "1")
    assert "file:" in hook().library(ROOT)
