"""A file comes in, is filed to the fact that was recorded from it, and is erased when its time is over."""

import hashlib
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded, reference
from mooring.care.disclosures.queries import PAPERS, refuse_while_kept
from mooring.care.papers.models import UploadedContent, UploadedFile, UploadKind
from mooring.care.papers.queries import facts_on
from mooring.care.patients.models import Patient
from mooring.care.sessions.models import ChaperoneConsole, LogEntry
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.words.times import clock
from mooring.work.documents.incoming import read_incoming

READ_ONLY = "read"
"""What a letter or a tracing is filed as: somebody read it, and no value stands in it."""


@recorded("care.papers.uploaded")
def upload_file(
    *, patient: Patient, kind: str, title: str, dated_on: date, data: bytes, by: Person, at: datetime
) -> UploadedFile:
    """Take a file in: its kind by content, its digest, the scanner's word. The same file comes in once."""
    if dated_on > patient.site.today(at):
        raise Refused(_("The date on the document lies in the future."))
    if dated_on < patient.birth_date:
        raise Refused(_("The date on the document lies before the patient was born."))
    incoming = read_incoming(data)
    file = UploadedFile(
        patient=patient,
        kind=kind,
        title=title.strip(),
        dated_on=dated_on,
        media_type=incoming.media_type,
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        scanned=incoming.scanned,
        by=by,
        at=at,
    )
    try:
        with transaction.atomic():
            file.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("This very file was uploaded for this patient already.")) from error
    UploadedContent.objects.create(file=file, data=data)
    note(target=file, media_type=file.media_type, size=file.size)
    return file


@recorded("care.papers.files-erased")
def erase_files(*, patient: Patient, by: Person, at: datetime) -> Patient:
    """Erase the bytes of every file that came in about a patient; what it was, its day and its digest stay.

    Refused before the day of the rule for the clinical record, of which they are a part.
    """
    refuse_while_kept(patient, PAPERS, at)
    contents = UploadedContent.objects.filter(file__patient__in=patient.records).exclude(data=b"")
    erased = contents.update(data=b"")
    if not erased:
        raise Refused(_("There is no file to erase for this patient."))
    note(target=patient, files=erased)
    return patient


@recorded("care.papers.filed")
def file_upload(*, file: UploadedFile, fact: str, by: Person, at: datetime) -> UploadedFile:
    """File an upload to a fact of its own day (`care_observations.observation:5`), or as read."""
    if fact != READ_ONLY and fact not in dict(facts_on(file.patient, file.dated_on)):
        raise Refused(_("Choose a value that was recorded for the day on the document."))
    waiting = UploadedFile.objects.filter(pk=file.pk, filed_as="")
    if waiting.update(filed_as=fact, filed_by=by, filed_at=at) != 1:
        raise Refused(_("It was filed already."))
    file.refresh_from_db()
    note(target=file, fact=fact)
    return file


@recorded("care.papers.cuff-photographed")
def photograph_cuff(*, console: ChaperoneConsole, data: bytes, by: Person, at: datetime) -> UploadedFile:
    """The chaperone's photograph of the cuff, filed to the newest numbers that they sent from this phone."""
    session = console.session
    numbers = LogEntry.objects.filter(
        session=session, kind=EntryKind.CUFF, by=console.person, corrected_by__isnull=True
    )
    entry = numbers.order_by("-at", "-pk").first()
    if entry is None:
        raise Refused(_("Save the numbers first, then send the photo."))
    patient = session.patient
    file = upload_file(
        patient=patient,
        kind=UploadKind.PRESSURE,
        title=_("Cuff at home, {time}").format(time=clock(patient.site.local(entry.at))),
        dated_on=patient.site.today(at),
        data=data,
        by=by,
        at=at,
    )
    UploadedFile.objects.filter(pk=file.pk).update(filed_as=reference(entry), filed_by=by, filed_at=at)
    file.refresh_from_db()
    note(target=file, fact=file.filed_as)
    return file
