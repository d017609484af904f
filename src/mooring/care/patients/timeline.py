"""What the rooms of care answer when they are asked about one patient: entries of the timeline, the next step.

Each room of care has in its `queries.py` two answers, and nothing above the rooms reads their models for it:

    def timeline_of(person: Person, patient: Patient, most: int) -> list[TimelineEntry]
    def next_step_of(person: Person, patient: Patient, at: datetime) -> NextStep | None

`timeline_of` answers at most `most` entries, the newest, and none of what `person` may not read (the room asks
`may_on` itself, with the permission to read it). `next_step_of` answers None when this room waits for nothing
that `person` may know. The desk asks every room, merges the entries and shows the first step that is answered.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from mooring.sentences.times import day_words

DOSE = "dose"
Record = TypeVar("Record")
Rows = TypeVar("Rows")


def read_once(record: Record, read: Callable[[Record], Rows]) -> Rows:
    """What a room reads of a record, read when it is first asked for and handed on while this object lives.

    The timeline, the next step and the parts of the record page need the same rows. For pages that only show:
    an act reads anew, and a request that wrote fetches its record again.
    """
    kept: dict[Callable[[Record], Rows], Rows] = record.__dict__.setdefault("_read_once", {})
    if read not in kept:
        kept[read] = read(record)
    return kept[read]


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened: `what` in a few words, `meta` who did it or with which result.

    The names are those that `components/timeline.html` reads. `kind` is `DOSE` for a dose, which has the
    larger dot, else empty. `url` is the page that shows it, empty where there is none.
    """

    at: datetime
    what: str
    meta: str = ""
    kind: str = ""
    url: str = ""

    @property
    def when(self) -> str:
        return day_words(self.at)


@dataclass(frozen=True)
class NextStep:
    """What is next for a patient, in a sentence; `act` and `url` only for who may do it."""

    says: str
    act: str = ""
    url: str = ""


def newest(entries: Iterable[TimelineEntry], most: int) -> list[TimelineEntry]:
    """The newest `most` of `entries`, newest first."""
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:most]
