"""An explorable by itself: the page without scripts, and the part that a slider swaps."""

from django.http import Http404, HttpResponse

from mooring.academy.checks.access import get_lesson_for
from mooring.academy.checks.forms import SettingsForm
from mooring.academy.checks.queries.exploring import as_typed, start_of
from mooring.academy.checks.views.placing import explored
from mooring.work.pages import SignedInRequest, page


def explorable(request: SignedInRequest, pk: int, lesson_id: str, explorable_id: str) -> HttpResponse:
    """What the controls give. A value outside the fixed ranges answers 422 with the reason."""
    study, lesson = get_lesson_for(request.user, pk, lesson_id)
    if explorable_id not in lesson.embedded("explorable"):
        raise Http404
    found = study.course.explorables[explorable_id]
    asked = as_typed(start_of(found))
    asked |= {name: value for name, value in request.GET.dict().items() if name in asked}
    form = SettingsForm(asked, explorable=found)
    context = {
        "enrolment": study.enrolment,
        "lesson": lesson,
        "form": form,
        "address": request.path,
        "part": {"ref": explorable_id, **explored(study.course, explorable_id, form)},
    }
    template = "explored" if request.htmx and form.is_valid() else "explorable_page"
    return page(request, f"academy/checks/{template}.html", context)
