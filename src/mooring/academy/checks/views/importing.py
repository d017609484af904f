"""An author's page: questions from elsewhere become a check of a course, and what is left out is said by row."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from mooring.academy.checks.forms import ImportQuestionsForm
from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import newest_version, parsed
from mooring.content.course.imported import ImportedCheck, as_check
from mooring.content.course.importing import NoReader, read_questions
from mooring.identity.access import must_hold
from mooring.identity.roles import Permission
from mooring.sentences.imports import NO_READER, fault_words
from mooring.work.pages import SignedInRequest, page, typed


def questions(request: SignedInRequest, slug: str) -> HttpResponse:
    """Read a file of questions; it changes nothing: the check is a file that the author puts into the course."""
    must_hold(request.user, Permission.COURSES_PUBLISH)
    course = get_object_or_404(Course, slug=slug, published__gt=0)
    content = parsed(newest_version(course))
    form = typed(request, ImportQuestionsForm, course=content)
    made: ImportedCheck | None = None
    if request.method == "POST":
        form = ImportQuestionsForm(data=request.POST, files=request.FILES, course=content)
        if form.is_valid():
            said = form.cleaned_data
            given = said["questions"]
            try:
                found = read_questions(given.name, given.read())
            except NoReader as fault:
                form.add_error("questions", str(NO_READER[fault.code]))
            else:
                made = as_check(found, check=said["check"], objective=said["objective"], cite=said["cite"])
    return page(
        request,
        "academy/checks/import_questions.html",
        {
            "course": course,
            "form": form,
            "made": made,
            "check": form.cleaned_data.get("check", "") if made else "",
            "faults": [fault_words(each) for each in made.faults] if made else [],
        },
    )


@require_POST
def question_file(request: SignedInRequest, slug: str) -> HttpResponse:
    """The check that was shown, as a file."""
    must_hold(request.user, Permission.COURSES_PUBLISH)
    get_object_or_404(Course, slug=slug, published__gt=0)
    answer = HttpResponse(request.POST.get("text", ""), content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="imported.checks.yaml"'
    return answer
