"""Certificates after they are issued: revoked, issued anew, in a changed name, never changed silently."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from mooring.academy.credits.actions.certificates import change_name, reissue_certificate, revoke_certificate
from mooring.academy.credits.models import Certificate, CertificateState, Snapshot
from mooring.academy.credits.queries.certificates import ended_places, second_code, status_place, tidy_code
from mooring.academy.credits.queries.snapshots import digest_of_words
from mooring.audit.models import Event
from mooring.rules.verdict import Refused
from mooring.work.documents import badge
from tests.academy.credits.crediting import claim, credit_course, finished
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


@pytest.fixture
def certificate(cast: Cast) -> Certificate:
    return claim(finished(cast.learner, credit_course(cast.educator)), "tiny-cme")


def test_a_revoked_certificate_says_why_and_stands_in_the_status_list(
    cast: Cast, certificate: Certificate
) -> None:
    number, place = status_place(certificate.pk)
    assert ended_places(number) == []
    revoke_certificate(certificate=certificate, reason="Claimed twice.", by=cast.administrator, at=LATER)
    assert (certificate.state, certificate.reason) == (CertificateState.REVOKED, "Claimed twice.")
    assert ended_places(number) == [place]
    assert Event.objects.filter(name="academy.credits.revoked", actor=cast.administrator.actor_ref).exists()


def test_it_is_revoked_once_and_never_without_a_reason(cast: Cast, certificate: Certificate) -> None:
    with pytest.raises(Refused, match="reason"):
        revoke_certificate(certificate=certificate, reason="  ", by=cast.administrator, at=LATER)
    revoke_certificate(certificate=certificate, reason="Wrong.", by=cast.administrator, at=LATER)
    with pytest.raises(Refused, match="a moment ago"):
        revoke_certificate(certificate=certificate, reason="Again.", by=cast.administrator, at=LATER)


def test_issued_anew_it_says_the_same_under_a_new_code(cast: Cast, certificate: Certificate) -> None:
    new = reissue_certificate(
        certificate=certificate, reason="The paper was lost.", by=cast.administrator, at=LATER
    )
    assert new.code != certificate.code
    assert new.replaces == certificate
    assert certificate.state == CertificateState.SUPERSEDED
    same = set(new.says) - {"code", "issued", "replaces"}
    assert {key: new.says[key] for key in same} == {key: certificate.says[key] for key in same}
    assert new.says["replaces"] == certificate.code
    assert ended_places(0) == [certificate.pk]


def test_a_changed_name_needs_a_new_certificate(cast: Cast, certificate: Certificate) -> None:
    with pytest.raises(Refused, match="already has this name"):
        change_name(certificate=certificate, reason="Married.", by=cast.administrator, at=LATER)
    cast.learner.legal_name = "Walter Brandt-Okafor"
    cast.learner.save(update_fields=["legal_name"])
    certificate.refresh_from_db()
    assert certificate.says["learner"] == "Walter Brandt", "what was frozen stays"
    new = change_name(certificate=certificate, reason="Married.", by=cast.administrator, at=LATER)
    assert new.says["learner"] == "Walter Brandt-Okafor"
    assert new.says["name_changed"] is True
    assert "Walter Brandt-Okafor" in new.snapshot.badge
    assert Certificate.objects.get(state=CertificateState.VALID) == new


def test_nothing_of_a_snapshot_can_be_changed(certificate: Certificate) -> None:
    snapshot = certificate.snapshot
    assert snapshot.digest == digest_of_words(snapshot.body)
    with pytest.raises(DatabaseError), transaction.atomic():
        Snapshot.objects.filter(pk=snapshot.pk).update(digest="0" * 64)


def test_a_tampered_snapshot_no_longer_has_its_digest(certificate: Certificate) -> None:
    body = {**certificate.says, "amount": "50.00"}
    assert digest_of_words(body) != certificate.snapshot.digest


def test_the_database_holds_one_live_certificate(certificate: Certificate) -> None:
    twin = Certificate(
        code="AAAA-BBBB-CCCC-DDDD",
        learner=certificate.learner,
        claim=certificate.claim,
        course=certificate.course,
        offering=certificate.offering,
        cycle=certificate.cycle,
        issued_at=LATER,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)
    twin.state, twin.ended_at, twin.reason = "revoked", LATER, "It never stood."
    twin.save(force_insert=True)


def test_the_badge_is_signed_by_the_academy_and_says_that_the_provider_is_fictional(
    certificate: Certificate,
) -> None:
    document = badge.read(certificate.snapshot.badge.encode())
    assert badge.check(document) == document["issuer"]["id"]
    assert document["credentialSubject"]["creditsEarned"] == 0.75
    assert "fictional" in document["credentialSubject"]["achievement"]["description"]
    assert "MD-1234" not in certificate.snapshot.badge
    assert "walter.brandt@example.org" not in certificate.snapshot.badge


def test_codes_are_read_as_people_type_them(certificate: Certificate) -> None:
    assert tidy_code(f" {certificate.code.lower().replace('-', ' ')} ") == certificate.code
    assert tidy_code("OIl0-1111-2222-3333") == "0110-1111-2222-3333"
    assert second_code(certificate) == second_code(Certificate.objects.get(pk=certificate.pk))
