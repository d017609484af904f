"""A person's credit profile, opened: profession, place, and the numbers that stand encrypted in the row."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from mooring.academy.credits.models import Certificate, CertificateState, CreditProfile
from mooring.identity.models import Person

PURPOSE = b"academy.credits.profile"
COMPLETION = "completion"


@dataclass(frozen=True)
class OpenedProfile:
    """A profile as its person entered it. `birthday` is month and day, `MM-DD`."""

    profession: str
    jurisdiction: str = ""
    licence_number: str = ""
    npi: str = ""
    birthday: str = ""


def _lock() -> MultiFernet:
    """The key comes from the site's secret; those before it still open."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(str(secret))) for secret in secrets])


def _key(secret: str) -> bytes:
    made = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return urlsafe_b64encode(made)


def seal(*, licence_number: str, npi: str, birthday: str) -> bytes:
    """The numbers of a profile, encrypted."""
    body = {"licence_number": licence_number, "npi": npi, "birthday": birthday}
    return _lock().encrypt(json.dumps(body).encode())


def profile_of(person: Person) -> OpenedProfile | None:
    """The person's profile, opened; None when there is none. Numbers whose key is gone read as empty."""
    row = CreditProfile.objects.filter(person=person).first()
    return None if row is None else opened(row)


def profiles_of(people: list[int]) -> dict[int, OpenedProfile]:
    """The profiles of many people at once, by their numbers; who has none is not in it."""
    return {row.person_id: opened(row) for row in CreditProfile.objects.filter(person__in=people)}


def opened(row: CreditProfile) -> OpenedProfile:
    """A row with its numbers."""
    try:
        numbers = json.loads(_lock().decrypt(bytes(row.sealed)))
    except InvalidToken:
        numbers = {}
    return OpenedProfile(row.profession, row.jurisdiction, **numbers)


def other_basis(person: Person, course_pk: int, offering: str) -> Certificate | None:
    """A valid certificate of credit for the same course under another offering: one basis a person an activity."""
    held = Certificate.objects.filter(learner=person, course_id=course_pk, state=CertificateState.VALID)
    others = held.exclude(offering=offering).select_related("snapshot", "claim")
    return next((each for each in others if each.says["type"] != COMPLETION), None)
