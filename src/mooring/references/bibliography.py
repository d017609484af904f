"""The one bibliography: records in YAML, one list a file, in the fields of CSL.

A record counts as read only when somebody opened the cited page (`opened`); `read` says how much of it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

RECORDS = Path(__file__).parent / "records"
KINDS = frozenset(
    {"label", "guideline", "trial", "cohort", "review", "meta-analysis", "case", "laboratory", "model"}
    | {"instrument", "regulation", "law", "book", "web", "dataset", "secondary", "other"}
)
_SHORT_TITLE = 60
_MOST_AUTHORS = 6  # AMA: more than six authors are shortened to three and "et al"


class BadRecord(ValueError):
    """A record that cannot stand: the file, the record and what was expected."""


@dataclass(frozen=True)
class Reference:
    """One cited work. `opened` says whether its page was opened, `read` how much of it ("abstract").

    `supersedes` names the record of the edition that this one replaces, as a new label does.
    """

    id: str
    type: str
    title: str
    author: tuple[tuple[str, str], ...] = ()
    issued: int | None = None
    container_title: str = ""
    volume: str = ""
    issue: str = ""
    page: str = ""
    publisher: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    url: str = ""
    kind: str = "other"
    opened: bool = False
    read: str = ""
    note: str = ""
    supersedes: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def link(self) -> str:
        """The best address to open the work."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    @property
    def short(self) -> str:
        """The work in a line beside a claim: first author and year; of a label, or without an author, its title."""
        year = f" {self.issued}" if self.issued else ""
        if self.author and self.author[0][0] and self.kind != "label":
            return f"{self.author[0][0]}{' et al.' if len(self.author) > 1 else ''}{year}"
        title = self.title if len(self.title) <= _SHORT_TITLE else f"{self.title[:_SHORT_TITLE].rstrip()}…"
        return f"{title}{year}"


def _names(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(each.get("family") or each.get("literal") or ""), str(each.get("given") or ""))
        for each in record.get("author") or ()
    )


def _year(issued: object) -> int | None:
    """A year from `2022`, `"2022-03-01"`, a date or CSL's `{date-parts: [[2022, 3]]}`."""
    if isinstance(issued, Mapping):
        parts = issued.get("date-parts") or [[None]]
        issued = parts[0][0]
    if isinstance(issued, date):
        return issued.year
    return int(str(issued)[:4]) if issued not in (None, "") else None


_FIELDS = (
    "id type title author issued container-title volume issue page publisher DOI PMID PMCID URL kind "
    "opened read note supersedes"
)
KNOWN_FIELDS = frozenset(_FIELDS.split())


def reference(record: Mapping[str, Any], where: str = "") -> Reference:
    """A `Reference` of one record; `BadRecord` names what is missing or unknown."""
    name = f"{where}: {record.get('id', 'a record without id')}"
    unknown = sorted(set(record) - KNOWN_FIELDS)
    if unknown:
        raise BadRecord(f"{name}: unknown {', '.join(unknown)}; expected {', '.join(sorted(KNOWN_FIELDS))}")
    for key in ("id", "type", "title"):
        if not str(record.get(key) or "").strip():
            raise BadRecord(f"{name}: {key} is missing")
    if record.get("kind", "other") not in KINDS:
        raise BadRecord(f"{name}: kind {record['kind']!r}; expected one of {', '.join(sorted(KINDS))}")

    def text(key: str) -> str:
        return str(record.get(key) or "").strip()

    try:
        issued = _year(record.get("issued"))
    except ValueError:
        raise BadRecord(f"{name}: issued {record['issued']!r}; expected a year") from None
    return Reference(
        id=text("id"),
        type=text("type"),
        title=text("title"),
        author=_names(record),
        issued=issued,
        container_title=text("container-title"),
        volume=text("volume"),
        issue=text("issue"),
        page=text("page"),
        publisher=text("publisher"),
        doi=text("DOI"),
        pmid=text("PMID"),
        pmcid=text("PMCID"),
        url=text("URL"),
        kind=text("kind") or "other",
        opened=bool(record.get("opened", False)),
        read=text("read"),
        note=text("note"),
        supersedes=text("supersedes"),
        raw=MappingProxyType(dict(record)),
    )


def read_records(folder: Path = RECORDS) -> dict[str, Reference]:
    """All records of a folder by id, in order of file and line; a doubled id is refused."""
    found: dict[str, Reference] = {}
    for path in sorted(folder.glob("*.yaml")):
        records = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or []
        if not isinstance(records, list):
            raise BadRecord(f"{path.name}: expected a list of records")
        for record in records:
            if not isinstance(record, dict):
                raise BadRecord(f"{path.name}: expected a record, found {record!r}")
            one = reference(record, path.name)
            if one.id in found:
                raise BadRecord(f"{path.name}: {one.id} is given twice")
            found[one.id] = one
    for one in found.values():
        if one.supersedes and one.supersedes not in found:
            raise BadRecord(f"{one.id}: supersedes {one.supersedes}, which is no record here")
    return found


@functools.lru_cache(maxsize=1)
def bibliography() -> Mapping[str, Reference]:
    """The package's bibliography by id, read once.

    >>> bibliography()["who-phq9-2010"].issued  # doctest: +SKIP
    2010
    """
    return MappingProxyType(read_records())


def _ama_names(authors: tuple[tuple[str, str], ...]) -> str:
    def one(family: str, given: str) -> str:
        initials = "".join(part[0] for part in given.replace("-", " ").replace(".", " ").split())
        return f"{family} {initials}".strip()

    others = any(family == "and others" for family, _ in authors)
    names = [one(*author) for author in authors if author[0] != "and others"]
    if len(names) > _MOST_AUTHORS:
        names, others = names[:3], True
    if others:
        names.append("et al")
    return ", ".join(names)


def ama(ref: Reference) -> str:
    """The reference in AMA style, plain text.

    `Rolan P, Lim S, Sunderland V. Title. Br J Clin Pharmacol. 2014;77(6):1011-1016. doi:10.1111/…`
    """
    parts = [_ama_names(ref.author), ref.title.rstrip(".")]
    where = ref.container_title or ref.publisher
    numbers = ref.volume + (f"({ref.issue})" if ref.issue else "") + (f":{ref.page}" if ref.page else "")
    when = str(ref.issued) if ref.issued else ""
    if numbers:
        when = f"{when};{numbers}" if when else numbers
    parts += [where.rstrip("."), when]
    text = ". ".join(part for part in parts if part) + "."
    if ref.doi:
        return f"{text} doi:{ref.doi}"
    if ref.pmid:
        return f"{text} PMID {ref.pmid}"
    return f"{text} {ref.url}" if ref.url else text
