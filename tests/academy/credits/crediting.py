"""What the tests of credit share: a course whose makers disclosed, a learner who finished, a badge from elsewhere."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.academy.credits.actions.certificates import claim_credit
from mooring.academy.credits.actions.offerings import give_maker_role, record_disclosure
from mooring.academy.credits.actions.profiles import save_profile
from mooring.academy.credits.models import Certificate
from mooring.academy.credits.queries import completion
from mooring.academy.learning.actions import complete_lesson
from mooring.academy.learning.models import Enrolment
from mooring.identity.models import Person
from mooring.work.documents import badge
from tests.courses import enrol, published_course, write_course
from tests.people import NOW
from tests.told import told

TODAY = NOW.date()
OFFERINGS = """\
provider: {id: provider, name: Harbour Institute (fictional), address: "1 Example Quay", fictional: true}
basis: {difficulty: 1, difficulty_reason: It is a test., other_minutes: 75, other_minutes_reason: A case.}
offerings:
  - id: tiny-completion
    credit_type: completion
    title: Certificate of completion
    max_amount: "0.00"
    valid_from: 2026-01-01
    valid_through: 2027-12-31
    statement: "{provider} is fictional and says that {title} was completed."
  - id: tiny-ce
    credit_type: ce
    title: Continuing education
    body: Example Board (fictional)
    max_amount: "1.00"
    professions: [nurse, psychologist]
    states: [OR, WA]
    valid_from: 2026-01-01
    valid_through: 2027-12-31
    statement: "{provider} is fictional and approved by nobody for {amount} hours."
  - id: tiny-cme
    credit_type: cme
    title: Continuing medical education
    body: Example Council (fictional)
    max_amount: "1.00"
    step: "0.25"
    partial_allowed: true
    professions: [physician]
    licence_required: true
    attestation: I claim only what corresponds to my participation.
    valid_from: 2026-01-01
    valid_through: 2027-12-31
    statement: "{provider} is fictional and designates a maximum of {amount} of nothing."
"""
"""A completion, an hour that is given whole, an hour that is claimed in steps."""


POST_TEST = """\
id: tiny-post-test
introduction: The pass mark is 75 per cent.
pass_mark: 0.75
attempts: 3
draw: 8
items:
""" + "".join(
    f"  - {{id: post-{n:02}, type: numeric, objective: lo1, family: thing, stem: How many are {n} things?, "
    f"cite: [domino-2010-tiger], answer: {n}, tolerance: 0, unit: things, why: There are {n}.}}\n"
    for n in range(1, 9)
)
"""As many questions as an hour of credit asks for."""


@told
def credit_course(by: Person, offerings: str = OFFERINGS, *, disclosed: bool = True) -> CourseVersion:
    """The tiny course with these offerings, published; its one maker has disclosed and holds the role."""
    with TemporaryDirectory() as name:
        folder = write_course(Path(name))
        (folder / "accreditation" / "offerings.yaml").write_text(offerings, encoding="utf-8")
        (folder / "post-test.yaml").write_text(POST_TEST, encoding="utf-8")
        version = published_course(by, folder)
    if disclosed:
        disclose_nothing(version, by)
    return version


def disclose_nothing(version: CourseVersion, by: Person) -> None:
    """Every maker of the version disclosed that there is nothing, and took up every role."""
    for maker in parsed(version).about.people:
        record_disclosure(
            course=version.course,
            maker=maker.id,
            name=maker.name,
            signed_on=TODAY,
            relationships=[],
            by=by,
            at=NOW,
        )
        for role in maker.roles:
            give_maker_role(version=version, maker=maker.id, role=role.value, since=TODAY, by=by, at=NOW)


def finish(enrolment: Enrolment) -> Enrolment:
    """All lessons done, the post-test passed, the evaluation sent."""
    for lesson in parsed(enrolment.version).lessons:
        complete_lesson(enrolment=enrolment, lesson_id=lesson, by=enrolment.learner, at=NOW)
    FINISHED.add(enrolment.pk)
    return enrolment


FINISHED: set[int] = set()


@pytest.fixture(autouse=True)
def checks_as_told() -> Iterator[None]:
    """Post-test and evaluation as the tests of credit say they stand: each enrolment of `finish`, and no other."""

    def told_of(enrolment: Enrolment) -> datetime | None:
        return NOW if enrolment.pk in FINISHED else None

    with patch.multiple(completion, post_test_passed=told_of, evaluation_done=told_of):
        yield
    FINISHED.clear()


def finished(person: Person, version: CourseVersion) -> Enrolment:
    """Somebody who enrolled in a version and finished it."""
    return finish(enrol(person, version))


@told
def claim(enrolment: Enrolment, offering: str = "tiny-completion", **named: object) -> Certificate:
    """A claim with everything that its offering asks for, unless told otherwise."""
    asked: dict[str, dict[str, object]] = {
        "tiny-completion": {"amount": Decimal(0)},
        "tiny-ce": {"amount": Decimal(1), "profession": "nurse", "jurisdiction": "OR"},
        "tiny-cme": {
            "amount": Decimal("0.75"),
            "profession": "physician",
            "jurisdiction": "OR",
            "licence_number": "MD-1234",
            "attested": True,
        },
    }
    given = {**asked.get(offering, {"amount": Decimal(0)}), **named}
    at = given.pop("at", NOW + timedelta(minutes=5))
    who = {
        name: given.pop(name) for name in ("profession", "jurisdiction", "licence_number") if name in given
    }
    if who:
        save_profile(person=enrolment.learner, by=enrolment.learner, at=NOW, **who)  # type: ignore[arg-type]
    return claim_credit(enrolment=enrolment, offering=offering, by=enrolment.learner, at=at, **given)  # type: ignore[arg-type]


ISSUER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ISSUER = badge.did_of(ISSUER_KEY.public_key())
ACLS = "https://heart.example/achievements/acls"


def foreign_badge(
    email: str | None, *, key: Ed25519PrivateKey = ISSUER_KEY, achievement: str = ACLS, **changes: object
) -> badge.Document:
    """A badge of another academy for advanced life support, signed by its key."""
    document = {
        "@context": list(badge.CONTEXTS),
        "id": "https://heart.example/badges/77",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": badge.did_of(key.public_key()), "type": ["Profile"], "name": "Heart Example"},
        "validFrom": "2026-01-10T00:00:00Z",
        "validUntil": "2027-01-10T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": email,
                    "identityType": "emailAddress",
                }
            ],
            "achievement": {"id": achievement, "type": ["Achievement"], "name": "Advanced life support"},
        },
    } | changes
    return badge.sign(document, key=key, created=datetime(2026, 1, 10, tzinfo=UTC))
