"""Every class of the style sheets is written somewhere: a rule that nothing wears is dead, or named as to come."""

import ast
import re
from collections.abc import Iterable
from functools import cache

import pytest

from tests.architecture.prose import docstrings
from tests.architecture.sources import ROOT, SRC, modules, walk

STYLES = SRC / "web" / "static" / "mooring" / "css"
SET_BY_A_LIBRARY = {"htmx-request", "u-cursor-x", "u-cursor-pt"}
"""Set by htmx and uPlot while a page is open."""
TO_COME = (
    "board-",
    "calm-",
    "live-",
    "sos",
    "tap",
    "btn-emergency",
    "steps-keep",
    "band-e",
    "f-",
    "s-",
    "t-",
    "nowrap",
)
"""Of screens that are being built: each start stands in docs/look.md under "Classes of screens to come"."""

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
BLOCK = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
ATTRIBUTE = re.compile(r"\bclass=\\?(\"[^\"]*\"|'[^']*')", re.DOTALL)
STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
HOLE = "\x00"


def classes_in(css: str) -> set[str]:
    """The classes that a style sheet's selectors name."""
    css = re.sub(r"\"[^\"]*\"|url\([^)]*\)", "", COMMENT.sub("", css))
    return {found for selector in re.findall(r"([^{};]*)\{", css) for found in CLASS.findall(selector)}


def worn_in_markup(source: str) -> set[str]:
    """Tokens of `class="…"`, also inside tags; what ends in a hole is a family (`grade-` for `grade-{{ g }}`)."""
    found: set[str] = set()
    for inside in re.findall(r"\{%.*?%\}", source, re.DOTALL):
        for parts in STRING.findall(inside):
            found |= _tokens("".join(parts))
    flat = VALUE.sub(HOLE, BLOCK.sub(" ", source))
    for attribute in ATTRIBUTE.findall(flat):
        found |= _tokens(attribute[1:-1])
    return found


def worn_in_python(tree: ast.Module) -> set[str]:
    """Tokens of every string that is no docstring; a formatted place is a hole."""
    left_out, found = docstrings(tree), set()
    for node in walk(tree):
        if isinstance(node, ast.JoinedStr):
            found |= _tokens(
                "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values)
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            found |= _tokens(re.sub(r"\{\w*\}", HOLE, node.value)) | worn_in_markup(node.value)
    return found


def worn_in_script(source: str) -> set[str]:
    """Tokens of every string of a script; `${…}` is a hole."""
    return {
        token
        for parts in STRING.findall(source)
        for token in _tokens(re.sub(r"\$\{[^}]*\}", HOLE, "".join(parts)).replace(".", " "))
    }


def _tokens(text: str) -> set[str]:
    words = re.findall(rf"[A-Za-z_][\w-]*{HOLE}?", text)
    return {word.replace(HOLE, "*") for word in words}


@cache
def worn() -> frozenset[str]:
    found: set[str] = set()
    for path in SRC.rglob("*"):
        if path.suffix in {".html", ".svg", ".md"}:
            found |= worn_in_markup(path.read_text(encoding="utf-8"))
        elif path.suffix == ".js":
            found |= worn_in_script(path.read_text(encoding="utf-8"))
    for tree in modules().values():
        found |= worn_in_python(tree)
    return frozenset(found)


def nobody_wears(classes: Iterable[str], tokens: Iterable[str]) -> list[str]:
    """Classes that no page, script or string writes, alone or by the start of its family."""
    alone = set(tokens)
    families = tuple(token[:-1] for token in alone if token.endswith("-*"))
    return sorted(name for name in classes if name not in alone and not name.startswith(families))


@pytest.mark.parametrize("path", sorted(STYLES.glob("*.css")), ids=lambda path: path.name)
def test_every_class_is_worn(path) -> None:  # type: ignore[no-untyped-def]
    dead = nobody_wears(classes_in(path.read_text(encoding="utf-8")), worn())
    assert not [name for name in dead if name not in SET_BY_A_LIBRARY and not name.startswith(TO_COME)]


def test_what_is_to_come_is_named_in_the_look() -> None:
    text = (ROOT / "docs" / "look.md").read_text(encoding="utf-8")
    named = text.split("## Classes of screens to come")[1].split("\n## ")[0]
    assert [start for start in TO_COME if f"`{start}" not in named] == []


@pytest.mark.parametrize(
    "planted",
    [
        ".dead { color: red; }",
        "a, .dead > b { color: red; }",
        "@layer parts { @media print { .dead:hover { color: red; } } }",
        ".worn .dead { color: red; }",
        ".dead-one { } .note-due { }",
    ],
)
def test_a_planted_dead_class_is_found(planted: str) -> None:
    tokens = worn_in_markup('<p class="worn note-{{ kind }}">dead</p>')
    assert nobody_wears(classes_in(planted), tokens) in (["dead"], ["dead-one"])


@pytest.mark.parametrize(
    "tokens",
    [
        worn_in_markup('<p class="a worn">x</p>'),
        worn_in_markup('<p class="a{% if b %} worn{% endif %}">x</p>'),
        worn_in_markup("<p class='worn'>x</p>"),
        worn_in_markup('{% include "x.html" with classes="worn" %}'),
        worn_in_markup('{% mark "x" %}<b class="{{ a }} worn"></b>'),
        worn_in_python(ast.parse('x = "a worn"')),
        worn_in_python(ast.parse('x = f"<p class=\\"worn {a}\\">"')),
        worn_in_script('place.className = "mark worn";'),
        worn_in_script('document.querySelector(".worn")'),
        worn_in_markup('<p class="wo{{ n }} wor-{{ n }} worn">x</p>'),
    ],
)
def test_what_is_worn_is_seen(tokens: set[str]) -> None:
    assert not nobody_wears(["worn"], tokens)


@pytest.mark.parametrize(
    "tokens",
    [
        worn_in_markup('<p class="note-{{ kind }}">x</p>'),
        worn_in_python(ast.parse('x = f"note note-{kind}"')),
        worn_in_python(ast.parse('x = format_html("<b class=\\"note-{}\\">", kind)')),
        worn_in_script("x.className = `note-${kind}`"),
    ],
)
def test_a_family_that_is_built_is_seen(tokens: set[str]) -> None:
    assert not nobody_wears(["note-due"], tokens)
