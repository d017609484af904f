"""Signing a paper, sending it, and the history of earlier treatments."""

from dataclasses import asdict, replace
from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.disclosures.actions import record_disclosure
from mooring.care.disclosures.models import DisclosureConsent, RecordDisclosure
from mooring.care.disclosures.queries import ToDisclose
from mooring.care.papers.kinds import KindOfPaper, PaperSubject
from mooring.care.papers.models import EarlierTreatment, IssuedPaper
from mooring.care.papers.queries import sheet_of
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.sentences.times import dated_moment_words
from mooring.work.documents.sheet import SheetSection

KINDS_OF_RECORD = ("care_sessions", "care_treatments", "care_papers")


@recorded("care.papers.issued")
def issue_paper(
    *,
    kind: KindOfPaper,
    subject: PaperSubject,
    seen: str,
    replaces: IssuedPaper | None,
    by: Person,
    at: datetime,
) -> IssuedPaper:
    """Sign a paper as the record stands now and keep it whole.

    `seen` is the digest of the sheet that the signer read: if the session was written meanwhile, the paper has changed
    and is shown again before it is signed.
    """
    made = kind.make(subject)
    if made.digest != seen:
        raise Refused(_("The record changed while you read. Read the paper again, then sign it."))
    signature = SheetSection(
        _("Signature"),
        ((_("Signed by"), f"{by.legal_name}, {dated_moment_words(at, subject.patient.site.zone)}"),),
    )
    signed = replace(made, sections=(*made.sections, signature))
    session = subject.chart.session if subject.chart else None
    event = subject.event
    about = (kind.code, session.pk if session else None, event.pk if event else None)
    if replaces is not None and (replaces.kind, replaces.session_id, replaces.event_id) != about:
        raise Refused(_("A correction is of the same kind, for the same session or event."))
    paper = IssuedPaper.objects.create(
        patient=subject.patient,
        session=session,
        event=event,
        kind=kind.code,
        title=signed.title[:160],
        sheet=asdict(signed),
        digest=signed.digest,
        replaces=replaces,
        signed_by=by,
        signed_at=at,
    )
    note(target=paper, kind=kind.code, missing=len(signed.missing))
    return paper


@recorded("care.papers.sent")
def send_paper(
    *,
    paper: IssuedPaper,
    recipient: str,
    recipient_address: str,
    purpose: str,
    basis: str,
    channel: str,
    consent: DisclosureConsent | None,
    by: Person,
    at: datetime,
) -> RecordDisclosure:
    """Record that a paper left, in the register of disclosures; a consent that does not cover it refuses."""
    note(target=paper, channel=channel)
    return record_disclosure(
        patient=paper.patient,
        leaving=ToDisclose(
            basis=basis,
            recipient=recipient,
            recipient_address=recipient_address,
            what=_("{title} (paper {number})").format(title=sheet_of(paper).title, number=paper.pk),
            kinds=KINDS_OF_RECORD,
            purpose=purpose,
            channel=channel,
            package_digest=paper.digest,
        ),
        consent=consent,
        by=by,
        at=at,
    )


@recorded("care.papers.trial-recorded")
def record_trial(*, trial: EarlierTreatment, by: Person, at: datetime) -> EarlierTreatment:
    """Record one treatment that was tried before, as an unsaved row; a packet to a payer will state its days."""
    patient, today = trial.patient, trial.patient.site.today(at)
    for day in filter(None, (trial.started_on, trial.ended_on)):
        if day > today:
            raise Refused(_("An earlier treatment cannot start or end in the future. Check the dates."))
        if day < patient.birth_date:
            raise Refused(_("This date is before the patient was born. Check the dates."))
    trial.by, trial.at = by, at
    trial.save(force_insert=True)
    note(target=trial)
    return trial


@recorded("care.papers.trial-withdrawn")
def withdraw_trial(*, trial: EarlierTreatment, by: Person, at: datetime) -> EarlierTreatment:
    """Take back a trial that was recorded in error; it stays in the record, struck."""
    standing = EarlierTreatment.objects.filter(pk=trial.pk, withdrawn_at__isnull=True)
    if standing.update(withdrawn_by=by, withdrawn_at=at) != 1:
        raise Refused(_("It was withdrawn already."))
    trial.refresh_from_db()
    note(target=trial)
    return trial
