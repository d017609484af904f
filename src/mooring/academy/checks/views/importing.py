"""An author's page: questions from elsewhere become a check of a course, and what is left out is said by row."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import newest_version, parsed
from mooring.content.course.imported import ImportedCheck, as_check
from mooring.content.course.importing import NoReader, read_questions
from mooring.content.course.loader import CourseContent
from mooring.identity.access import must_hold
from mooring.identity.roles import Permission
from mooring.references.bibliography import bibliography
from mooring.sentences.imports import NO_READER, fault_words
from mooring.work.pages import SignedInRequest, page, typed

MOST_IMPORTED_BYTES = 10_000_000


class ImportQuestionsForm(forms.Form):
    """A file with questions, and what every question of a course has beside: an objective and sources."""

    questions = forms.FileField(
        label=_("File"),
        help_text=_(
            "A Moodle export (.xml), a GIFT file (.gift, .txt), Markdown (.md, or several in a .zip)."
        ),
    )
    check = forms.RegexField(
        r"^[a-z0-9]+(?:[-.][a-z0-9]+)*$",
        label=_("Id of the check"),
        max_length=80,
        help_text=_("Such as m1-l9-check. An id is for ever."),
    )
    objective = forms.ChoiceField(label=_("Objective that the questions ask"))
    cite = forms.CharField(
        label=_("Sources"), max_length=400, help_text=_("Keys of the bibliography, separated by blanks.")
    )

    def __init__(self, *args: Any, course: CourseContent, **named: Any) -> None:
        super().__init__(*args, **named)
        objective = self.fields["objective"]
        assert isinstance(objective, forms.ChoiceField)
        objective.choices = [(key, each.text) for key, each in course.objectives.items()]

    def clean_cite(self) -> list[str]:
        keys = str(self.cleaned_data["cite"]).split()
        unknown = [key for key in keys if key not in bibliography()]
        if unknown:
            raise forms.ValidationError(
                gettext("The bibliography does not hold {keys}.").format(keys=", ".join(unknown))
            )
        return keys

    def clean_questions(self) -> Any:
        given = self.cleaned_data["questions"]
        if given.size > MOST_IMPORTED_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than 10 MB. Export fewer questions at once.")
            )
        return given


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
            "file_name": ".".join((form.cleaned_data["check"], "checks.yaml")) if made else "",
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
