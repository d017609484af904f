"""Every text that people read, with its place: templates, strings, content, catalogues, the papers of `docs/`.

One extractor a kind of file; a guard over words asks `spoken()` and sees all of them by construction.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

import yaml
from django.template.base import Lexer, TokenType

from tests.architecture.prose import TWO_WORDS, docstrings
from tests.architecture.sources import ROOT, SRC, modules, walk

QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
UNREAD = re.compile(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[a-zA-Z/!][^<>]*>", re.DOTALL)
READ = re.compile(
    r"(?<![\w-])(?:aria-label|title|alt|placeholder|aria-description|data-said[\w-]*|label)=\"([^\"]*)\""
)
CODE = re.compile(r"```.*?```|`[^`\n]*`|\]\([^)]*\)|<[^>\n]+>", re.DOTALL)
BLANKS = re.compile(r"@\w+@")
"""A new course is written from files with blanks, which YAML could not read."""
MACHINE_KEYS = {
    "id",
    "ids",
    "licence",
    "license",
    "url",
    "doi",
    "doi_url",
    "file",
    "quote",
    "references",
    "title_of_source",
}
"""Keys of content that hold codes, addresses or somebody else's exact words."""


def in_template(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of what a template says: between tags, in read attributes, in translating tags."""
    line, pieces = 1, []
    for token in Lexer(source).tokenize():
        raw = token.contents
        if token.token_type in {TokenType.BLOCK, TokenType.VAR}:
            pieces.extend((line, text) for text in _quoted(raw))
        elif token.token_type == TokenType.TEXT:
            text = UNREAD.sub(_lines, raw)
            pieces.extend((line + text.count("\n", 0, m.start()), m.group(1)) for m in READ.finditer(text))
            pieces.extend((line + n, part) for n, part in enumerate(TAG.sub(_lines, text).split("\n")))
        line += raw.count("\n")
    return ((number, " ".join(text.split())) for number, text in pieces if text.strip())


def _lines(found: re.Match[str]) -> str:
    return " " + "\n" * found.group().count("\n")


def _quoted(contents: str) -> Iterator[str]:
    for found in QUOTED.finditer(contents):
        text = next((group for group in found.groups() if group is not None), "")
        if "-" not in text or " " in text:  # `h-owed` is a place in a page
            yield text


def in_python(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of every string that reads like prose; docstrings are for engineers."""
    left_out = docstrings(tree)
    for node in walk(tree):
        if isinstance(node, ast.JoinedStr):
            left_out |= {id(part) for part in node.values}
            text = "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if id(node) not in left_out and (TWO_WORDS.search(text) or text[:1].isupper()):
            yield node.lineno, text


def in_yaml(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every scalar that reads like prose, keys and codes left out."""
    for document in yaml.compose_all(BLANKS.sub("a blank", source), Loader=yaml.CSafeLoader):
        yield from _scalars(document)


def _scalars(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value not in MACHINE_KEYS:
                yield from _scalars(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _scalars(value)
    elif isinstance(node, yaml.ScalarNode) and " " in node.value.strip():
        yield node.start_mark.line + 1, node.value


def in_markdown(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of a page, without its code and addresses."""
    text = CODE.sub(_lines, source)
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def in_script(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every string with a space in it."""
    for number, line in enumerate(source.split("\n"), 1):
        yield from ((number, text) for text in _quoted(line) if " " in text)


@cache
def spoken() -> dict[str, list[tuple[int, str]]]:
    """All texts by file: the path below `src/mooring`, or below the root for what stands outside."""
    found: dict[str, list[tuple[int, str]]] = {
        name: list(in_python(tree)) for name, tree in modules().items()
    }
    for path in sorted(SRC.rglob("*")):
        name = path.relative_to(SRC).as_posix()
        if path.suffix in {".html", ".txt"} and "templates" in path.parts:
            found[name] = list(in_template(path.read_text(encoding="utf-8")))
        elif path.suffix == ".yaml" and "references" not in path.parts:
            found[name] = list(in_yaml(path.read_text(encoding="utf-8")))
        elif path.suffix == ".md":
            found[name] = list(in_markdown(path.read_text(encoding="utf-8")))
        elif path.suffix == ".js":
            found[name] = list(in_script(path.read_text(encoding="utf-8")))
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "packages").rglob("*.md")]:
        found[path.relative_to(ROOT).as_posix()] = list(in_markdown(path.read_text(encoding="utf-8")))
    return found
