"""Examples in docstrings and in the README say what really comes out."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from mooring import pharmacology

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore")]

ROOT = Path(__file__).resolve().parents[2]
NEED_EXTRAS = {
    "fast",
    "fast_kernel",
    "tables",
    "trajectory_store",
    "clusters",
    "plots",
    "solving",
    "__main__",
}
MODULES = sorted(
    each.name for each in pkgutil.iter_modules(pharmacology.__path__) if each.name not in NEED_EXTRAS
)
WITH_EXAMPLES = {
    "building",
    "exposures",
    "nca",
    "regimen",
    "simulation",
    "spread",
    "units",
    "population",
    "sensitivity",
}


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    module = importlib.import_module(f"mooring.pharmacology.{name}")
    failed, tried = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0
    assert tried or name not in WITH_EXAMPLES


def test_the_readme_runs() -> None:
    text = (ROOT / "packages" / "pharmacology" / "README.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for code in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
        exec(code, names)
    assert "result" in names
