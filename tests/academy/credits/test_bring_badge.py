"""Badges from elsewhere: believed from a recognised issuer, for this person, while they hold; and `may_act`."""

import json
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mooring.academy.credits.actions.certificates import reissue_certificate, revoke_certificate
from mooring.academy.credits.actions.credentials import bring_badge, end_recognition, recognise
from mooring.academy.credits.models import BroughtBadge, Recognition
from mooring.academy.credits.queries.badges import hashed_identity
from mooring.identity.competence import may_act
from mooring.identity.models import Credential, CredentialSource
from mooring.rules.verdict import Refused
from mooring.work.documents import badge
from tests.academy.credits.crediting import ACLS, ISSUER, claim, credit_course, finished, foreign_badge
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
EMAIL = "jonas.lind@example.org"


def known_issuer(cast: Cast, *, months: int | None = None) -> Recognition:
    return recognise(
        issuer=ISSUER,
        issuer_name="Heart Example",
        achievement=ACLS,
        credential="acls",
        months=months,
        by=cast.director,
        at=NOW,
    )


def bring(cast: Cast, document: object) -> BroughtBadge:
    return bring_badge(data=json.dumps(document).encode(), by=cast.monitor, at=NOW)


def test_a_badge_of_a_recognised_issuer_becomes_a_credential(cast: Cast) -> None:
    known_issuer(cast)
    brought = bring(cast, foreign_badge(EMAIL))
    credential = Credential.objects.get(person=cast.monitor)
    assert brought.credential == credential
    assert (credential.kind, credential.issuer, credential.source) == (
        "acls",
        "Heart Example",
        CredentialSource.BADGE,
    )
    assert (credential.valid_from, credential.valid_until) == (date(2026, 1, 10), date(2027, 1, 10))


def test_a_monitor_whose_life_support_expired_may_not_start_a_session(cast: Cast) -> None:
    sign_pack_for(cast)
    known_issuer(cast)
    Credential.objects.create(
        person=cast.monitor,
        kind="professional-licence",
        issuer="Board",
        valid_from=date(2020, 1, 1),
        source=CredentialSource.RECORDED,
    )
    assert not may_act(cast.monitor, "start-session", at=NOW, site=cast.site).allowed
    bring(cast, foreign_badge(EMAIL))
    assert may_act(cast.monitor, "start-session", at=NOW, site=cast.site).allowed
    after = may_act(cast.monitor, "start-session", at=NOW + timedelta(days=90), site=cast.site)
    assert not after.allowed
    assert "expired on 10 Jan 2027" in " ".join(finding.says for finding in after.findings)


def test_a_hashed_address_names_the_person_as_well(cast: Cast) -> None:
    known_issuer(cast)
    subject = foreign_badge(EMAIL)["credentialSubject"]
    subject["identifier"] = [
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": hashed_identity(EMAIL, "salt"),
            "identityType": "emailAddress",
            "salt": "salt",
        }
    ]
    assert bring(cast, foreign_badge(EMAIL, credentialSubject=subject)).credential.kind == "acls"


def test_the_site_may_shorten_how_long_it_counts(cast: Cast) -> None:
    known_issuer(cast, months=11)
    assert bring(cast, foreign_badge(EMAIL)).credential.valid_until == date(2026, 12, 10)


def subject_of(identifier: object, achievement: object = None) -> dict[str, object]:
    return {"identifier": identifier, "achievement": achievement or {"id": ACLS, "name": "x"}}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (foreign_badge("somebody.else@example.org"), "does not name you"),
        (foreign_badge(EMAIL, key=Ed25519PrivateKey.generate()), "not recognised here"),
        (foreign_badge(EMAIL, achievement="https://heart.example/other"), "does not count"),
        (foreign_badge(EMAIL, validUntil="2026-11-01T00:00:00Z"), "ended on 2026-11-01"),
        (foreign_badge(EMAIL, validFrom="2026-12-01T00:00:00Z"), "not valid yet"),
        (foreign_badge(EMAIL, validFrom="soon"), "cannot be read"),
        (foreign_badge(EMAIL, validFrom="2026-01-10T00:00:00"), "have no time zone"),
        (foreign_badge(EMAIL, validFrom=["2026-01-10"]), "cannot be read"),
        (foreign_badge(EMAIL, type=["VerifiableCredential"]), "no Open Badge"),
        (foreign_badge(EMAIL, credentialSubject=[]), "names no recipient"),
        (foreign_badge(EMAIL, credentialSubject="you"), "names no recipient"),
        (foreign_badge(EMAIL, credentialSubject=subject_of(None)), "does not name you"),
        (foreign_badge(EMAIL, credentialSubject=subject_of([None, 7, {"identityType": 1}])), "not name you"),
        (foreign_badge(EMAIL, credentialSubject=subject_of([], ["a"])), "no Open Badge"),
        ({**foreign_badge(EMAIL), "name": "<script>alert(1)</script>"}, "changed after it was signed"),
        ({**foreign_badge(EMAIL), "validUntil": "2031-01-10T00:00:00Z"}, "changed after it was signed"),
        ({}, "who issued it"),
        ([], "not a badge"),
    ],
)
def test_what_cannot_be_relied_on_is_refused_in_words(cast: Cast, document: object, reason: str) -> None:
    known_issuer(cast)
    with pytest.raises(Refused, match=reason):
        bring(cast, document)
    assert not Credential.objects.exists()


