"""What models leave open are codes, with words of their own on pages; no module of the library imports in a circle."""

import ast
from pathlib import Path

import pytest

import mooring.pharmacology
from mooring import pharmacology as pk
from mooring.pharmacology.notes import NOTES
from mooring.sentences.models import MODEL_NOTES

PACKAGE = Path(mooring.pharmacology.__file__).parent


@pytest.mark.parametrize("name", pk.models())
def test_notes_of_models_and_routes_are_codes_with_words(name: str) -> None:
    each = pk.model(name)
    codes = {*each.notes, *(route.note for route in each.routes_table if route.note)}
    assert codes <= NOTES.keys()
    assert codes <= MODEL_NOTES.keys()


def test_no_code_is_without_words_or_use() -> None:
    used = {
        code
        for name in pk.models()
        for code in (*pk.model(name).notes, *(route.note for route in pk.model(name).routes_table))
        if code
    }
    assert used == set(NOTES) == set(MODEL_NOTES)


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith("mooring.pharmacology")
        ):
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The first circle that is met, or none."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return path[path.index(name) :]
        if name in done:
            return []
        done.add(name)
        return next((found for each in sorted(graph[name]) if (found := walk(each, [*path, name]))), [])

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])


def test_no_module_imports_in_a_circle() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    names = {
        ".".join(("mooring.pharmacology", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
            ".__init__"
        ): path
        for path in PACKAGE.rglob("*.py")
    }
    graph = {
        name: (imports(path) & names.keys()) - {name, "mooring.pharmacology"} for name, path in names.items()
    }
    assert circle(graph) == []
