"""The program's own files, read once for all guards: each guard sees every file, and none is left out by a pattern."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "mooring"
TEMPLATES = SRC / "web" / "templates"


@cache
def parsed(source: str) -> ast.Module:
    """A module's tree; guards that read the same text share it."""
    return ast.parse(source)


def walk(tree: ast.AST) -> Iterable[ast.AST]:
    """As `ast.walk`; what a module holds is gathered once, for thirty guards go through it."""
    if not isinstance(tree, ast.Module):
        return ast.walk(tree)
    if not hasattr(tree, "nodes"):
        tree.nodes = tuple(ast.walk(tree))  # type: ignore[attr-defined]
    nodes: tuple[ast.AST, ...] = tree.nodes  # type: ignore[attr-defined]
    return nodes


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the program by its path below `src/mooring`, migrations left out (they never change)."""
    return {
        path.relative_to(SRC).as_posix(): parsed(path.read_text(encoding="utf-8"))
        for path in sorted(SRC.rglob("*.py"))
        if "migrations" not in path.parts
    }
