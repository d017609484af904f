"""What the tests of cohorts share: a planned cohort with pre-work, and people with places in it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from mooring.academy.cohorts.actions.applying import apply_to_cohort, decide_application
from mooring.academy.cohorts.actions.planning import CohortTerms, WeeklySlots, add_pre_work, plan_cohort
from mooring.academy.cohorts.models import Cohort, CohortPlace, LiveSlot, PreWorkKind
from mooring.academy.courses.models import CourseVersion
from mooring.academy.learning.actions import see_disclosures
from mooring.identity.models import Person
from mooring.identity.roles import Role
from tests.people import NOW, Cast, make_people
from tests.told import told

FIRST = datetime(2026, 11, 26, 18)  # noqa: DTZ001 - a time on the wall
"""A Thursday, on the wall in London."""


@told
def planned(
    cast: Cast,
    version: CourseVersion,
    *,
    titles: tuple[str, ...] = ("The drug", "Prepare", "Sit"),
    **changed: Any,
) -> Cohort:
    """Three Thursdays at 18:00 in London; the certificate asks for all three, of which one may be made up."""
    terms: dict[str, Any] = {
        "title": "Autumn cohort B",
        "summary": "For therapists who begin.",
        "seats": 6,
        "apply_until": NOW + timedelta(days=7),
        "needed": len(titles),
        "most_made_up": 1,
        "sheets_needed": 1,
        "price": Decimal("900.00"),
    }
    weekly = WeeklySlots(
        first=FIRST, zone="Europe/London", minutes=90, titles=titles, live_link="https://meet.example/b"
    )
    return plan_cohort(
        site=cast.site,
        course=version.course,
        terms=CohortTerms(**(terms | changed)),
        weekly=weekly,
        led_by=cast.educator,
        by=cast.educator,
        at=NOW,
    )


@told
def with_pre_work(cast: Cast, cohort: Cohort, lesson: str) -> Cohort:
    """Before the first meeting a lesson and something to write."""
    slot = cohort.slots.get(place=1)
    add_pre_work(slot=slot, kind=PreWorkKind.LESSON, reference=lesson, by=cast.educator, at=NOW)
    add_pre_work(
        slot=slot,
        kind=PreWorkKind.WRITING,
        title="Your prediction",
        words="Two sentences.",
        by=cast.educator,
        at=NOW,
    )
    return cohort


@told
def guests(cast: Cast, number: int) -> list[Person]:
    return make_people({f"Guest {n:02}": ((Role.LEARNER, cast.site),) for n in range(number)})


@told
def seated(cast: Cast, cohort: Cohort, person: Person, **decided: Any) -> CohortPlace:
    """Applied and accepted; who has a seat has seen who made the course."""
    application = apply_to_cohort(
        cohort=cohort, profession="Counsellor", motivation="To prepare people well.", by=person, at=NOW
    )
    decide_application(application=application, accepted=True, by=cast.educator, at=NOW, **decided)
    place = CohortPlace.objects.select_related("cohort__course", "person", "enrolment__version__course").get(
        application=application
    )
    if place.enrolment is not None and place.enrolment.disclosures_seen_at is None:
        see_disclosures(enrolment=place.enrolment, by=person, at=NOW)
    return place


def during(slot: LiveSlot) -> datetime:
    return slot.starts_at + timedelta(minutes=30)
