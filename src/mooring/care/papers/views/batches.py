"""A month's session records: asked for here, drawn in the background, handed out as one file."""

import io
import zipfile
from datetime import date

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mooring.audit.looking import looking_at, saw
from mooring.audit.models import AccessKind
from mooring.care.papers import actions
from mooring.care.papers.access import get_batch_for
from mooring.care.papers.forms import MonthForm
from mooring.care.papers.models import PaperBatch
from mooring.identity.access import get_site_for
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page

READ = Permission.SESSIONS_READ


def months(request: SignedInRequest, pk: int) -> HttpResponse:
    """The batches of a site, and asking for a month."""
    site = get_site_for(request.user, pk, to=Permission.SESSIONS_SIGN_OFF)
    now = timezone.now()
    form = MonthForm(request.POST if request.method == "POST" else None, initial={"month": site.today(now)})
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            batch = actions.start_batch(site=site, month=form.cleaned_data["month"], by=request.user, at=now)
        if tried.done:
            messages.success(request, _("The papers are being made. This page may be left."))
            return redirect("paper-months", site.pk) if tried.repeated else redirect("paper-batch", batch.pk)
    with timezone.override(site.zone):
        batches = PaperBatch.objects.filter(site=site).select_related("asked_by").order_by("-pk")
        return page(request, "care/papers/months.html", {"site": site, "batches": batches, "form": form})


def batch(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far a batch is; the file when it is done."""
    record = get_batch_for(request.user, pk)
    with timezone.override(record.site.zone):
        template = "care/papers/batch_progress.html" if request.htmx else "care/papers/batch.html"
        return page(request, template, {"batch": record, "site": record.site})


def batch_file(request: SignedInRequest, pk: int) -> FileResponse | HttpResponse:
    """All papers in one file; every patient whose record is in it can read that it was exported."""
    record = get_batch_for(request.user, pk)
    if record.finished_at is None:
        return redirect("paper-batch", record.pk)
    papers = record.papers.select_related("session__patient")
    with looking_at(request.path[:120], kind=AccessKind.EXPORT):
        saw(request.user, [paper.subject_ref for paper in papers])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for paper in papers:
            archive.writestr(
                f"{paper.session.patient.record_number}-{paper.session_id}.pdf", bytes(paper.data)
            )
    buffer.seek(0)
    name = f"{slugify(record.site.name)}-{_month(record.month)}.zip"
    return FileResponse(buffer, as_attachment=True, filename=name)


def _month(day: date) -> str:
    return day.isoformat()[:7]
