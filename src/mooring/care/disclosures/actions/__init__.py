"""Acts: mark a row at its source, take and revoke a consent to disclose, record a disclosure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext as _

from mooring.audit.looking import saw
from mooring.audit.models import AccessKind
from mooring.audit.recording import Actor, note, recorded, reference
from mooring.care.disclosures.models import DisclosureConsent, Part2Mark, RecordDisclosure
from mooring.care.disclosures.queries import (
    ToDisclose,
    copy_in_words,
    has_part2,
    notice_of,
    reasons_against,
    scope_of,
    statements_of,
)
from mooring.care.patients.models import Patient
from mooring.identity.models import Person
from mooring.rules.disclosure import DisclosureBasis, missing_elements
from mooring.rules.verdict import Refused
from mooring.sentences.disclosure import MISSING
from mooring.words.names import same_name

REASON_LENGTH = 200


def mark_at_source(
    *,
    row: models.Model,
    patient: Patient,
    indication: str = "",
    instrument: str = "",
    by: Actor,
    at: datetime,
) -> Part2Mark | None:
    """Mark a row that was just written, where the site is a programme under 42 CFR part 2 and its rule names this.

    A row of a treatment says its indication, one of a questionnaire its instrument (`AUDIT` or `AUDIT@1`).
    """
    found = scope_of(patient.site, at)
    if found is None:
        return None
    rule, scope = found
    code = instrument.partition("@")[0]
    if indication in scope.indications:
        return mark_part2(row=row, patient=patient, why=f"indication:{indication}", rule=rule, by=by, at=at)
    if code in scope.instruments:
        return mark_part2(row=row, patient=patient, why=f"instrument:{code}", rule=rule, by=by, at=at)
    return None


def mark_facts(
    *, rows: Iterable[tuple[models.Model, Collection[str]]], patient: Patient, by: Actor, at: datetime
) -> None:
    """Mark single answers that were just written, each with the keys of the facts that it speaks of."""
    found = scope_of(patient.site, at)
    if found is None:
        return
    rule, scope = found
    for row, keys in rows:
        key = next((key for key in scope.facts if key in keys), None)
        if key is not None:
            mark_part2(row=row, patient=patient, why=f"fact:{key}", rule=rule, by=by, at=at)


@recorded("care.disclosures.marked")
def mark_part2(
    *, row: models.Model, patient: Patient, why: str, rule: str, by: Actor, at: datetime
) -> Part2Mark:
    """Mark one row as of 42 CFR part 2; `rule` is `id@version` of what says so."""
    return Part2Mark.objects.create(patient=patient, row=reference(row), why=why[:40], rule=rule, at=at)


@dataclass(frozen=True, kw_only=True)
class ToSign:
    """The elements of a consent to disclose, as typed. `kinds` empty: all records."""

    subject: str
    kinds: tuple[str, ...]
    records: str
    recipients: str
    recipient: str
    purpose: str
    all_future: bool
    expires_on: date | None
    signed_name: str
    signed_for: str = ""


@recorded("care.disclosures.consent-signed")
def sign_disclosure_consent(
    *, patient: Patient, given: ToSign, by: Person, at: datetime
) -> DisclosureConsent:
    """Store a consent to disclose with every element, signed in person; refused while one is missing."""
    statements = statements_of(patient.site, at)
    if statements is None:
        raise Refused(
            _(
                "The pack in force has no text for this consent. The medical director signs a newer pack first."
            )
        )
    if not given.signed_for and not same_name(given.signed_name, patient.person.legal_name):
        raise Refused(
            _("This is not the name on this record. Who signs for the patient says on whose authority.")
        )
    consent = DisclosureConsent(
        patient=patient,
        discloser=str(patient.site),
        statements=statements[0],
        taken_by=by,
        signed_at=at,
        subject=given.subject,
        kinds=sorted(given.kinds),
        records=given.records.strip(),
        recipients=given.recipients,
        recipient=given.recipient.strip(),
        purpose=given.purpose.strip(),
        all_future=given.all_future,
        expires_on=given.expires_on,
        signed_name=given.signed_name.strip(),
        signed_for=given.signed_for.strip(),
    )
    reasons = [str(MISSING[code]) for code in missing_elements(consent.permitted())]
    if given.expires_on is not None and given.expires_on < patient.site.today(at):
        reasons.append(_("The day on which it ends lies in the past."))
    if reasons:
        raise Refused(*reasons)
    consent.save(force_insert=True)
    note(subject=given.subject, kinds=consent.kinds, statements=consent.statements)
    return consent


@recorded("care.disclosures.consent-revoked")
def revoke_disclosure_consent(*, consent: DisclosureConsent, by: Person, at: datetime) -> DisclosureConsent:
    """The patient takes it back in writing; what was sent in reliance on it stays sent."""
    open_now = DisclosureConsent.objects.filter(pk=consent.pk, revoked_at__isnull=True)
    if open_now.update(revoked_at=at, revoked_to=by) != 1:
        raise Refused(_("This consent was revoked already."))
    consent.refresh_from_db()
    return consent


@recorded("care.disclosures.disclosed")
def record_disclosure(
    *, patient: Patient, leaving: ToDisclose, consent: DisclosureConsent | None, by: Person, at: datetime
) -> RecordDisclosure:
    """Record what leaves, in the moment it leaves: the row that the patient reads, and the row of the accounting.

    Records of substance use leave under a consent that covers them, with its copy and the notice, or on a basis
    that needs none. Psychotherapy notes leave under a consent for them alone.
    """
    part2 = has_part2(patient, leaving.kinds) if leaving.part2 is None else leaving.part2
    reasons = reasons_against(patient, leaving, consent, at, part2=part2)
    if reasons:
        raise Refused(*reasons)
    statements, notice = statements_of(patient.site, at), notice_of(patient.site, at)
    if part2 and leaving.basis != DisclosureBasis.PATIENT and notice is None:
        raise Refused(
            _("The pack in force has no notice on redisclosure. The medical director signs a newer pack.")
        )
    made = RecordDisclosure(
        patient=patient,
        basis=leaving.basis,
        recipient=leaving.recipient.strip(),
        recipient_address=leaving.recipient_address.strip(),
        what=leaving.what.strip(),
        kinds=sorted(leaving.kinds),
        purpose=leaving.purpose.strip(),
        channel=leaving.channel,
        part2=part2,
        consent=consent,
        consent_copy=copy_in_words(consent, statements[1] if statements else None) if consent else "",
        notice=notice[0] if notice and part2 and leaving.basis != DisclosureBasis.PATIENT else "",
        withheld=sorted(leaving.withheld),
        package_digest=leaving.package_digest,
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    saw(by, patient.subject_refs, kind=AccessKind.EXPORT, reason=made.purpose[:REASON_LENGTH])
    note(basis=made.basis, kinds=made.kinds, part2=part2, withheld=made.withheld)
    return made
