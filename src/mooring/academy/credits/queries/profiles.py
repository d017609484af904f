"""A person's credit profile, opened: profession, place, and the numbers that stand encrypted in the row."""

import json
from dataclasses import dataclass

from mooring.academy.credits.models import Certificate, CertificateState, CreditProfile
from mooring.identity.models import Person

COMPLETION = "completion"


@dataclass(frozen=True)
class OpenedProfile:
    """A profile as its person entered it. `birthday` is month and day, `MM-DD`."""

    profession: str
    jurisdiction: str = ""
    licence_number: str = ""
    npi: str = ""
    birthday: str = ""


def seal(*, licence_number: str, npi: str, birthday: str) -> bytes:
    """The numbers of a profile, as its sealed column takes them."""
    return json.dumps({"licence_number": licence_number, "npi": npi, "birthday": birthday}).encode()


def profile_of(person: Person) -> OpenedProfile | None:
    """The person's profile, opened; None when there is none. Numbers whose key is gone read as empty."""
    row = CreditProfile.objects.filter(person=person).first()
    return None if row is None else opened(row)


def profiles_of(people: list[int]) -> dict[int, OpenedProfile]:
    """The profiles of many people at once, by their numbers; who has none is not in it."""
    return {row.person_id: opened(row) for row in CreditProfile.objects.filter(person__in=people)}


def opened(row: CreditProfile) -> OpenedProfile:
    """A row with its numbers."""
    numbers = json.loads(bytes(row.sealed) or b"{}")
    return OpenedProfile(row.profession, row.jurisdiction, **numbers)


def other_basis(person: Person, course_pk: int, offering: str) -> Certificate | None:
    """A valid certificate of credit for the same course under another offering: one basis a person an activity."""
    held = Certificate.objects.filter(learner=person, course_id=course_pk, state=CertificateState.VALID)
    others = held.exclude(offering=offering).select_related("snapshot", "claim")
    return next((each for each in others if each.says["type"] != COMPLETION), None)
