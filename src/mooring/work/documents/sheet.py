"""A paper made out of a record: sections of facts and lines, drawn as a tagged PDF with its digest on every page.

What is drawn is data first (`Sheet`), so that the digest covers what the paper says and not how it looks. What the
record cannot answer stands in `missing`: it is said before the paper is made and on the paper itself, and never left
blank.
"""

from dataclasses import asdict, dataclass

from django.template.loader import render_to_string

from mooring.audit.digests import digest_of
from mooring.identity.models import Site
from mooring.work.documents import paper

WIDE_FROM = 7
LEAST_LETTERS, MOST_LETTERS = 4, 24


@dataclass(frozen=True)
class SheetSection:
    """One part of a paper: pairs of a name and what it says, then lines, then a table with its head."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def shares(self) -> tuple[int, ...]:
        """How wide each column is, in percent: by its longest word and its longest cell.

        The widths are said here because a table that measures its own cells costs more than the rest of the page.
        """
        weights = [_weight(column) for column in zip(self.head, *self.rows, strict=True)]
        return tuple(100 * weight // sum(weights) for weight in weights)


def _weight(column: tuple[str, ...]) -> int:
    """Letters that a column should have room for: its longest word whole, a long text over several lines.

    A digest of 64 letters is broken; it does not push the other columns off the page.
    """
    longest_word = max(len(word) for cell in column for word in cell.split() or [""])
    longest_cell = max(len(cell) for cell in column)
    return max(LEAST_LETTERS, min(longest_word, MOST_LETTERS), min(longest_cell, MOST_LETTERS))


@dataclass(frozen=True)
class Sheet:
    """A paper as data. `letterhead` is the site's name and how it is reached; `whose` stands on every page."""

    name: str
    version: str
    title: str
    lead: str
    letterhead: tuple[str, ...]
    whose: str
    sections: tuple[SheetSection, ...]
    missing: tuple[str, ...] = ()

    @property
    def wide(self) -> bool:
        """Whether a table of it needs the page on its side."""
        return any(len(section.head) > WIDE_FROM for section in self.sections)

    @property
    def digest(self) -> str:
        return digest_of(asdict(self))


def letterhead_of(site: Site) -> tuple[str, ...]:
    """What stands at the head of every page: the site and how it is reached."""
    return (f"{site.name}, {site.phone}",)


def drawn_sheet(sheet: Sheet) -> bytes:
    """The paper as a tagged PDF; `NoFont` when a name has characters that no font here has."""
    return paper.render(render_to_string("work/sheet.html", {"sheet": sheet, "digest": sheet.digest[:16]}))
