"""A live slot as its people see it: in each time zone, with its triads by round, and as a calendar file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from mooring.academy.cohorts.models import Cohort, CohortPlace, LiveSlot, TriadSeat
from mooring.identity.models import Person
from mooring.rules.practice import ROLES, roles_by_round
from mooring.sentences.times import dated_moment_words
from mooring.words.times import clock

OPENS_BEFORE = timedelta(minutes=10)
"""How long before the start the room opens. Design default."""


@dataclass(frozen=True)
class ZoneRow:
    """One time zone of the group: when the slot is there, and for whom."""

    zone: str
    starts: datetime
    ends: datetime
    names: tuple[str, ...]
    yours: bool

    @property
    def city(self) -> str:
        return self.zone.rpartition("/")[2].replace("_", " ")

    @property
    def from_words(self) -> str:
        return dated_moment_words(self.starts, self.starts.tzinfo)

    @property
    def to_words(self) -> str:
        return clock(self.ends)


def zones_of(slot: LiveSlot, people: Iterable[Person], reader: Person) -> list[ZoneRow]:
    """The slot in the time zone of everyone in the group, the reader's first, then from west to east."""
    names: dict[str, list[str]] = defaultdict(list)
    names[reader.time_zone] = []
    for person in people:
        if person.pk != reader.pk:
            names[person.time_zone].append(str(person))
    rows = [
        ZoneRow(
            zone,
            slot.starts_at.astimezone(ZoneInfo(zone)),
            slot.ends_at.astimezone(ZoneInfo(zone)),
            tuple(sorted(found)),
            zone == reader.time_zone,
        )
        for zone, found in names.items()
    ]
    return sorted(rows, key=lambda row: (not row.yours, row.starts.utcoffset() or timedelta(0), row.zone))


@dataclass(frozen=True)
class TriadRounds:
    """A triad: its number, its people, and for each round who plays which role."""

    number: int
    places: tuple[CohortPlace, ...]

    @property
    def roles(self) -> Sequence[str]:
        return ROLES[: len(self.places)]

    @property
    def rounds(self) -> list[list[CohortPlace]]:
        """Each round as a row: who is therapist, client, observer."""
        table = []
        for roles in roles_by_round(len(self.places)):
            table.append([self.places[roles.index(role)] for role in self.roles])
        return table

    def holds(self, place: CohortPlace) -> bool:
        return any(each.pk == place.pk for each in self.places)


def triads_in(slot: LiveSlot) -> list[TriadRounds]:
    """The triads of a slot, in their order."""
    found: dict[int, list[TriadSeat]] = defaultdict(list)
    for seat in slot.triad_seats.select_related("participant__person").order_by("triad", "seat"):
        found[seat.triad].append(seat)
    return [TriadRounds(number, tuple(each.participant for each in seats)) for number, seats in found.items()]


def room_is_open(slot: LiveSlot, at: datetime) -> bool:
    return slot.starts_at - OPENS_BEFORE <= at <= slot.ends_at


def calendar_of_cohort(cohort: Cohort, *, at: datetime) -> bytes:
    """The live slots as a calendar file (RFC 5545), in UTC, so that every calendar shows its own time."""
    calendar = Calendar()
    calendar.add("prodid", "-//Mooring//academy//EN")
    calendar.add("version", "2.0")
    for slot in cohort.slots.order_by("place"):
        entry = Event()
        entry.add("uid", f"live-slot-{slot.pk}@mooring")
        entry.add("dtstamp", at.astimezone(UTC))
        entry.add("dtstart", slot.starts_at.astimezone(UTC))
        entry.add("dtend", slot.ends_at.astimezone(UTC))
        entry.add("summary", f"{cohort.title}: {slot.title}")
        entry.add("url", settings.PUBLIC_ADDRESS + reverse("cohort", args=[cohort.pk]))
        entry.add("status", "CANCELLED" if cohort.cancelled_at else "CONFIRMED")
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
