"""A PHQ-9 at each of its stages, for the tests of this room. The wording itself stays in content."""

from datetime import datetime, timedelta

from django.test import Client

from mooring.care.measures.actions import ask_measure, fill_measure
from mooring.care.measures.models import Asked, Filled
from mooring.identity.models import Duty, Person, SignedPack
from mooring.identity.roles import Role
from mooring.work.models import TaskLink
from tests.links import hold
from tests.packs import sign_pack_for
from tests.people import NOW, Cast
from tests.told import told

ITEMS = tuple(f"q{number}" for number in range(1, 10))


@told
def asked(cast: Cast, *, at: datetime = NOW, in_clinic: bool = False) -> Asked:
    if not SignedPack.objects.filter(site=cast.site).exists():
        sign_pack_for(cast)
    return ask_measure(
        patient=cast.patient,
        instrument="PHQ-9",
        due_at=at + timedelta(days=1),
        in_clinic=in_clinic,
        by=cast.coordinator,
        at=at,
    )


def answers(each: int = 1, **changed: int) -> dict[str, float]:
    return {**dict.fromkeys(ITEMS, each), **changed}


@told
def filled(cast: Cast, *, at: datetime = NOW, each: int = 1, **changed: int) -> Filled:
    found = asked(cast, at=at, in_clinic=True)
    return fill_measure(
        asked=found,
        answers=answers(each, **changed),
        revision=0,
        link=None,
        by=cast.therapist,
        at=at + timedelta(minutes=4),
    )


def on_duty(cast: Cast, person: Person, role: str = Role.PRESCRIBER, *, since: datetime = NOW) -> Duty:
    return Duty.objects.create(
        site=cast.site,
        role=role,
        person=person,
        starts_at=since - timedelta(hours=5),
        ends_at=since + timedelta(days=40),
    )


def on_a_phone(found: Asked) -> Client:
    """A visitor who opened the questionnaire's link and knew the date of birth."""
    link = TaskLink.objects.get(kind="measure", state="open", about__endswith=f":{found.pk}")
    return hold(Client(), link)
