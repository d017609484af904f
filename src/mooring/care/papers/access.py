"""Who may be handed which paper, session or earlier treatment: always through the patient's record."""

from django.http import Http404

from mooring.care.papers.kinds import KINDS
from mooring.care.papers.models import EarlierTreatment, IssuedPaper, PaperBatch, UploadedFile
from mooring.care.patients.access import get_patient_for
from mooring.identity.access import get_site_for
from mooring.identity.models import Person
from mooring.identity.roles import Permission


def get_paper_for(person: Person, pk: int) -> IssuedPaper:
    """An issued paper; 404 for a stranger to its patient, 403 for who may not read papers of its kind."""
    rows = IssuedPaper.objects.select_related(
        "patient__person", "patient__site", "session", "event", "signed_by", "replaces"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=KINDS[found.kind].permission)
    return found


def get_trial_for(person: Person, pk: int) -> EarlierTreatment:
    """An earlier treatment, for who may write observations of its patient."""
    found = EarlierTreatment.objects.select_related("patient__person", "patient__site").filter(pk=pk).first()
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=Permission.OBSERVATIONS_WRITE)
    return found


def get_upload_for(person: Person, pk: int, *, to: Permission = Permission.PATIENTS_OPEN) -> UploadedFile:
    """An uploaded file; 404 for a stranger to its patient, 403 for who may open the record but not do this."""
    rows = UploadedFile.objects.select_related(
        "patient__person", "patient__site", "by", "filed_by", "content"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=to)
    return found


def get_batch_for(person: Person, pk: int) -> PaperBatch:
    """A month's papers, for who may sign off sessions at their site."""
    found = PaperBatch.objects.select_related("site", "asked_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    get_site_for(person, found.site_id, to=Permission.SESSIONS_SIGN_OFF)
    return found
