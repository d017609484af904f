"""What a pack holds, and what differs between two packs."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from mooring.content.loader import ContentRefused, load
from mooring.content.pack import Pack
from mooring.content.schema.base import Item
from mooring.rules.verdict import Grade


@dataclass(frozen=True)
class KindShelf:
    """One kind of knowledge with its items, and how many of each grade."""

    kind: str
    items: list[Item]
    grades: list[tuple[str, int]]

    @property
    def title(self) -> str:
        return f"{self.kind.capitalize()}, {len(self.items)}"


@dataclass(frozen=True)
class ItemChange:
    """One item that is new, gone or different, with what its author says about it."""

    kind: str
    key: str
    title: str
    how: str
    says: str


def shelves_of(pack: Pack) -> list[KindShelf]:
    """Every kind that has items, with counts by grade."""
    found = []
    for kind, shelf in pack.shelves.items():
        items = sorted(shelf.values(), key=lambda item: item.key)
        counted = Counter(str(item.grade) for item in items)
        if items:
            found.append(
                KindShelf(kind, items, [(letter, counted[letter]) for letter in Grade if counted[letter]])
            )
    return found


def changes_between(old: Pack | None, new: Pack) -> list[ItemChange]:
    """What `new` brings, changes and leaves out against `old`, by kind and key."""
    before = old.everything if old else {}
    after = new.everything
    found = [
        ItemChange(
            new.kind_of(key), key, item.title, "new" if key not in before else "different", item.changed
        )
        for key, item in after.items()
        if before.get(key) != item
    ]
    if old is not None:
        found += [
            ItemChange(old.kind_of(key), key, item.title, "gone", "")
            for key, item in before.items()
            if key not in after
        ]
    return sorted(found, key=lambda change: (change.kind, change.key))


def overdue_reviews(pack: Pack, today: date) -> list[Item]:
    """Items whose next review lies in the past."""
    return sorted(
        (item for item in pack.everything.values() if item.next_review < today),
        key=lambda item: item.next_review,
    )


def content_faults() -> tuple[str, ...]:
    """Every fault of the content files with file and line; empty where they load."""
    try:
        load()
    except ContentRefused as refused:
        return tuple(str(each) for each in refused.problems)
    return ()
