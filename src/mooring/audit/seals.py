"""Seals over the append-only streams: made by the clock, verified by anyone.

One global hash chain would make every writer wait for every other and could not see a cut tail. So rows
carry their own digest, the clock seals them in batches (each seal names every row and the seal before),
and `head()` is what leaves the machine each day, signed, so that a cut tail shows.

A batch is a contiguous run of ids: order is the sequence of the database, never a clock. While a batch is
sealed no writer is under way in its table, so no smaller id can appear later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from mooring.audit import kept
from mooring.audit.digests import access_digest, digest_of, event_digest
from mooring.audit.models import Access, Event, Seal

BATCH = 1000
EVERY = timedelta(seconds=60)
"""A seal that is not full waits this long for more rows."""
WAIT_FOR_WRITERS_MS = 500


@dataclass(frozen=True)
class Stream:
    name: str
    model: type[Event] | type[Access]
    recompute: Callable[[Any], str]


STREAMS = (
    Stream("events", Event, event_digest),
    Stream(
        "access",
        Access,
        lambda row: access_digest(row, [subject.subject for subject in row.subjects.all()]),
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


def seal(*, at: datetime, every: timedelta = EVERY) -> int:
    """Seal what is written; returns how many rows were sealed."""
    return sum(_seal_stream(stream, at, every) for stream in STREAMS)


def _seal_stream(stream: Stream, at: datetime, every: timedelta) -> int:
    sealed = 0
    while batch := _seal_batch(stream, at, every if sealed == 0 else timedelta(0)):
        sealed += batch
        if batch < BATCH:
            break
    return sealed


def _seal_batch(stream: Stream, at: datetime, every: timedelta) -> int:
    """One seal over the next ids; 0 when there are none, or few and the last seal is fresh."""
    with transaction.atomic():
        _wait_for_writers(stream.model._meta.db_table)
        last = Seal.objects.filter(stream=stream.name).defer("rows").order_by("-number").first()
        rows = list(
            stream.model.objects.filter(pk__gt=last.last_id if last else 0)
            .order_by("pk")
            .values_list("pk", "digest")[:BATCH]
        )
        fresh = last is not None and timedelta(0) <= at - last.sealed_at < every
        if not rows or (fresh and len(rows) < BATCH):
            return 0
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
    return len(rows)


def _wait_for_writers(table: str) -> None:
    """Until this transaction ends nobody writes to `table`, and every id given out before is there or never will be.

    SQLite has one writer at a time: this transaction. PostgreSQL gives an id to a row before its transaction
    ends; the lock waits for those under way. The second machine that wants to seal waits here, too.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {WAIT_FOR_WRITERS_MS}")
            cursor.execute(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')


def seal_digest(seal: Seal) -> str:
    names = ("stream", "number", "rows", "last_id", "sealed_at", "previous")
    return digest_of({name: getattr(seal, name) for name in names})


def verify() -> Broken | None:
    """Recompute everything, oldest first; the first broken row, or None when all is as written.

    Streams first, then the signed and append-only rows that their events name.
    """
    for stream in STREAMS:
        broken = _verify_stream(stream)
        if broken:
            return broken
    different = _first_difference()
    return Broken("rows", *different) if different else None


def _first_difference() -> tuple[str, str] | None:
    """As `kept.first_difference`, beside a clinic that writes.

    A row may have been written, or erased, after its events were read: it differs only where the events that stand
    by now say the same of it.
    """
    named = named_rows()
    while (different := kept.first_difference(named)) is not None:
        by_now, (ref, _how) = named_rows(), different
        if by_now.get(ref) == named.get(ref):
            return different
        named = by_now
    return None


def named_rows() -> dict[str, str]:
    """Every signed and append-only row that an event names, with the digest of its first mention.

    A later event may only say that the row was erased.
    """
    named: dict[str, str] = {}
    for rows in Event.objects.exclude(rows={}).order_by("pk").values_list("rows", flat=True).iterator():
        for ref, digest in rows.items():
            if digest == kept.ERASED:
                named[ref] = digest
            else:
                named.setdefault(ref, digest)
    return named


def _verify_stream(stream: Stream) -> Broken | None:
    previous, last_id = "", None
    sealed = Seal.objects.filter(stream=stream.name).order_by("number")
    for number, found in enumerate(sealed.iterator(chunk_size=20), start=1):
        if found.number != number or found.previous != previous:
            return Broken(
                stream.name, _("seal {number}").format(number=number), _("is missing or out of order")
            )
        if found.digest != seal_digest(found):
            return Broken(stream.name, _("seal {number}").format(number=number), _("was changed"))
        broken = _verify_rows(stream, {row[0]: row[1] for row in found.rows}, last_id, found.last_id)
        if broken:
            return broken
        previous, last_id = found.digest, found.last_id
    return _verify_rows(stream, None, last_id, None)


def _verify_rows(
    stream: Stream, sealed: dict[int, str] | None, after: int | None, until: int | None
) -> Broken | None:
    """The rows after one seal until the next; before the first seal nothing may stand, whatever its number."""
    label = stream.model._meta.label_lower
    rows: Any = stream.model.objects.order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    if until is not None:
        rows = rows.filter(pk__lte=until)
    if stream.model is Access:
        rows = rows.prefetch_related("subjects")
    found: set[int] = set()
    problems: list[tuple[int, str]] = []
    for row in rows.iterator(chunk_size=BATCH):
        found.add(row.pk)
        if sealed is not None and row.pk not in sealed:
            problems.append((row.pk, _("was put in after its batch was sealed")))
        elif row.digest != stream.recompute(row) or (sealed is not None and sealed[row.pk] != row.digest):
            problems.append((row.pk, _("was changed after it was written")))
    problems += [(pk, _("is missing")) for pk in (sealed or {}) if pk not in found]
    if not problems:
        return None
    pk, what = min(problems)
    return Broken(stream.name, f"{label}:{pk}", what)


def head() -> dict[str, str]:
    """The newest seal of each stream: what leaves the machine each day."""
    heads = {}
    for stream in STREAMS:
        last = Seal.objects.filter(stream=stream.name).defer("rows").order_by("-number").first()
        heads[stream.name] = f"{last.number}:{last.digest}" if last else "0:"
    return heads


def verify_head(heads: dict[str, str]) -> Broken | None:
    """Whether the seals that left the machine then are the ones that stand here now."""
    for stream in STREAMS:
        number, _colon, digest = heads.get(stream.name, "0:").partition(":")
        if number == "0":
            continue
        found = Seal.objects.filter(stream=stream.name, number=int(number)).values_list("digest", flat=True)
        if not found:
            return Broken(
                stream.name, _("seal {number}").format(number=number), _("is missing: the tail was cut")
            )
        if found[0] != digest:
            return Broken(
                stream.name,
                _("seal {number}").format(number=number),
                _("is not the one that left this machine"),
            )
    return None
