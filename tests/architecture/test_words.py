"""What is said to people can be translated: refusals, tasks and messages of the rooms are wrapped."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "mooring"
FLOORS = ("identity", "work", "care", "academy", "lab", "knowledge", "web")
SAID = {"Owed": {"title", "reason", "act"}, "write_message": {"title", "body"}}


def modules() -> list[Path]:
    return sorted(
        path
        for floor in FLOORS
        for path in (SRC / floor).rglob("*.py")
        if "migrations" not in path.parts and "demonstration" not in path.parts
    )


def said(tree: ast.AST) -> Iterator[ast.expr]:
    """Everything that a call hands over to be read by people."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name == "Refused":
            yield from call.args
        yield from (word.value for word in call.keywords if word.arg in SAID.get(name, ()))


def is_bare(words: ast.expr) -> bool:
    if isinstance(words, ast.IfExp):
        return is_bare(words.body) or is_bare(words.orelse)
    return isinstance(words, ast.JoinedStr) or (isinstance(words, ast.Constant) and bool(words.value))


def bare_words(source: str) -> list[int]:
    """Lines on which something is said that no translator would ever see."""
    return [words.lineno for words in said(ast.parse(source)) if is_bare(words)]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SRC)))
def test_what_is_said_is_wrapped_for_translation(path: Path) -> None:
    assert bare_words(path.read_text(encoding="utf-8")) == []


def test_bare_words_are_found() -> None:
    assert bare_words('raise Refused(f"{site} is closed.")\nOwed(title="Call", act=_("Open"))') == [1, 2]
    assert bare_words('raise Refused(_("{site} is closed.").format(site=site))\nOwed(act="")') == []
