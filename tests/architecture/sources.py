"""The program's own files, read once for all guards: each guard sees every file, and none is left out by a pattern."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "mooring"
TEMPLATES = SRC / "web" / "templates"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the program by its path below `src/mooring`, migrations left out (they never change)."""
    return {
        path.relative_to(SRC).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SRC.rglob("*.py"))
        if "migrations" not in path.parts
    }
