"""Finds text in templates that no translator would see: words between tags, and in attributes that people read."""

import re
from collections.abc import Iterator

from django.template.base import Lexer, TokenType

READ = (
    "aria-label",
    "title",
    "alt",
    "placeholder",
    "aria-description",
    "data-said",
    "data-said-lost",
    "label",
)
WORD = re.compile(r"[^\W\d_]{2,}")
HIDDEN = re.compile(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->|<!DOCTYPE[^>]*>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[a-zA-Z/][^<>]*>", re.DOTALL)
ATTRIBUTE = re.compile(rf"(?<![\w-])({'|'.join(READ)})=(\"[^\"]*\"|'[^']*')")
ENTITY = re.compile(r"&\w+;")
HOLE = "\x00"
NAMES = {"Mooring"}
"""What is the same in every language: the program's name."""
UNITS = {"mg", "kg", "mL", "min", "mmHg", "ng", "mcg", "cm", "lb", "ft", "bpm"}
OPENS = {"blocktranslate": "endblocktranslate", "blocktrans": "endblocktrans", "comment": "endcomment"}


def unwrapped(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each run of words outside a translating tag."""
    kept, until = [], ""
    for token in Lexer(source).tokenize():
        name = (
            token.contents.split(maxsplit=1)[0]
            if token.token_type == TokenType.BLOCK and token.contents
            else ""
        )
        lines = "\n" * source_lines(token)
        if until:
            until = "" if name == until else until
            kept.append(HOLE + lines)
        elif name in OPENS:
            until = OPENS[name]
            kept.append(HOLE + lines)
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
        else:
            kept.append(HOLE + lines)
    text = HIDDEN.sub(lambda found: "\n" * found.group().count("\n"), "".join(kept))
    for found in ATTRIBUTE.finditer(text):
        yield from _words(found.group(2)[1:-1], text.count("\n", 0, found.start()) + 1)
    without = TAG.sub(lambda found: "|" + "\n" * found.group().count("\n"), text)
    for number, line in enumerate(without.split("\n"), 1):
        for part in re.split(rf"[|{HOLE}]", line):
            yield from _words(part, number)


def source_lines(token: object) -> int:
    return str(getattr(token, "contents", "")).count("\n")


def _words(text: str, line: int) -> Iterator[tuple[int, str]]:
    words = [word for word in WORD.findall(ENTITY.sub(" ", text)) if word not in NAMES | UNITS]
    if words:
        yield line, " ".join(text.split())
