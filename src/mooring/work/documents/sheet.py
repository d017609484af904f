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


@dataclass(frozen=True)
class SheetSection:
    """One part of a paper: pairs of a name and what it says, then lines, then a table with its head."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


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
