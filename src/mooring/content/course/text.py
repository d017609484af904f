"""The Markdown of a lesson: cut into blocks, counted, and turned into safe HTML.

A lesson is CommonMark with tables and footnotes, raw HTML off, and three additions of MyST shape: the role
`{cite}` with one or more bibliography ids, fenced embeds (`:::{check}`, `:::{question}`,
`:::{predict}`, `:::{explorable}`, `:::{case}`, `:::{media}`, `:::{figure}`, `:::{interview}`) whose body is YAML with a `ref`, and fenced call-outs whose body is Markdown again. Equations
stand between dollar signs (`equations.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from mooring.content.course.equations import (
    MATHML_ATTRIBUTES,
    MATHML_TAGS,
    STRAY,
    BadEquation,
    to_mathml,
)

EMBEDS = ("check", "question", "predict", "explorable", "case", "media", "figure", "interview")
CALLOUTS = {
    "contested": "Contested",
    "remember": "Remember",
    "practice": "In practice",
    "caution": "Caution",
    "not-advice": "Not dosing advice",
}
_WORD = re.compile(r"[A-Za-z0-9]+(?:[’'./%-][A-Za-z0-9]+)*")
_SENTENCE_END = re.compile(r"[.!?:;](?:\s|$)|\n")
_VOWELS = re.compile(r"[aeiouy]+")
_TAGS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "hr", "br"),
    *("table", "thead", "tbody", "tr", "th", "td", "a", "sup", "section", "div", "span"),
    *MATHML_TAGS,
}
_ATTRIBUTES = (
    MATHML_ATTRIBUTES
    | {"a": {"href", "id", "class"}, "th": {"style"}, "td": {"style"}, "ol": {"start"}}
    | {tag: {"id", "class"} for tag in ("sup", "section", "li", "div", "span")}
)


@dataclass(frozen=True)
class Prose:
    """Running Markdown; `line` is where it starts in the file (1-based)."""

    markdown: str
    line: int


@dataclass(frozen=True)
class Callout:
    """A marked passage; `kind` is a key of `CALLOUTS`, the body is Markdown."""

    kind: str
    markdown: str
    line: int


@dataclass(frozen=True)
class Embed:
    """A place for something to do or to look at, of a kind in `EMBEDS`; `body` is YAML still to be read."""

    kind: str
    body: str
    line: int


Block = Prose | Callout | Embed


@dataclass(frozen=True)
class Citation:
    """A citation where it stands."""

    key: str
    line: int


class MarkdownError(ValueError):
    """Something in the Markdown that a lesson may not hold; `line` is 1-based."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    for plugin in (front_matter_plugin, colon_fence_plugin, footnote_plugin, myst_role_plugin):
        parser.use(plugin)
    return parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)


_PARSER = _parser()


def front_matter(text: str) -> tuple[str, int]:
    """The YAML of the front matter and the line on which it starts.

    Raises:
        MarkdownError: when the file does not begin with front matter between two lines `---`.
    """
    tokens = _PARSER.parse(text)
    if not tokens or tokens[0].type != "front_matter":
        raise MarkdownError(1, "a lesson begins with front matter between two lines of ---")
    return tokens[0].content, 2


def blocks(text: str) -> tuple[Block, ...]:
    """A lesson's body cut at its fenced directives, front matter left out.

    Raises:
        MarkdownError: for an unknown directive or an image without a media entry.
    """
    lines = text.splitlines()
    found: list[Block] = []
    start = 0
    for token in _PARSER.parse(text):
        if token.level or token.map is None or token.type not in ("front_matter", "colon_fence"):
            continue
        found += _prose(lines, start, token.map[0])
        if token.type == "colon_fence":
            _must_close(token, lines)
            found.append(_directive(token))
        start = token.map[1]
    found += _prose(lines, start, len(lines))
    return tuple(found)


def _prose(lines: list[str], start: int, end: int) -> Iterator[Prose]:
    while start < end and not lines[start].strip():
        start += 1
    if passage := "\n".join(lines[start:end]).strip():
        yield Prose(passage, start + 1)


def _must_close(token: Token, lines: list[str]) -> None:
    """A fence that is never closed swallows the rest of the lesson."""
    start, end = token.map or [0, 0]
    last = lines[end - 1].strip() if end <= len(lines) else ""
    if end - start < 2 or set(last) != {":"} or len(last) < 3:
        opened = lines[start].strip()
        raise MarkdownError(start + 1, f"{opened} opens here and is never closed; end it with a line of :::")


def _directive(token: Token) -> Callout | Embed:
    line = (token.map or [0])[0] + 1
    name = token.info.strip().removeprefix("{").removesuffix("}")
    if token.info.strip() != f"{{{name}}}" or name not in (*EMBEDS, *CALLOUTS):
        known = ", ".join((*EMBEDS, *CALLOUTS))
        raise MarkdownError(line, f"unknown directive {token.info.strip()!r}; known are: {known}")
    kind = Embed if name in EMBEDS else Callout
    return kind(name, token.content.strip(), line + 1)


