"""Seals over the append-only streams: made by the clock, verified by anyone.

One global hash chain would make every writer wait for every other and could not see a cut tail. So rows
carry their own digest, the clock seals them in batches (each seal names every row and the seal before),
and `head()` is what leaves the machine each day, signed, so that a cut tail shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from mooring.audit.digests import access_digest, digest_of, event_digest
from mooring.audit.models import Access, Event, Seal

BATCH = 1000
LAG = timedelta(seconds=60)
"""Rows younger than this wait: an open transaction may still commit an earlier id."""


@dataclass(frozen=True)
class Stream:
    name: str
    model: type[Event] | type[Access]
    time_field: str
    recompute: Callable[[Any], str]


STREAMS = (
    Stream("events", Event, "stored_at", event_digest),
    Stream(
        "access",
        Access,
        "at",
        lambda row: access_digest(row, [each.subject for each in row.subjects.all()]),
    ),
)


@dataclass(frozen=True)
class Broken:
    """The first row or seal that is not as it was written, and how."""

    stream: str
    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.stream}: {self.row} {self.what}"


def seal(*, at: datetime, lag: timedelta = LAG) -> int:
    """Seal what has settled; returns how many rows were sealed."""
    return sum(_seal_stream(stream, at, lag) for stream in STREAMS)


def _seal_stream(stream: Stream, at: datetime, lag: timedelta) -> int:
    sealed = 0
    while True:
        with transaction.atomic():
            last = Seal.objects.filter(stream=stream.name).order_by("-number").first()
            rows = list(
                stream.model.objects.filter(
                    pk__gt=last.last_id if last else 0, **{f"{stream.time_field}__lt": at - lag}
                )
                .order_by("pk")
                .values_list("pk", "digest")[:BATCH]
            )
            if not rows:
                return sealed
            new = Seal(
                stream=stream.name,
                number=last.number + 1 if last else 1,
                rows=[list(row) for row in rows],
                last_id=rows[-1][0],
                sealed_at=at,
                previous=last.digest if last else "",
            )
            new.digest = seal_digest(new)
            new.save(force_insert=True)
        sealed += len(rows)


def seal_digest(seal: Seal) -> str:
    names = ("stream", "number", "rows", "last_id", "sealed_at", "previous")
    return digest_of({name: getattr(seal, name) for name in names})


def verify() -> Broken | None:
    """Recompute everything, oldest first; the first broken row, or None when all is as written."""
    for stream in STREAMS:
        broken = _verify_stream(stream)
        if broken:
            return broken
    return None


def _verify_stream(stream: Stream) -> Broken | None:
    previous, last_id = "", 0
    sealed = Seal.objects.filter(stream=stream.name).order_by("number")
    for number, each in enumerate(sealed.iterator(), start=1):
        if each.number != number or each.previous != previous:
            return Broken(stream.name, f"seal {number}", "is missing or out of order")
        if each.digest != seal_digest(each):
            return Broken(stream.name, f"seal {number}", "was changed")
        broken = _verify_rows(stream, {row[0]: row[1] for row in each.rows}, last_id, each.last_id)
        if broken:
            return broken
        previous, last_id = each.digest, each.last_id
    return _verify_rows(stream, None, last_id, None)


def _verify_rows(
    stream: Stream, sealed: dict[int, str] | None, after: int, until: int | None
) -> Broken | None:
    label = stream.model._meta.label_lower
    rows: Any = stream.model.objects.filter(pk__gt=after).order_by("pk")
    if until is not None:
        rows = rows.filter(pk__lte=until)
    if stream.model is Access:
        rows = rows.prefetch_related("subjects")
    found: set[int] = set()
    problems: list[tuple[int, str]] = []
    for row in rows.iterator(chunk_size=BATCH):
        found.add(row.pk)
        if sealed is not None and row.pk not in sealed:
            problems.append((row.pk, "was put in after its batch was sealed"))
        elif row.digest != stream.recompute(row) or (sealed is not None and sealed[row.pk] != row.digest):
            problems.append((row.pk, "was changed after it was written"))
    problems += [(pk, "is missing") for pk in (sealed or {}) if pk not in found]
    if not problems:
        return None
    pk, what = min(problems)
    return Broken(stream.name, f"{label}:{pk}", what)


def head() -> dict[str, str]:
    """The newest seal of each stream: what leaves the machine each day."""
    heads = {}
    for stream in STREAMS:
        last = Seal.objects.filter(stream=stream.name).order_by("-number").first()
        heads[stream.name] = f"{last.number}:{last.digest}" if last else "0:"
    return heads
