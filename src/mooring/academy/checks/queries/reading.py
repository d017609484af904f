"""A lesson as it is read: safe HTML, block by block, each with its sources beside it. Rendered once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape

from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from mooring.academy.checks.queries.marking import references
from mooring.content.course.loader import Embedded, Lesson
from mooring.content.course.text import html_blocks
from mooring.references.bibliography import Reference, ama

KEPT_READINGS = 512
"""Rendered lessons kept in a process; one takes about 50 kB."""

OPENS, CLOSES = "\ue000", "\ue001"  # private letters: they mark a citation until the HTML is clean
MARKER = re.compile(rf"\s*{OPENS}([\d,]+){CLOSES}")
ALIGNED = re.compile(r' style="text-align:\w+"')
HEADS = re.compile(r'<th scope="col"(?: class="n")?>([^<"]+)')
TH = re.compile(r"<th(?=[ >])")
HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
CALLOUT_WORDS = {
    "contested": _("Contested"),
    "remember": _("Remember"),
    "practice": _("In practice"),
    "caution": _("Caution"),
    "not-advice": _("Not dosing advice"),
}
KIND_WORDS = {
    "label": _("label"),
    "guideline": _("guideline"),
    "trial": _("trial"),
    "cohort": _("cohort"),
    "review": _("review"),
    "meta-analysis": _("meta-analysis"),
    "case": _("case report"),
    "laboratory": _("laboratory"),
    "model": _("model"),
    "regulation": _("regulation"),
    "law": _("law"),
    "book": _("book"),
}


@dataclass(frozen=True)
class CitedSource:
    """A cited work under its number in this lesson."""

    number: int
    work: Reference

    @property
    def kind(self) -> str:
        """What sort of work it is, in a word, where that says something."""
        return str(KIND_WORDS.get(self.work.kind, ""))

    @property
    def ama(self) -> str:
        """The work in full, without the address that `link` holds."""
        return ama(self.work)


@dataclass(frozen=True)
class Passage:
    """A block of running text, or a call-out with its word above it, and what it cites."""

    html: SafeString
    sources: tuple[CitedSource, ...]
    kind: str = ""
    word: object = ""
    heading: str = ""
    anchor: str = ""
    """The words of a heading and where it is jumped to; empty for every other block."""


@dataclass(frozen=True)
class RenderedLesson:
    """A lesson in reading order, and the works that it cites by number."""

    parts: tuple[Passage | Embedded, ...]
    sources: tuple[CitedSource, ...]


@lru_cache(maxsize=KEPT_READINGS)
def reading_of(lesson: Lesson) -> RenderedLesson:
    """The lesson rendered; the same lesson is rendered once in a process."""
    known = references(dict.fromkeys(cited.key for cited in lesson.cited))
    sources = {work.id: CitedSource(number, work) for number, work in enumerate(known, 1)}
    return RenderedLesson(tuple(_anchored(_parts(lesson, sources))), tuple(sources.values()))


def _anchored(parts: Iterator[Passage | Embedded]) -> Iterator[Passage | Embedded]:
    """Every heading gets a place to jump to, in the order of the lesson."""
    number = 0
    for part in parts:
        found = HEADING.match(part.html) if isinstance(part, Passage) and not part.kind else None
        if isinstance(part, Passage) and found:
            number += 1
            yield replace(part, heading=unescape(strip_tags(found[1])), anchor=f"part-{number}")
        else:
            yield part


def _parts(lesson: Lesson, sources: dict[str, CitedSource]) -> Iterator[Passage | Embedded]:
    for part in lesson.content:
        if isinstance(part, Embedded):
            yield part
            continue
        passages = list(_passages(part.markdown, sources))
        kind = getattr(part, "kind", "")
        if not kind:
            yield from passages
            continue
        cited = dict.fromkeys(source for passage in passages for source in passage.sources)
        html = mark_safe("".join(passage.html for passage in passages))  # noqa: S308 - cleaned below
        yield Passage(html, tuple(cited), kind, CALLOUT_WORDS[kind])


def _passages(markdown: str, sources: dict[str, CitedSource]) -> Iterator[Passage]:
    seen: list[CitedSource] = []

    def cite(keys: tuple[str, ...]) -> str:
        found = [sources[key] for key in keys if key in sources]
        seen.extend(found)
        return f"{OPENS}{','.join(str(each.number) for each in found)}{CLOSES}" if found else ""

    for html in html_blocks(markdown.replace(OPENS, "").replace(CLOSES, ""), cite=cite):
        by_number = {str(source.number): source for source in seen}
        marked = _as_table(MARKER.sub(lambda match, by=by_number: _markers(match[1].split(","), by), html))  # type: ignore[misc]
        yield Passage(mark_safe(marked), tuple(dict.fromkeys(seen)))  # noqa: S308 - cleaned by html_blocks
        seen = []


def _as_table(html: str) -> str:
    """A table in our own dress: it scrolls by itself on a phone, and figures stand right by a class."""
    if not html.startswith("<table"):
        return html
    html = html.replace("<table>", '<table class="table">').replace(' style="text-align:right"', ' class="n"')
    html = TH.sub('<th scope="col"', ALIGNED.sub("", html)).replace('<th scope="col"></th>', "<td></td>")
    heads = ", ".join(HEADS.findall(html))
    label = format_html("{}: {}", _("Table"), mark_safe(heads))  # noqa: S308 - words of the cleaned table
    return f'<div class="table-scroll" tabindex="0" role="region" aria-label="{label}">{html}</div>'


def _markers(numbers: list[str], by_number: dict[str, CitedSource]) -> str:
    links = format_html_join(
        ",",
        '<a class="xref" href="#source-{0}" aria-label="{1} {0}: {2}">{0}</a>',
        ((number, _("Source"), by_number[number].work.short) for number in numbers),
    )
    return format_html("\u2060<sup>{}</sup>", links)  # the joiner keeps it on the line of its word
