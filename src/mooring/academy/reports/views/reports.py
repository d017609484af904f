"""Pages of reports: what was made, making one, one with its faults and answer, its file, numbers, the binder."""

from datetime import timedelta
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.academy.courses.queries import catalogue
from mooring.academy.credits.models import CertificateState
from mooring.academy.reports.access import (
    get_course_to_report,
    get_job_for,
    get_report_for,
    latest_day_for,
    reports_for,
)
from mooring.academy.reports.actions.jobs import ask_report
from mooring.academy.reports.actions.reports import (
    AT_ONCE,
    make_report,
    record_submission,
    report_scope,
    save_numbers,
)
from mooring.academy.reports.forms import NumbersForm, ReportForm, SubmissionForm
from mooring.academy.reports.models import BodyNumbers, ReportJob, ReportKind
from mooring.academy.reports.queries.binder import binder as binder_of
from mooring.academy.reports.queries.files import MIME
from mooring.academy.reports.queries.rows import units_of
from mooring.work.pages import SignedInRequest, attempt, page, typed

SHOWN = 50
FAULT_WORDS = {
    "missing": gettext_lazy("is missing"),
    "malformed": gettext_lazy("has another form than the body takes"),
}
DRAFT = gettext_lazy(
    "In the shape of ACCME’s draft JSON schemas of May 2025, which were not tried against PARS. Ask ACCME whether your "
    "account takes them. A birth date holds month and day, because ACCME asks for no year."
)
WHAT_IT_IS = {
    ReportKind.PARS_ACTIVITY: DRAFT,
    ReportKind.JOINT_ACTIVITY: DRAFT,
    ReportKind.PARS_LEARNERS: DRAFT,
    ReportKind.CE_BROKER: gettext_lazy(
        "Columns A to H of CE Broker’s roster for full credit. Rows that are posted there cannot be edited. Of the "
        "letters for professions only RN is verified: check the others with the board’s list."
    ),
    ReportKind.CPE: gettext_lazy(
        "No source that we could read gives CPE Monitor’s record layout. These are the fields that it asks for, in our "
        "order. Enter them by hand, or ask ACPE for the layout. Credit is reported within 60 days."
    ),
    ReportKind.STATE: gettext_lazy(
        "No board publishes a layout. The columns are what a provider shows a board on demand: who, which licence, what, "
        "when, how many hours."
    ),
}
"""How far the file follows what its body publishes, said where it is downloaded."""
A_YEAR = timedelta(days=365)


def reports(request: SignedInRequest) -> HttpResponse:
    """The reports that were made, and the courses of which one can be made."""
    made = reports_for(request.user)
    return page(
        request,
        "academy/reports/reports.html",
        {
            "reports": made[:SHOWN],
            "courses": [version.course for version in catalogue()],
            "jobs": ReportJob.objects.filter(asked_by=request.user, finished_at__isnull=True),
        },
    )


def make(request: SignedInRequest, slug: str) -> HttpResponse:
    """Make a report of a course."""
    course = get_course_to_report(request.user, slug)
    today = latest_day_for(request.user, timezone.now())
    form = typed(request, ReportForm, initial={"since": today - A_YEAR, "through": today})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        asked = {**said, "kind": ReportKind(said["kind"]), "course": course}
        with attempt(request, form) as tried:
            large = len(units_of(report_scope(**asked, by=request.user))) > AT_ONCE
            act = ask_report if large else make_report
            made = act(**asked, by=request.user, at=timezone.now())
        if tried.repeated:
            return redirect("reports")
        if tried.done:
            return redirect("report-job" if large else "report", made.pk)
    return page(request, "academy/reports/make.html", {"course": course, "form": form})


def job(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far a large report is; the page asks again by itself until its file stands."""
    found = get_job_for(request.user, pk)
    template = "job_progress.html" if request.htmx else "job.html"
    return page(request, f"academy/reports/{template}", {"job": found})


def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """One report: what the body would refuse, its file, and what the body answered."""
    found = get_report_for(request.user, pk)
    form = typed(request, SubmissionForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            record_submission(
                report=found,
                accepted=form.cleaned_data["accepted"] == "yes",
                answer=form.cleaned_data["answer"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect("report", pk)
    revoked = found.credits.exclude(certificate__state=CertificateState.VALID)
    return page(
        request,
        "academy/reports/report.html",
        {
            "report": found,
            "form": form,
            "what_it_is": WHAT_IT_IS.get(ReportKind(found.kind), ""),
            "faults": [
                (row, name, FAULT_WORDS.get(fault, fault)) for row, name, fault in found.faults[:SHOWN]
            ],
            "more_faults": max(0, len(found.faults) - SHOWN),
            "revoked": revoked.select_related("certificate__learner") if found.accepted else [],
        },
    )


def report_file(request: SignedInRequest, pk: int) -> FileResponse:
    """The file of a report, as it was made."""
    found = get_report_for(request.user, pk)
    mime = MIME[found.file_name.rpartition(".")[2]]
    return FileResponse(
        BytesIO(bytes(found.body)), as_attachment=True, filename=found.file_name, content_type=mime
    )


def numbers(request: SignedInRequest, slug: str) -> HttpResponse:
    """The numbers by which bodies know the provider and the course."""
    course = get_course_to_report(request.user, slug)
    known = BodyNumbers.objects.filter(course=course).first()
    initial = {name: getattr(known, name) for name in NumbersForm.base_fields} if known else {}
    form = typed(request, NumbersForm, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            save_numbers(course=course, numbers=form.cleaned_data, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, _("Saved."))
            return redirect("reports")
    return page(request, "academy/reports/numbers.html", {"course": course, "form": form})


def binder(request: SignedInRequest, slug: str) -> FileResponse:
    """The audit binder of a course as a zip archive."""
    course = get_course_to_report(request.user, slug)
    now = timezone.now()
    name = "-".join(("binder", course.slug, now.date().isoformat())) + ".zip"
    return FileResponse(
        BytesIO(binder_of(course, at=now)), as_attachment=True, filename=name, content_type="application/zip"
    )
