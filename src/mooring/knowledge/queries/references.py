"""Reference lists to read and to take along: AMA text, CSV, RIS."""

import csv
import io

from mooring.content.loader import cited_by
from mooring.content.pack import Pack
from mooring.knowledge.queries.reading import Cited, works_of
from mooring.references.bibliography import Reference, ama

RIS_TYPES = {
    "article-journal": "JOUR",
    "book": "BOOK",
    "chapter": "CHAP",
    "report": "RPRT",
    "webpage": "ELEC",
}
COLUMNS = ("id", "ama", "title", "year", "journal", "doi", "pmid", "url", "kind", "opened")


def references_of(pack: Pack, kind: str = "", words: str = "") -> list[Cited]:
    """The works that a kind of content cites (all of the bibliography without a kind) and that hold all words."""
    works = works_of(pack)
    names = (
        {name for item in pack.shelves[kind].values() for name in cited_by(item)}
        if kind in pack.shelves
        else set(works)
    )
    wanted = words.casefold().split()
    lines = [Cited(works[name], ama(works[name])) for name in names if name in works]
    found = [each for each in lines if all(word in each.line.casefold() for word in wanted)]
    return sorted(found, key=lambda each: (each.line.casefold(), each.work.id))


def as_text(works: list[Cited]) -> str:
    """Numbered AMA lines."""
    return "".join(f"{n}. {each.line}\n" for n, each in enumerate(works, start=1))


def as_csv(works: list[Cited]) -> str:
    """One row a work; a cell that a spreadsheet would take for a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for each in works:
        work = each.work
        row = (work.id, each.line, work.title, work.issued or "", work.container_title, work.doi, work.pmid)
        cells = [str(cell) for cell in (*row, work.link, work.kind, "yes" if work.opened else "no")]
        writer.writerow([f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell for cell in cells])
    return out.getvalue()


def as_ris(works: list[Cited]) -> str:
    """RIS records, as reference managers read them."""
    return "".join(_ris(each.work) for each in works)


def _ris(work: Reference) -> str:
    first, _, last = work.page.partition("-")
    pairs = [("TY", RIS_TYPES.get(work.type, "GEN")), ("ID", work.id)]
    pairs += [
        ("AU", f"{family}, {given}".rstrip(", ")) for family, given in work.author if family != "and others"
    ]
    pairs += [("TI", work.title), ("PY", str(work.issued or "")), ("JO", work.container_title)]
    pairs += [("VL", work.volume), ("IS", work.issue), ("SP", first), ("EP", last)]
    pairs += [("PB", work.publisher), ("DO", work.doi), ("UR", work.link)]
    lines = [f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in pairs if value]
    return "".join([*lines, "ER  - \r\n\r\n"])
