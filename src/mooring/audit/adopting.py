"""Rows from before events named them are named once, by an event that says so."""

from datetime import datetime

from django.db import transaction

from mooring.audit import kept, seals
from mooring.audit.models import Event
from mooring.audit.recording import Actor, name_rows, note, recorded

A_BATCH = 500


@recorded("audit.rows.adopted")
def adopt_rows(*, rows: dict[str, str], by: Actor, at: datetime) -> None:
    """Name these rows with their digests of today: from now on a change shows, a change before does not."""
    name_rows(rows)


def adopt_unnamed(*, by: Actor, at: datetime) -> int:
    """Adopt every signed and append-only row that no event names; returns how many there were."""
    with transaction.atomic():
        unnamed = list(kept.unnamed_rows(seals.named_rows()).items())
        for start in range(0, len(unnamed), A_BATCH):
            adopt_rows(rows=dict(unnamed[start : start + A_BATCH]), by=by, at=at)
    return len(unnamed)


@recorded("audit.rows.left-behind")
def leave_behind(*, by: Actor, at: datetime) -> None:
    """Name the rows that events of before speak of and that are not here: they stayed where one site left from."""
    lost = kept.missing_rows(seals.named_rows())
    name_rows(dict.fromkeys(lost, kept.ERASED))
    note(rows=len(lost))


def adopted_count() -> int:
    """How many rows are protected only since they were adopted."""
    events = Event.objects.filter(name="audit.rows.adopted").values_list("rows", flat=True)
    return sum(len(rows) for rows in events.iterator())
