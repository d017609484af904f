"""Acts between certificates and credentials: what is recognised, and badges that are brought in."""

import hashlib
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.academy.credits.models import BroughtBadge, Certificate, Recognition, SigningKeys
from mooring.academy.credits.queries.badges import Brought, read_brought
from mooring.audit.recording import Actor, note, recorded
from mooring.identity.actions import grant_credential, revoke_credential
from mooring.identity.models import Credential, CredentialSource, Person
from mooring.rules.credit import months_later
from mooring.rules.verdict import Refused
from mooring.work.documents import badge


@recorded("academy.credits.recognised")
def recognise(
    *,
    issuer: str,
    issuer_name: str,
    achievement: str,
    credential: str,
    months: int | None,
    by: Person,
    at: datetime,
) -> Recognition:
    """Let an achievement of an issuer count as a credential; with no issuer, one of this academy.

    Certificates of this academy that stand already become credentials at once. Refused when the issuer is
    not named by a key, or the achievement counts already.
    """
    if issuer:
        try:
            badge.key_of(issuer)
        except badge.NotGenuine as fault:
            raise Refused(_("Name the issuer by its key: did:key: and what follows.")) from fault
    if Recognition.objects.filter(issuer=issuer, achievement=achievement, ended_at__isnull=True).exists():
        raise Refused(_("This achievement is recognised already."))
    recognition = Recognition.objects.create(
        issuer=issuer,
        issuer_name=issuer_name,
        achievement=achievement,
        credential=credential,
        months=months,
        since=at,
        by=by,
    )
    if not issuer:
        course, _slash, offering = achievement.partition("/")
        standing = Certificate.objects.filter(
            course__slug=course, offering=offering, state="valid", credential__isnull=True
        )
        for certificate in standing.select_related("learner", "course", "snapshot"):
            grant_for(certificate, by=by, at=at)
    note(credential=credential)
    return recognition


@recorded("academy.credits.recognition-ended")
def end_recognition(*, recognition: Recognition, by: Person, at: datetime) -> Recognition:
    """From now on the achievement counts no more. Credentials that it gave stay until they are revoked."""
    if Recognition.objects.filter(pk=recognition.pk, ended_at__isnull=True).update(ended_at=at) != 1:
        raise Refused(_("A colleague ended this a moment ago."))
    recognition.refresh_from_db()
    return recognition


@recorded("academy.credits.badge-brought")
def bring_badge(*, data: bytes, by: Person, at: datetime) -> BroughtBadge:
    """Turn a badge of a recognised issuer, in a file, into a credential of the person who brings it.

    Refused, with the reason, when it is no badge, was changed, comes from an issuer or for an achievement
    that is not recognised, names somebody else, has expired or does not hold yet, or was brought before. No
    outside address is opened: the issuer's own list of revoked badges is not asked.
    """
    try:
        document = badge.read(data)
        issuer = badge.check(document)
    except badge.NotGenuine as fault:
        raise Refused(str(fault)) from fault
    if SigningKeys.objects.filter(badge_issuer=issuer).exists():
        raise Refused(
            _("This academy issued this badge. Its certificate is on your transcript and counts already.")
        )
    brought = read_brought(document, issuer, by)
    recognition = _recognition(brought, by)
    until = _until(brought, recognition)
    _check_dates(brought, until, at)
    digest = hashlib.sha256(badge.as_text(document).encode()).hexdigest()
    if BroughtBadge.objects.filter(digest=digest).exists():
        raise _brought_already()
    credential = grant_credential(
        person=by,
        kind=recognition.credential,
        issuer=recognition.issuer_name,
        number=brought.number,
        valid_from=brought.valid_from.date(),
        valid_until=until,
        source=CredentialSource.BADGE,
        by=by,
        at=at,
    )
    note(credential=credential.pk, kind=recognition.credential, status_asked=False)
    try:
        with transaction.atomic():
            return BroughtBadge.objects.create(
                person=by,
                recognition=recognition,
                digest=digest,
                document=badge.as_text(document),
                credential=credential,
                brought_at=at,
            )
    except IntegrityError as fault:
        raise _brought_already() from fault


def _brought_already() -> Refused:
    return Refused(_("This badge is already on your record."))


def _recognition(brought: Brought, by: Person) -> Recognition:
    known = Recognition.objects.filter(issuer=brought.issuer, ended_at__isnull=True)
    if not known.exists():
        raise Refused(_("Its issuer is not recognised here. Ask the person who manages credentials."))
    found = known.filter(achievement=brought.achievement).first()
    if found is None:
        raise Refused(
            _("“{name}” of this issuer does not count as a credential here.").format(name=brought.name)
        )
    if found.by == by:
        raise Refused(
            _("You recognised this issuer yourself. A colleague has to, before its badges count for you.")
        )
    return found


def _until(brought: Brought, recognition: Recognition) -> date | None:
    ends = [brought.valid_until.date()] if brought.valid_until else []
    if recognition.months:
        ends.append(months_later(brought.valid_from.date(), recognition.months))
    return min(ends, default=None)


def _check_dates(brought: Brought, until: date | None, at: datetime) -> None:
    if brought.valid_from > at:
        raise Refused(_("This badge is not valid yet."))
    if until is not None and until < at.date():
        raise Refused(_("This badge ended on {day}. Bring the renewed one.").format(day=until.isoformat()))


def grant_for(certificate: Certificate, *, by: Actor, at: datetime) -> Credential | None:
    """The credential of one of our own certificates, where its offering is recognised."""
    recognition = Recognition.objects.filter(
        issuer="", achievement=f"{certificate.course.slug}/{certificate.offering}", ended_at__isnull=True
    ).first()
    if recognition is None:
        return None
    said = certificate.snapshot.body
    valid_from = date.fromisoformat(said["completed"])
    credential = grant_credential(
        person=certificate.learner,
        kind=recognition.credential,
        issuer=said["provider"]["name"],
        number=certificate.code,
        valid_from=valid_from,
        valid_until=months_later(valid_from, recognition.months) if recognition.months else None,
        source=CredentialSource.ACADEMY,
        by=by,
        at=at,
    )
    Certificate.objects.filter(pk=certificate.pk).update(credential=credential)
    certificate.credential = credential
    return credential


def take_back_for(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """Revoke the credential that a certificate gave, if it gave one that still stands."""
    credential = certificate.credential
    if credential is not None and credential.revoked_at is None:
        revoke_credential(credential=credential, by=by, at=at)