def _inline(markdown: str) -> Iterator[tuple[Token, int]]:
    """Every inline token with the line (0-based) of the block that holds it."""
    for token in _PARSER.parse(markdown):
        for child in token.children or ():
            yield child, (token.map or [0])[0]


def citations(passages: Iterable[Prose | Callout]) -> Iterator[Citation]:
    """Every citation, one per bibliography id.

    Raises:
        MarkdownError: for a role other than `cite`, or an image put in as Markdown.
    """
    for passage in passages:
        for token, offset in _inline(passage.markdown):
            line = passage.line + offset
            if token.type == "image":
                raise MarkdownError(
                    line, "images come in by :::{media}, so that they have alt text and a digest"
                )
            if token.type != "myst_role":
                continue
            if token.meta["name"] != "cite":
                raise MarkdownError(line, f"unknown role {{{token.meta['name']}}}; only {{cite}} is known")
            for key in token.content.split(","):
                yield Citation(key.strip(), line)


def equation_problems(passages: Iterable[Prose | Callout]) -> Iterator[tuple[int, str]]:
    """Line and cause of every equation that cannot be read, and of every dollar sign that opens none."""
    for passage in passages:
        for token in _PARSER.parse(passage.markdown):
            offset = passage.line + (token.map or [0])[0]
            for part in (token, *(token.children or ())):
                if part.type in ("math_inline", "math_inline_double", "math_block"):
                    try:
                        to_mathml(part.content.strip(), block=part.type != "math_inline")
                    except BadEquation as fault:
                        yield offset, str(fault)
                elif part.type == "text" and (stray := STRAY.search(part.content)):
                    yield offset, f"{stray[0]} stands outside an equation; write $ … $ around the whole of it"


def plain_text(markdown: str) -> str:
    """What a reader reads: no marks, no citations, table cells and headings on lines of their own."""
    parts: list[str] = []
    for token in _PARSER.parse(markdown):
        if token.type == "inline":
            parts.append("".join(_visible(child) for child in token.children or ()))
        elif token.type in ("fence", "code_block"):
            parts.append(token.content)
    return "\n".join(parts)


def _visible(token: Token) -> str:
    if token.type in ("text", "code_inline"):
        return token.content
    return " " if token.type in ("softbreak", "hardbreak") else ""


TABLE_SAID = "A table stands here; it is on the page."


def said_blocks(markdown: str) -> Iterator[tuple[str, str]]:
    """What is read aloud of a passage, block by block: the kind of block (`h2`, `p`, `li`, `table`) and its words."""
    in_table = False
    kind = "p"
    for token in _PARSER.parse(markdown):
        if token.type == "table_open":
            in_table = True
            yield "table", TABLE_SAID
        elif token.type == "table_close":
            in_table = False
        elif token.type in ("heading_open", "paragraph_open", "list_item_open") and not in_table:
            kind = token.tag
        elif token.type == "inline" and not in_table:
            words = re.sub(r"\s+", " ", "".join(_visible(child) for child in token.children or ())).strip()
            if words:
                yield kind, re.sub(r"\s+([.,;:!?])", r"\1", words)


def count_words(text: str) -> int:
    """Words as a credit calculation counts them: runs of letters and figures."""
    return len(_WORD.findall(text))


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade of a text (school years needed), with syllables counted by vowel groups.

    Source: Kincaid JP et al. 1975: 0.39 words/sentences + 11.8 syllables/words - 15.59. Technical words raise
    it, so it is a warning light for long sentences, not a measure of difficulty. Empty text gives 0.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part)))
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    silent_e = word.endswith("e") and not word.endswith(("le", "ee"))
    return max(1, len(_VOWELS.findall(word)) - silent_e)


def to_html(markdown: str, *, cite: Callable[[tuple[str, ...]], str]) -> str:
    """Safe HTML of a passage. `cite` gets the bibliography ids of one citation and answers its HTML."""
    return "".join(html_blocks(markdown, cite=cite))


def html_blocks(markdown: str, *, cite: Callable[[tuple[str, ...]], str]) -> Iterator[str]:
    """Safe HTML of a passage, one paragraph, heading, list or table at a time, each cited before it is given.

    See `to_html`.
    """

    def role(_renderer: Any, tokens: list[Token], index: int, *_rest: Any) -> str:
        return cite(tuple(key.strip() for key in tokens[index].content.split(",")))

    parser = _parser()

    def equation(_renderer: Any, tokens: list[Token], index: int, *_rest: Any) -> str:
        token = tokens[index]
        try:
            return to_mathml(token.content.strip(), block=token.type != "math_inline")
        except BadEquation:
            return f"<code>{escapeHtml(token.content)}</code>"

    parser.add_render_rule("myst_role", role)
    for kind in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(kind, equation)
    environment: dict[str, Any] = {}
    waiting: list[Token] = []
    depth = 0
    for token in parser.parse(markdown, environment):
        waiting.append(token)
        depth += token.nesting
        if depth == 0:
            html = parser.renderer.render(waiting, parser.options, environment)
            waiting = []
            yield nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"https", "mailto"})