def test_a_person_without_an_address_cannot_be_named_by_an_empty_one(cast: Cast) -> None:
    known_issuer(cast)
    cast.monitor.email = None
    with pytest.raises(Refused, match="does not name you"):
        bring(cast, foreign_badge(""))


def test_a_badge_is_brought_once_also_in_other_clothes(cast: Cast) -> None:
    known_issuer(cast)
    document = foreign_badge(EMAIL)
    bring(cast, document)
    with pytest.raises(Refused, match="already"):
        bring_badge(data=json.dumps(document, indent=9).encode(), by=cast.monitor, at=NOW)
    assert Credential.objects.count() == 1


def test_an_issuer_is_named_by_its_key_and_once(cast: Cast) -> None:
    recognition = known_issuer(cast)
    with pytest.raises(Refused, match="recognised already"):
        known_issuer(cast)
    with pytest.raises(Refused, match="did:key"):
        recognise(
            issuer="did:web:heart.example",
            issuer_name="x",
            achievement="x",
            credential="acls",
            months=None,
            by=cast.director,
            at=NOW,
        )
    end_recognition(recognition=recognition, by=cast.director, at=NOW)
    with pytest.raises(Refused, match="not recognised here"):
        bring(cast, foreign_badge(EMAIL))


def own(cast: Cast, months: int | None = 24) -> Recognition:
    return recognise(
        issuer="",
        issuer_name="This academy",
        achievement="tiny/tiny-completion",
        credential="ketamine-course",
        months=months,
        by=cast.director,
        at=NOW,
    )


def test_our_own_certificate_becomes_a_credential_and_ends_with_it(cast: Cast) -> None:
    own(cast)
    certificate = claim(finished(cast.learner, credit_course(cast.educator)))
    credential = Credential.objects.get(person=cast.learner)
    assert (credential.kind, credential.number) == ("ketamine-course", certificate.code)
    assert (credential.valid_until, credential.source) == (date(2028, 11, 12), CredentialSource.ACADEMY)
    new = reissue_certificate(certificate=certificate, reason="Lost.", by=cast.administrator, at=NOW)
    assert Credential.objects.get(revoked_at__isnull=True).number == new.code
    revoke_certificate(certificate=new, reason="Wrong.", by=cast.administrator, at=NOW)
    assert not Credential.objects.filter(revoked_at__isnull=True).exists()


def test_certificates_from_before_count_as_soon_as_they_are_recognised(cast: Cast) -> None:
    claim(finished(cast.learner, credit_course(cast.educator)))
    assert not Credential.objects.exists()
    own(cast)
    assert Credential.objects.get().person == cast.learner


def test_our_own_badge_is_not_brought_in(cast: Cast) -> None:
    certificate = claim(finished(cast.learner, credit_course(cast.educator)))
    with pytest.raises(Refused, match="This academy issued this badge"):
        bring_badge(data=certificate.snapshot.badge.encode(), by=cast.learner, at=NOW)
    assert badge.check(badge.read(certificate.snapshot.badge.encode()))


def test_nobody_recognises_an_issuer_for_a_badge_of_their_own(cast: Cast) -> None:
    """A credential for oneself takes two, also by way of a badge that one made oneself."""
    known_issuer(cast)
    Recognition.objects.update(by=cast.monitor)
    with pytest.raises(Refused, match="A colleague has to"):
        bring(cast, foreign_badge(EMAIL))
    assert not Credential.objects.filter(person=cast.monitor).exists()
