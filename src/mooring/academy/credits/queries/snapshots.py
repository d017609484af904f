"""The words of a certificate, frozen when it is issued: the superset that accreditors ask for."""

import hashlib
from datetime import datetime
from typing import Any

import rfc8785

from mooring.academy.courses.queries import parsed
from mooring.academy.credits.models import Certificate
from mooring.academy.credits.queries.offerings import day_of
from mooring.content.course.schema import Provider
from mooring.identity.models import Person
from mooring.rules.credit import statement

FORMAT = "Self-paced course, online"


def frozen_words(certificate: Certificate) -> dict[str, Any]:
    """What a new certificate says: names and numbers as they are on this day, and never again looked up."""
    claim = certificate.claim
    content = parsed(claim.version)
    terms = content.accreditation
    offering = next(each for each in terms.offerings if each.id == claim.offering)
    learner = certificate.learner
    joint = terms.joint_provider
    return {
        "type": offering.credit_type.value,
        "offering": offering.id,
        "title": offering.title,
        "learner": learner.legal_name,
        "profession": claim.profession,
        "state": claim.state,
        "licence_number": claim.licence_number,
        "course_id": content.about.id,
        "course": content.about.title,
        "version": content.about.version,
        "content_digest": content.digest,
        "format": FORMAT,
        "location": "online",
        "language": content.about.language,
        "started": _day(learner, claim.enrolment.enrolled_at),
        "completed": _day(learner, claim.completed_at),
        "time_zone": learner.time_zone,
        "amount": f"{claim.amount:f}",
        "max_amount": f"{offering.max_amount:f}",
        "step": f"{offering.step:f}",
        "body": offering.body,
        "period": [offering.valid_from.isoformat(), offering.valid_through.isoformat()],
        "provider": _provider(terms.provider),
        "joint_provider": _provider(joint) if joint else None,
        "statement": statement(
            offering, provider=terms.provider, title=content.about.title, amount=offering.max_amount
        ),
        "attestation": claim.attestation,
        "clinically_reviewed": content.about.clinical_review.done,
        "replaces": "",
    }


def with_new_name(said: dict[str, Any], name: str) -> dict[str, Any]:
    """The same words in another name, and that the name was changed."""
    return {**said, "learner": name, "name_changed": True}


def digest_of_words(said: dict[str, Any]) -> str:
    """SHA-256 of the frozen words in canonical JSON (RFC 8785), in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


def _provider(provider: Provider) -> dict[str, Any]:
    return {
        "name": provider.name,
        "address": provider.address,
        "number": provider.number,
        "fictional": provider.fictional,
    }


def _day(person: Person, at: datetime) -> str:
    return day_of(person, at).isoformat()
