"""Files of a patient: taking one in, showing it under a sandbox, filing it to a fact."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.looking import looking_at
from mooring.audit.models import AccessKind
from mooring.care.disclosures.erase_page import erase_page
from mooring.care.disclosures.queries import PAPERS
from mooring.care.papers import actions
from mooring.care.papers.access import get_upload_for
from mooring.care.papers.forms import FileForm, UploadForm
from mooring.care.papers.models import UploadedFile
from mooring.care.papers.queries import facts_on
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.sessions.models import LogEntry
from mooring.identity.roles import Permission
from mooring.work.documents.incoming import SHOWN_INLINE
from mooring.work.pages import SignedInRequest, attempt, page

READ, WRITE = Permission.PATIENTS_OPEN, Permission.OBSERVATIONS_WRITE
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'self'"
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}


def files(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Every file of the patient, those that nobody filed first; a new one is taken in here."""
    patient = get_patient_for(request.user, patient_pk, to=READ if request.method == "GET" else WRITE)
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        with attempt(request, form) as tried:
            actions.upload_file(
                patient=patient,
                kind=typed["kind"],
                title=typed["title"],
                dated_on=typed["dated_on"],
                data=typed["file"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("The file is in. File it to what was recorded from it."))
            return redirect("files", patient.pk)
    with timezone.override(patient.site.zone):
        rows = UploadedFile.objects.filter(patient__in=patient.records).select_related("by", "filed_by")
        context = {
            "patient": patient,
            "files": rows.order_by("filed_at", "-dated_on", "-pk"),
            "form": form,
            "may_write": may_on(request.user, patient, WRITE),
        }
        return page(request, "care/papers/files.html", context)


def file(request: SignedInRequest, pk: int) -> HttpResponse:
    """One file: shown where it is a picture, else as a download; filed to a value of its own day."""
    record = get_upload_for(request.user, pk, to=READ if request.method == "GET" else WRITE)
    patient = record.patient
    with timezone.override(patient.site.zone):
        facts = facts_on(patient, record.dated_on)
        form = FileForm(request.POST if request.method == "POST" else None, facts=facts)
        if request.method == "POST" and form.is_valid():
            with attempt(request, form) as tried:
                actions.file_upload(
                    file=record, fact=form.cleaned_data["fact"], by=request.user, at=timezone.now()
                )
            if tried.done:
                messages.success(request, _("Filed."))
                return redirect("file", record.pk)
        context = {
            "file": record,
            "patient": patient,
            "shown": record.media_type in SHOWN_INLINE,
            "erased": not record.content.data,
            "filed": _filed_words(record, dict(facts)),
            "form": form,
            "may_write": may_on(request.user, patient, WRITE),
        }
        return page(request, "care/papers/file.html", context)


def _filed_words(record: UploadedFile, facts: dict[str, str]) -> str:
    """What the file was filed to: a value of its day, the numbers of a chaperone, or that it was read."""
    if record.filed_as.startswith(LogEntry._meta.label_lower):
        return _("the numbers that the chaperone sent with it")
    return facts.get(record.filed_as, _("read") if record.filed_as else "")


def erase(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """What would go of the files that came in, the rule that holds it, and the signature."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.RECORDS_ERASE)
    words = _(
        "The content of every file that came in is erased. What it was, its day and its digest stay; issued papers stay as "
        "they were signed. This cannot be undone."
    )
    done = _("The files are erased.")
    return erase_page(request, patient, PAPERS, actions.erase_files, words=words, done=done)


def content(request: SignedInRequest, pk: int) -> FileResponse:
    """The bytes: a picture inline under a sandbox, anything else as a download. Its name is ours, its type what we read."""
    download = "download" in request.GET
    with looking_at(request.path[:120], kind=AccessKind.EXPORT if download else AccessKind.VIEW):
        record = get_upload_for(request.user, pk)
    data = bytes(record.content.data)
    if not data:
        raise Http404
    answer = FileResponse(
        BytesIO(data),
        as_attachment=download or record.media_type not in SHOWN_INLINE,
        filename=f"file-{record.pk}.{EXTENSIONS[record.media_type]}",
        content_type=record.media_type,
    )
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
