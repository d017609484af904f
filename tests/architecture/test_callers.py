"""What has no caller is not done: every function and class of a module is named once more than where it stands.

Tests do not count. Methods are left out: the framework calls many of them by their name alone.
"""

import ast
import re
from collections import Counter
from collections.abc import Mapping

from tests.architecture.sources import ROOT, SRC, modules, walk

NAME = re.compile(r"[A-Za-z_]\w*")
READ_BY = (".html", ".toml", ".yaml", ".js", ".txt")
CALLED_FROM_OUTSIDE = re.compile(r"(^|/)apps\.py$|^web/sessions\.py$|^pharmacology/")
"""The framework finds an app's configuration and the store of sessions; the library is called by its readers."""


def uncalled(trees: Mapping[str, ast.Module], elsewhere: str = "") -> list[str]:
    """`file: name` of each top-level function and class that nothing names."""
    named = Counter(NAME.findall(elsewhere))
    for tree in trees.values():
        named.update(_names(tree))
    return [
        f"{path}: {node.name}"
        for path, tree in trees.items()
        if not CALLED_FROM_OUTSIDE.search(path)
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not named[node.name] and not _hears(node)
    ]


def _hears(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """What listens to a signal is called by the signal."""
    return any(ast.unparse(each).startswith("receiver(") for each in node.decorator_list)


def _names(tree: ast.Module) -> list[str]:
    """Every name that is read, imported or written in a string; not where it is defined."""
    found: list[str] = []
    for node in walk(tree):
        if isinstance(node, ast.Name):
            found.append(node.id)
        elif isinstance(node, ast.Attribute):
            found.append(node.attr)
        elif isinstance(node, ast.alias):
            found.append(node.asname or "")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += NAME.findall(node.value)
    return found


def test_everything_has_a_caller() -> None:
    read = [path for kind in READ_BY for path in SRC.rglob(f"*{kind}")] + [
        ROOT / "pyproject.toml",
        ROOT / "run",
    ]
    elsewhere = "\n".join(path.read_text(encoding="utf-8", errors="ignore") for path in read)
    assert not uncalled(modules(), elsewhere)


def test_planted_ones_without_a_caller_are_found() -> None:
    alone = ast.parse("def lonely() -> None: ...\nclass Lonely: ...")
    assert uncalled({"care/a.py": alone}) == ["care/a.py: lonely", "care/a.py: Lonely"]
    called = ast.parse("from care.a import lonely\nlonely()\nKIND = 'care.a.Lonely'")
    assert not uncalled({"care/a.py": alone, "care/b.py": called})
    heard = ast.parse("@receiver(saved)\ndef hears() -> None: ...")
    assert not uncalled({"care/c.py": heard})
    only_imported = ast.parse("from care.a import lonely, Lonely")
    assert len(uncalled({"care/a.py": alone, "care/b.py": only_imported})) == 2
