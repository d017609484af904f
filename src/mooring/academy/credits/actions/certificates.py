"""Acts on credit and certificates: claiming, revoking, issuing anew."""

import secrets
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.academy.checks.queries.study_time import minutes_studied
from mooring.academy.credits.actions.credentials import grant_for, take_back_for
from mooring.academy.credits.actions.keys import make_keys
from mooring.academy.credits.models import Certificate, CertificateState, Claim, Paper, SigningKeys, Snapshot
from mooring.academy.credits.queries.badges import badge_of
from mooring.academy.credits.queries.certificates import LETTERS
from mooring.academy.credits.queries.completion import Claimable, completion_record
from mooring.academy.credits.queries.profiles import OpenedProfile, other_basis, profile_of
from mooring.academy.credits.queries.snapshots import digest_of_words, frozen_words, with_new_name
from mooring.academy.learning.models import Enrolment
from mooring.audit.recording import Actor, note, recorded
from mooring.content.course.schema import CreditType, Offering
from mooring.identity.models import Person
from mooring.rules.credit import amount_problem, eligibility_problems
from mooring.rules.verdict import Refused
from mooring.sentences.findings import words_of
from mooring.work.documents import badge, paper


@recorded("academy.credits.claimed")
def claim_credit(
    *,
    enrolment: Enrolment,
    offering: str,
    amount: Decimal,
    attested: bool = False,
    by: Person,
    at: datetime,
) -> Certificate:
    """Claim an offering and issue its certificate, in one transaction.

    Refused with every reason: something is missing, the offering is closed or was closed at completion, the
    amount does not fit, the person is not eligible, nothing was attested, or it was claimed already.
    """
    claimable = _claimable(enrolment, offering, at)
    terms = claimable.offered.offering
    profile = profile_of(enrolment.learner) or OpenedProfile("")
    wrong_amount = amount_problem(terms, amount)
    reasons = [
        *claimable.why_not,
        *([words_of(wrong_amount)] if wrong_amount else []),
        *map(
            words_of,
            eligibility_problems(
                terms,
                profession=profile.profession,
                state=profile.jurisdiction,
                licence=profile.licence_number,
            ),
        ),
        *_one_basis(enrolment, terms),
    ]
    if terms.attestation and not attested:
        reasons.append(_("Attest first that you claim only what corresponds to your participation."))
    if reasons or claimable.completed_at is None:
        raise Refused(*reasons)
    if claimable.certificate is not None:
        raise _claimed_already()
    claim = Claim.objects.create(
        enrolment=enrolment,
        version=enrolment.version,
        offering=offering,
        amount=amount,
        profession=profile.profession if _asks_who(terms) else "",
        state=profile.jurisdiction if _asks_who(terms) else "",
        licence_number=profile.licence_number if terms.licence_required else "",
        minutes_recorded=minutes_studied(enrolment),
        attestation=terms.attestation,
        completed_at=claimable.completed_at,
        claimed_at=at,
    )
    certificate = issue_certificate(claim=claim, cycle=terms.valid_from, by=by, at=at)
    note(offering=offering, amount=str(amount), target=certificate)
    return certificate


def _asks_who(terms: Offering) -> bool:
    return terms.credit_type is not CreditType.COMPLETION


def _one_basis(enrolment: Enrolment, terms: Offering) -> list[str]:
    """One basis a person an activity: credit that was claimed in one profession is not claimed in another."""
    held = other_basis(enrolment.learner, enrolment.course_id, terms.id) if _asks_who(terms) else None
    if held is None:
        return []
    return [
        _(
            "You have already claimed this course as {title}. A course gives credit once; ask for that to be revoked first."
        ).format(title=held.says["title"])
    ]


def _claimable(enrolment: Enrolment, offering: str, at: datetime) -> Claimable:
    for each in completion_record(enrolment, at=at).claimables:
        if each.offered.offering.id == offering:
            return each
    raise Refused(_("This version of the course has no such offering."))


def _claimed_already() -> Refused:
    return Refused(_("You have already claimed this credit. The certificate is on your transcript."))


