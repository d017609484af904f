"""Finds what reads like a sentence in source code and never reaches a translator, however it is written.

The syntax does not matter (an argument, a list, a generator, a local variable, a concatenation): every text
that reads like words for people counts, unless it stands inside a translating call, is a docstring, markup or
SQL, or is the message of an error that only a programmer meets.
"""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import walk

TRANSLATING = {
    "_",
    "_lazy",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
FOR_PROGRAMMERS = {
    "AssertionError",
    "ImproperlyConfigured",
    "KeyError",
    "LookupError",
    "NotImplementedError",
    "OutsideRange",
    "RuntimeError",
    "TooFewTrials",
    "TypeError",
    "ValueError",
    "deconstructible",
}
FOR_THE_SERVER = {"Mistake", "SettingError", "print", "add_argument", "add_parser", "CheckMessage", "Error"}
"""Read by whoever keeps the server, in English by decision (docs/decisions/0006)."""
TWO_WORDS = re.compile(r"[A-Za-z’']{3,}[,;:]? [a-z’'…]+|[A-Za-z’']{2,}[,;:]? [a-z’']{3,}")
NOT_PROSE = re.compile(
    r"\s*(<|[a-z]+/[a-z]+;|attachment;|private, |default-src |SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|WITH|SET )"
)


def bare_sentences(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and text of everything that reads like prose and is not wrapped for translation."""
    return sorted(_found_in(tree, docstrings(tree) | annotations(tree)))


def docstrings(tree: ast.Module) -> set[int]:
    return {
        id(node.value)
        for node in walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def annotations(tree: ast.Module) -> set[int]:
    """Strings that are types, `"QuerySet[Any]"`."""
    held = [
        held
        for node in walk(tree)
        for held in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if held is not None
    ]
    return {id(node) for each in held for node in walk(each)}


def _found_in(node: ast.AST, left_out: set[int]) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Call) and (
        _name(node) in TRANSLATING | FOR_PROGRAMMERS | FOR_THE_SERVER
        or getattr(getattr(node.func, "value", None), "id", "") == "logger"
    ):
        return
    text = _text(node)
    if text is not None:
        if id(node) not in left_out and TWO_WORDS.search(text) and not NOT_PROSE.match(text):
            yield node.lineno, text  # type: ignore[attr-defined]
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from _found_in(part.value, left_out)
        return
    for child in ast.iter_child_nodes(node):
        yield from _found_in(child, left_out)


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return None
