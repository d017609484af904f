"""Badges: what ours says, and whether one that is brought in speaks of this person."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any

from django.utils.translation import gettext as _

from mooring.academy.credits.models import Certificate
from mooring.academy.credits.queries.certificates import public_address, status_place
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.documents.badge import CONTEXTS, Document, stamp

CRITERIA = "All lessons done, the post-test passed, the evaluation sent, as the version asks."


def issuer_profile(did: str, name: str) -> Document:
    """Who issues, as a badge names it."""
    return {"id": did, "type": ["Profile"], "name": name, "url": public_address("academy-issuer")}


def badge_of(certificate: Certificate, said: dict[str, Any], issuer: str) -> Document:
    """The credential (Open Badges 3.0) of a certificate with these words, unsigned."""
    address = public_address("certificate-shown", certificate.code)
    number, place = status_place(certificate.pk)
    list_address = public_address("status-list", number)
    subject: Document = {
        "type": ["AchievementSubject"],
        "identifier": _identifiers(certificate.learner, said["learner"], certificate.code),
        "activityEndDate": f"{said['completed']}T00:00:00Z",
        "achievement": {
            "id": public_address("academy-issuer") + f"#{said['course_id']}/{said['offering']}",
            "type": ["Achievement"],
            "name": said["course"],
            "description": f"{said['title']}, version {said['version']}. {said['statement']}",
            "criteria": {"narrative": said.get("criteria", CRITERIA)},
        },
    }
    if said["type"] != "completion":
        subject["creditsEarned"] = float(said["amount"])
        subject["achievement"]["creditsAvailable"] = float(said["max_amount"])
    return {
        "@context": list(CONTEXTS),
        "id": f"{address}badge.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": issuer_profile(issuer, said["provider"]["name"]),
        "validFrom": stamp(certificate.issued_at),
        "name": f"{said['title']}: {said['course']}",
        "credentialSubject": subject,
        "credentialStatus": {
            "id": f"{list_address}#{place}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(place),
            "statusListCredential": list_address,
        },
    }


def _identifiers(person: Person, name: str, salt: str) -> list[Document]:
    plain = {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}
    if not person.email:
        return [plain]
    hashed = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": hashed_identity(person.email, salt),
        "identityType": "emailAddress",
        "salt": salt,
    }
    return [plain, hashed]


def hashed_identity(email: str, salt: str) -> str:
    """An e-mail address as Open Badges hides it: SHA-256 over the address and a salt."""
    return "sha256$" + hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()


@dataclass(frozen=True)
class Brought:
    """What a genuine badge says, as far as it is used here."""

    issuer: str
    achievement: str
    name: str
    number: str
    valid_from: datetime
    valid_until: datetime | None


def read_brought(document: Document, issuer: str, person: Person) -> Brought:
    """The parts of a genuine badge that become a credential of `person`.

    Raises:
        Refused: when it is no Open Badge, names another person, or its dates cannot be read.
    """
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict):
        raise Refused(_("This badge names no recipient, or more than one."))
    achievement = subject.get("achievement")
    if "OpenBadgeCredential" not in _list(document.get("type")) or not isinstance(achievement, dict):
        raise Refused(_("This is a signed document, but no Open Badge 3.0."))
    if not _names(_list(subject.get("identifier")), person):
        raise Refused(
            _(
                "This badge does not name you by the e-mail address you sign in with. "
                "Ask its issuer for one that does."
            )
        )
    return Brought(
        issuer=issuer,
        achievement=str(achievement.get("id", ""))[:300],
        name=str(achievement.get("name", ""))[:160],
        number=str(document.get("id", ""))[:80],
        valid_from=_moment(document.get("validFrom")),
        valid_until=_moment(document["validUntil"]) if document.get("validUntil") else None,
    )


def _names(identifiers: list[Any], person: Person) -> bool:
    email = (person.email or "").strip().lower()
    for each in identifiers:
        if not isinstance(each, dict) or each.get("identityType") != "emailAddress" or not email:
            continue
        told, salt = each.get("identityHash"), each.get("salt", "")
        if not isinstance(told, str) or not isinstance(salt, str):
            continue
        wanted = hashed_identity(email, salt) if each.get("hashed") is True else email
        if compare_digest(told.strip().lower().encode(), wanted.encode()):
            return True
    return False


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _moment(value: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as fault:
        raise Refused(_("The dates of this badge cannot be read.")) from fault
    if found.tzinfo is None:
        raise Refused(_("The dates of this badge have no time zone."))
    return found