@recorded("academy.credits.issued")
def issue_certificate(
    *,
    claim: Claim,
    cycle: date,
    replaces: Certificate | None = None,
    words: dict[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Certificate:
    """Issue the certificate of a claim: frozen words, signed badge, credential where it is recognised.

    `words` are those of the certificate that it replaces, if any. Refused when a valid one stands: the
    database holds one for a learner, an offering and a period, also against a claim at the same moment.
    """
    keys = _keys(by, at)
    enrolment = claim.enrolment
    try:
        with transaction.atomic():
            certificate = Certificate.objects.create(
                code=_new_code(),
                learner=enrolment.learner,
                claim=claim,
                course=enrolment.course,
                offering=claim.offering,
                cycle=cycle,
                issued_at=at,
                replaces=replaces,
            )
    except IntegrityError as fault:
        raise _claimed_already() from fault
    said = frozen_words(certificate) if words is None else {**words, "replaces": _code_of(replaces)}
    said |= {"code": certificate.code, "issued": at.isoformat()}
    unsigned = badge_of(certificate, said, keys.badge_issuer)
    signed = badge.sign(unsigned, key=Ed25519PrivateKey.from_private_bytes(bytes(keys.badge_key)), created=at)
    Snapshot.objects.create(
        certificate=certificate, body=said, digest=digest_of_words(said), badge=badge.as_text(signed)
    )
    grant_for(certificate, by=by, at=at)
    note(code=certificate.code, digest=digest_of_words(said))
    return certificate


def _keys(by: Actor, at: datetime) -> SigningKeys:
    """The keys that sign now; the very first certificate makes them, and of two at once only one does."""
    live = SigningKeys.objects.filter(retired_at__isnull=True)
    try:
        return live.first() or make_keys(by=by, at=at)
    except IntegrityError:
        return live.get()


def _code_of(replaced: Certificate | None) -> str:
    return replaced.code if replaced else ""


def _new_code() -> str:
    """Sixteen letters of 32: 80 bits, which nobody guesses."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(16))
    return "-".join(letters[n : n + 4] for n in range(0, 16, 4))


@recorded("academy.credits.revoked")
def revoke_certificate(*, certificate: Certificate, reason: str, by: Person, at: datetime) -> Certificate:
    """Take a certificate back, with a reason that its verification page shows, and its credential with it."""
    _end(certificate, CertificateState.REVOKED, reason, by, at)
    note(code=certificate.code)
    return certificate


@recorded("academy.credits.reissued")
def reissue_certificate(*, certificate: Certificate, reason: str, by: Person, at: datetime) -> Certificate:
    """Issue a valid certificate anew with the same words; the old one points to the new."""
    return _replace(certificate, certificate.says, reason, by, at)


@recorded("academy.credits.name-changed")
def change_name(*, certificate: Certificate, reason: str, by: Person, at: datetime) -> Certificate:
    """Issue a certificate anew in the learner's legal name of today. Everything else stays as it was."""
    name = certificate.learner.legal_name
    if certificate.says["learner"] == name:
        raise Refused(_("The certificate already has this name. Change the person’s legal name first."))
    return _replace(certificate, with_new_name(certificate.says, name), reason, by, at)


def _replace(
    certificate: Certificate, words: dict[str, Any], reason: str, by: Person, at: datetime
) -> Certificate:
    _end(certificate, CertificateState.SUPERSEDED, reason, by, at)
    new = issue_certificate(
        claim=certificate.claim,
        cycle=certificate.cycle,
        replaces=certificate,
        words=words,
        by=by,
        at=at,
    )
    note(old=certificate.code, new=new.code)
    return new


def _end(certificate: Certificate, state: CertificateState, reason: str, by: Person, at: datetime) -> None:
    if not reason.strip():
        raise Refused(_("Enter the reason. Anyone who verifies the certificate sees it."))
    ended = Certificate.objects.filter(pk=certificate.pk, state=CertificateState.VALID).update(
        state=state, ended_at=at, ended_by=by, reason=reason.strip()
    )
    if ended != 1:
        raise Refused(_("This certificate was revoked or replaced a moment ago."))
    take_back_for(certificate, by=by, at=at)
    certificate.refresh_from_db()


@recorded("academy.credits.paper-made")
def store_paper(*, certificate: Certificate, pdf: bytes, by: Actor, at: datetime) -> Paper:
    """Keep the signed PDF of a certificate; when one is kept already, that one stays."""
    stored, new = Paper.objects.get_or_create(
        certificate=certificate,
        defaults={"pdf": pdf, "sha256": paper.sha256(pdf), "made_at": at},
    )
    note(new=new, sha256=stored.sha256)
    return stored
