"""A learner's course for paper: asked for, made in the background, downloaded."""

from io import BytesIO

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mooring.academy.checks.actions.printing import ask_print
from mooring.academy.checks.models import CoursePrint
from mooring.academy.learning.access import get_enrolment_for
from mooring.work.pages import SignedInRequest, attempt, page


def course_print(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether the course stands as PDF; asking for it. The page asks again by itself until it does."""
    enrolment = get_enrolment_for(request.user, pk)
    if request.method == "POST":
        with attempt(request):
            ask_print(version=enrolment.version, by=request.user, at=timezone.now())
        return redirect("course-print", pk)
    found = CoursePrint.objects.filter(version=enrolment.version).defer("pdf").first()
    template = "course_print_state.html" if request.htmx else "course_print_page.html"
    return page(request, f"academy/checks/{template}", {"enrolment": enrolment, "print": found})


def course_print_file(request: SignedInRequest, pk: int) -> FileResponse:
    """The PDF of the version that the learner is in."""
    enrolment = get_enrolment_for(request.user, pk)
    found = CoursePrint.objects.filter(version=enrolment.version, made_at__isnull=False).first()
    if found is None:
        raise Http404
    name = f"{enrolment.course.slug}-{enrolment.version.number}.pdf".replace(" ", "-")
    return FileResponse(
        BytesIO(bytes(found.pdf or b"")), as_attachment=True, filename=name, content_type="application/pdf"
    )
