"""Pages of an activity's file: what is there and missing, papers, support, signing off; how long records are kept."""

from io import BytesIO
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import catalogue, newest_version
from mooring.academy.credits.access import get_course_to_manage
from mooring.academy.registers.access import get_paper_for
from mooring.academy.registers.actions.activity import file_paper, record_support, sign_activity
from mooring.academy.registers.forms import ActivityPaperForm, ActivitySignOffForm, CommercialSupportForm
from mooring.academy.registers.models import PaperKind, SignOffRole, SupportKind
from mooring.academy.registers.queries.activity import kept_activity, pieces_of
from mooring.academy.registers.queries.due import due_of
from mooring.content.retention import retention_rules
from mooring.identity.access import must_hold
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page, typed


def activity(request: SignedInRequest, slug: str) -> HttpResponse:
    """The file of an activity, as an accreditor reads it."""
    course = get_course_to_manage(request.user, slug)
    pieces, version = pieces_of(course), newest_version(course)
    return page(
        request,
        "academy/registers/activity.html",
        {
            "course": course,
            "version": version,
            "due": due_of(version, timezone.localdate()),
            "today": timezone.localdate(),
            "pieces": pieces,
            "there": sum(each.there for each in pieces),
            "papers": course.papers.select_related("recorded_by").order_by("-dated_on", "-pk"),
            "support": course.support.order_by("-recorded_at"),
            "sign_offs": course.sign_offs.select_related("person", "version").order_by("-signed_at"),
            "kept": kept_activity(course, on=timezone.localdate()),
        },
    )


def paper(request: SignedInRequest, slug: str) -> HttpResponse:
    """File a paper."""
    course = get_course_to_manage(request.user, slug)
    form = typed(request, ActivityPaperForm, initial={"dated_on": timezone.localdate()})
    if request.method == "POST":
        form = ActivityPaperForm(data=request.POST, files=request.FILES)
        if form.is_valid():
            said = form.cleaned_data
            pdf = said["pdf"]
            with attempt(request, form) as tried:
                file_paper(
                    course=course,
                    kind=PaperKind(said["kind"]),
                    title=said["title"],
                    person_name=said["person_name"],
                    dated_on=said["dated_on"],
                    words=said["words"],
                    file_name=pdf.name if pdf else "",
                    body=pdf.read() if pdf else b"",
                    by=request.user,
                    at=timezone.now(),
                )
            if tried.done:
                return redirect("activity-file", slug)
    return _form(request, course, form, _("File a paper"), _("File it"))


def _form(request: SignedInRequest, course: Course, form: Any, title: str, act: str) -> HttpResponse:
    return page(
        request,
        "academy/registers/form.html",
        {
            "form": form,
            "heading": f"{title}: {course}",
            "act": act,
            "back": reverse("activity-file", args=[course.slug]),
        },
    )


def paper_pdf(request: SignedInRequest, slug: str, pk: int) -> FileResponse:
    """A filed PDF."""
    found = get_paper_for(request.user, slug, pk)
    return FileResponse(
        BytesIO(bytes(found.body)),
        as_attachment=True,
        filename=found.file_name or "paper.pdf",
        content_type="application/pdf",
    )


def support(request: SignedInRequest, slug: str) -> HttpResponse:
    """Record commercial support, or that there is none."""
    course = get_course_to_manage(request.user, slug)
    form = typed(request, CommercialSupportForm, initial={"agreed_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"kind": SupportKind(form.cleaned_data["kind"])}
        with attempt(request, form) as tried:
            record_support(course=course, by=request.user, at=timezone.now(), **said)
        if tried.done:
            return redirect("activity-file", slug)
    return _form(request, course, form, _("Commercial support"), _("Record it"))


def sign(request: SignedInRequest, slug: str) -> HttpResponse:
    """Sign the newest version off."""
    course = get_course_to_manage(request.user, slug)
    form = typed(request, ActivitySignOffForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            sign_activity(
                version=newest_version(course),
                role=SignOffRole(form.cleaned_data["role"]),
                password=form.cleaned_data["password"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            return redirect("activity-file", slug)
    return _form(request, course, form, _("Sign off"), _("Sign"))


def retention(request: SignedInRequest) -> HttpResponse:
    """How long records are kept, by body, and until when those of each course."""
    must_hold(request.user, Permission.CREDITS_MANAGE)
    today = timezone.localdate()
    rules = retention_rules()
    return page(
        request,
        "academy/registers/retention.html",
        {
            "rules": [(each, each.in_force(today)) for each in rules.rules],
            "reviewed": rules.reviewed,
            "courses": [kept_activity(version.course, on=today) for version in catalogue()],
        },
    )
