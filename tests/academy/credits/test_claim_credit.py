"""Claiming: all or nothing, in steps, who is eligible, when it is open, once."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from mooring.academy.credits.actions.offerings import pause_offering
from mooring.academy.credits.models import Claim
from mooring.audit.models import Event
from mooring.rules.verdict import Refused
from tests.academy.credits.crediting import OFFERINGS, claim, credit_course, finished
from tests.courses import enrol
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_a_completion_becomes_a_certificate_with_frozen_words(cast: Cast) -> None:
    certificate = claim(finished(cast.learner, credit_course(cast.educator)))
    said = certificate.says
    assert said["learner"] == "Walter Brandt"
    assert said["statement"].startswith("Harbour Institute (fictional) is fictional and says that A tiny")
    assert said["completed"] == "2026-11-12"
    assert certificate.valid
    assert len(certificate.code) == 19
    assert set(Event.objects.values_list("name", flat=True)) >= {
        "academy.credits.claimed",
        "academy.credits.issued",
        "academy.credits.keys-made",
    }


def test_credit_is_claimed_in_steps_with_attestation(cast: Cast) -> None:
    certificate = claim(finished(cast.learner, credit_course(cast.educator)), "tiny-cme")
    kept = Claim.objects.get()
    assert (kept.amount, kept.licence_number) == (Decimal("0.75"), "MD-1234")
    assert kept.attestation == "I claim only what corresponds to my participation."
    assert certificate.says["amount"] == "0.75"
    assert "maximum of 1.00" in certificate.says["statement"]


@pytest.mark.parametrize(
    ("offering", "changes", "reason"),
    [
        ("tiny-cme", {"amount": Decimal("0.6")}, "steps of 0.25"),
        ("tiny-cme", {"amount": Decimal("1.25")}, "Between 0.25 and 1.00"),
        ("tiny-cme", {"amount": Decimal("0")}, "Between 0.25 and 1.00"),
        ("tiny-cme", {"amount": Decimal("-1")}, "Between 0.25 and 1.00"),
        ("tiny-cme", {"amount": Decimal("NaN")}, "not a number"),
        ("tiny-cme", {"attested": False}, "Attest"),
        ("tiny-cme", {"licence_number": ""}, "number of your licence"),
        ("tiny-cme", {"profession": "nurse", "licence_number": "201412345RN"}, "Only for: physician."),
        ("tiny-ce", {"amount": Decimal("0.5")}, "claimed whole"),
        ("tiny-ce", {"jurisdiction": "TX"}, "licences of: OR, WA"),
        ("nothing", {}, "no such offering"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(
    cast: Cast, offering: str, changes: dict[str, object], reason: str
) -> None:
    enrolment = finished(cast.learner, credit_course(cast.educator))
    with pytest.raises(Refused, match=reason):
        claim(enrolment, offering, **changes)
    assert not Claim.objects.exists()
    assert not Event.objects.filter(name="academy.credits.claimed").exists()


def test_nothing_is_issued_while_something_is_missing(cast: Cast) -> None:
    enrolment = enrol(cast.learner, credit_course(cast.educator), seen=False)
    with pytest.raises(Refused) as refused:
        claim(enrolment)
    assert refused.value.reasons == (
        "Read who made the course first.",
        "0 of 1 lessons are done.",
        "The post-test is not passed yet.",
        "The evaluation is not sent yet.",
    )


def test_the_same_credit_is_claimed_once(cast: Cast) -> None:
    enrolment = finished(cast.learner, credit_course(cast.educator))
    claim(enrolment)
    with pytest.raises(Refused, match="already claimed"):
        claim(enrolment)
    assert Claim.objects.count() == 1


def test_a_paused_offering_cannot_be_claimed(cast: Cast) -> None:
    version = credit_course(cast.educator)
    enrolment = finished(cast.learner, version)
    pause_offering(
        course=version.course,
        offering="tiny-completion",
        reason="Under review.",
        by=cast.administrator,
        at=NOW,
    )
    with pytest.raises(Refused, match=r"Paused: Under review\."):
        claim(enrolment)


def test_an_offering_that_ended_cannot_be_claimed(cast: Cast) -> None:
    enrolment = finished(cast.learner, credit_course(cast.educator))
    with pytest.raises(Refused, match="Credit ended on 31 Dec 2027"):
        claim(enrolment, at=datetime(2028, 1, 1, 12, tzinfo=UTC))


def test_what_was_completed_before_the_offering_began_earns_nothing(cast: Cast) -> None:
    later = OFFERINGS.replace("valid_from: 2026-01-01", "valid_from: 2026-12-01")
    enrolment = finished(cast.learner, credit_course(cast.educator, later))
    with pytest.raises(Refused, match="not completed while this was offered"):
        claim(enrolment, at=datetime(2026, 12, 24, tzinfo=UTC))


def test_without_a_disclosure_no_credit_is_given(cast: Cast) -> None:
    enrolment = finished(cast.learner, credit_course(cast.educator, disclosed=False))
    with pytest.raises(Refused, match="Ada Example has not disclosed the last 24 months"):
        claim(enrolment)


def test_the_day_counts_where_the_learner_lives(cast: Cast) -> None:
    enrolment = finished(cast.learner, credit_course(cast.educator))
    cast.learner.time_zone = "Pacific/Auckland"
    cast.learner.save(update_fields=["time_zone"])
    enrolment.refresh_from_db()
    last_hours = datetime(2027, 12, 31, 12, tzinfo=UTC)
    with pytest.raises(Refused, match="Credit ended"):
        claim(enrolment, at=last_hours)


def test_a_certificate_outlives_the_access_to_the_course(cast: Cast) -> None:
    enrolment = finished(cast.learner, credit_course(cast.educator))
    enrolment.access_until = NOW
    enrolment.save(update_fields=["access_until"])
    assert claim(enrolment).valid
