"""How a message of a cohort is written: to whom, in whose time."""

from datetime import datetime
from zoneinfo import ZoneInfo

from mooring.academy.cohorts.models import Cohort, CohortPlace, LiveSlot
from mooring.identity.models import Person
from mooring.sentences.times import dated_moment_words


def with_places(cohort: Cohort) -> list[CohortPlace]:
    """Everyone who has a seat now."""
    found = cohort.places.filter(left_at__isnull=True, waiting=False)
    return list(found.select_related("person").order_by("pk"))


def moment_for(person: Person, at: datetime) -> str:
    """A moment as its reader's wall shows it, with the place."""
    return f"{dated_moment_words(at, ZoneInfo(person.time_zone))} ({person.time_zone})"


def slot_words(person: Person, slot: LiveSlot) -> str:
    return f"{slot.title}, {moment_for(person, slot.starts_at)}"
