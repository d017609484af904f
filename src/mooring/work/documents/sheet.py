"""A paper made out of a record: sections of facts and lines, drawn as a tagged PDF with its digest on every page.

What is drawn is data first (`Sheet`), so that the digest covers what the paper says and not how it looks. What the
record cannot answer stands in `missing`: it is said before the paper is made and on the paper itself, and never left
blank.
"""

from dataclasses import asdict, dataclass

from django.template.loader import render_to_string

from mooring.audit.digests import digest_of
from mooring.identity.models import Site
from mooring.words.names import set_apart
from mooring.work.documents import paper
from mooring.work.documents.paper import NoFont

WIDE_FROM = 7
LETTERS, WIDE_LETTERS = 96, 148
"""About so many letters of a table's size stand in a line of the page, upright and on its side."""
MOST_LETTERS, PADDING = 40, 2


@dataclass(frozen=True)
class SheetSection:
    """One part of a paper: pairs of a name and what it says, then lines, then a table with its head."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def shares(self) -> tuple[float, ...]:
        """How wide each column is, in percent: room for its longest word, then for its cells as far as there is any.

        The widths are said here because a table that measures its own cells costs more than the rest of the page.
        """
        columns = list(zip(self.head, *self.rows, strict=True))
        least = [_longest_word(column) for column in columns]
        wished = [max(word, _longest_cell(column)) for word, column in zip(least, columns, strict=True)]
        left = (WIDE_LETTERS if len(self.head) > WIDE_FROM else LETTERS) - sum(least)
        more = [wish - word for wish, word in zip(wished, least, strict=True)]
        grow = min(max(left / (sum(more) or 1), 0), 1)
        widths = [word + grow * extra for word, extra in zip(least, more, strict=True)]
        return tuple(round(100 * width / sum(widths), 1) for width in widths)


def _longest_word(column: tuple[str, ...]) -> int:
    """Letters of what no line break parts (a number stays with its unit), with room for the cell's padding.

    A digest of 64 letters is broken; it does not push the other columns off the page.
    """
    return min(max(len(word) for cell in column for word in cell.split(" ")), MOST_LETTERS) + PADDING


def _longest_cell(column: tuple[str, ...]) -> int:
    """Letters of the longest cell below the head, which may take a second line."""
    return min(max((len(cell) for cell in column[1:]), default=0), MOST_LETTERS) + PADDING


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
    """The paper as a tagged PDF.

    A character that no font here has stands on it as its Unicode number, and the paper says so: an escort or an
    ambulance crew goes with the record number rather than without a paper. `NoFont` where there is no font at all.
    """
    try:
        return paper.render(_page_of(sheet))
    except NoFont as unprinted:
        return paper.render(_page_of(sheet, unprinted.characters))


def _page_of(sheet: Sheet, unprinted: str = "") -> str:
    """The paper as HTML, with every character of `unprinted` as its number: “[U+5C71]” for “山”."""
    numbers = {ord(character): f"[U+{ord(character):04X}]" for character in unprinted}
    context = {"sheet": sheet, "digest": sheet.digest[:16], "unprinted": " ".join(numbers.values())}
    return set_apart(render_to_string("work/sheet.html", context).translate(numbers))
