"""The knowledge as one reader has it: items with their standing, history and sources."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from mooring.content.history import Difference, diff
from mooring.content.loader import ContentRefused, cited_by, load
from mooring.content.pack import KINDS, Pack
from mooring.content.schema.base import Item, Source
from mooring.content.schema.eligibility import EligibilityRule, ReadinessRule
from mooring.content.schema.instruments import Instrument
from mooring.content.schema.longterm import Benchmark, Trial
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.content.schema.texts import Symptom
from mooring.identity.models import Person, SignedPack, Site
from mooring.identity.packs import newest_pack_with, newest_signed_pack, parsed
from mooring.references.bibliography import Reference, ama, bibliography, reference
from mooring.rules.verdict import Grade

NOTHING = Pack(data={}, shelves={kind: {} for kind in KINDS})


@dataclass(frozen=True)
class ReadersKnowledge:
    """The knowledge as one reader has it: the pack signed at the reader's first site, and the packaged one.

    `signed` is None where no pack was signed; `packaged` is None where the content files are refused.
    """

    site: Site | None
    signed: SignedPack | None
    packaged: Pack | None
    today: date

    @cached_property
    def in_force(self) -> Pack | None:
        """The signed pack as data."""
        return parsed(self.signed) if self.signed else None

    @cached_property
    def pack(self) -> Pack:
        """What is read: the signed pack, else the packaged content, which is not in force then."""
        return self.in_force or self.packaged or NOTHING

    @property
    def newer(self) -> bool:
        """Whether the packaged content differs from what is signed."""
        return bool(self.signed and self.packaged and self.signed.digest != self.packaged.digest)

    def find(self, key: str) -> tuple[Item, Pack] | None:
        """The item `id@version` and the pack that holds it: the pack in force, the packaged one, earlier ones.

        A bare id finds the version in force today.
        """
        for pack in (self.in_force, self.packaged):
            for item in pack.everything.values() if pack and "@" not in key else ():
                if pack and item.id == key and item.in_force(self.today):
                    return item, pack
            if pack is not None and key in pack.everything:
                return pack.everything[key], pack
        held = self.held_by(key)
        return (parsed(held).everything[key], parsed(held)) if held else None

    def held_by(self, key: str) -> SignedPack | None:
        """The newest pack ever signed here that holds the item `id@version`."""
        found = newest_pack_with(self.site, key) if self.site and "@" in key else None
        return found if found is not None and key in parsed(found).everything else None

    def standing(self, key: str) -> str:
        """How a version stands here.

        `signed`; `different` (signed, but the packaged text of this version differs); `earlier` (a pack that
        was signed before holds it, the one in force does not); `unsigned`.
        """
        if self.in_force is None or key not in self.in_force.everything:
            return "earlier" if self.held_by(key) else "unsigned"
        packaged = self.packaged.everything.get(key) if self.packaged else None
        return "different" if packaged is not None and packaged != self.in_force.everything[key] else "signed"

    def versions(self, kind: str, item_id: str) -> list[Item]:
        """All versions of an item that are known here, those of earlier signed packs too, newest first."""
        found: dict[str, Item] = {}
        for pack in (self.packaged, self.in_force):
            shelf = pack.shelves.get(kind, {}) if pack else {}
            found.update({key: item for key, item in shelf.items() if item.id == item_id})
        newest = max((item.version for item in found.values()), default=0)
        for key in (f"{item_id}@{version}" for version in range(1, newest)):
            held = self.held_by(key) if key not in found else None
            if held is not None:
                found[key] = parsed(held).everything[key]
        return sorted(found.values(), key=lambda item: -item.version)


def reading_of(person: Person, at: datetime) -> ReadersKnowledge:
    """The knowledge at the first of a person's sites, on its day."""
    site = person.standing[0].site if person.standing else None
    try:
        packaged = load()
    except ContentRefused:
        packaged = None
    return ReadersKnowledge(
        site=site,
        signed=newest_signed_pack(site) if site else None,
        packaged=packaged,
        today=site.today(at) if site else timezone.localdate(at),
    )


@dataclass(frozen=True)
class Version:
    """One version of an item, and what it changed against the one before."""

    item: Item
    changes: tuple[Difference, ...]


def history_of(reading: ReadersKnowledge, kind: str, item_id: str) -> list[Version]:
    """Every version, newest first, each with its differences from the version before it."""
    newest_first = reading.versions(kind, item_id)
    before = [*newest_first[1:], None]
    return [
        Version(item, diff(old, item) if old is not None else ())
        for item, old in zip(newest_first, before, strict=True)
    ]


@dataclass(frozen=True)
class Cited:
    """A work that an item cites: the record, its AMA line, and what the item itself says of it."""

    work: Reference
    line: str
    uses: tuple[Source, ...] = ()


def works_of(pack: Pack) -> dict[str, Reference]:
    """The bibliography, with the records that the pack itself carries in front."""
    return {**bibliography(), **{name: reference(raw) for name, raw in pack.references.items()}}


def cited(items: Iterable[Item], pack: Pack) -> list[Cited]:
    """Every work that these items cite, anywhere in them, by its AMA line."""
    names = dict.fromkeys(name for item in items for name in cited_by(item))
    found = [reference(pack.references[name]) for name in names if name in pack.references]
    return sorted((Cited(work, ama(work)) for work in found), key=lambda each: each.line.casefold())


def sources_of(item: Item, pack: Pack) -> list[Cited]:
    """The works of one item, in the order in which it names them, with what it says of each."""
    found = []
    for name in cited_by(item):
        if name in pack.references:
            work = reference(pack.references[name])
            uses = tuple(source for source in item.sources if source.reference == name)
            found.append(Cited(work, ama(work), uses))
    return found


@dataclass(frozen=True)
class Count:
    """How many items of a kind are read, how many of each grade, and how many wait unsigned."""

    kind: str
    items: int
    grades: tuple[int, ...]
    unsigned: int


def counts_of(reading: ReadersKnowledge) -> list[Count]:
    """A line for every kind, in the order of the program."""
    found = []
    for kind in KINDS:
        shelf = reading.pack.shelves.get(kind, {})
        packaged = reading.packaged.shelves.get(kind, {}) if reading.packaged else {}
        unsigned = sum(1 for key, item in packaged.items() if reading.in_force and shelf.get(key) != item)
        by_grade = Counter(item.grade for item in shelf.values())
        found.append(Count(kind, len(shelf), tuple(by_grade[letter] for letter in Grade), unsigned))
    return found


def grouped(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    """Items under the heading that their kind gives them, in order of title; "" where it gives none."""
    found: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda each: (each.title.casefold(), -each.version)):
        found.setdefault(_heading(item), []).append(item)
    return sorted(found.items())


def _heading(item: Item) -> str:
    if isinstance(item, EligibilityRule | ReadinessRule | Symptom):
        return item.group
    if isinstance(item, Trial | Benchmark):
        return item.indication
    if isinstance(item, ProtocolTemplate):
        return item.indications[0] if item.indications else ""
    return item.respondent if isinstance(item, Instrument) else ""
