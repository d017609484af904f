"""The lab: move a slider and see it. For everyone who is signed in; it holds no patient."""

from django.http import HttpResponse

from mooring.lab.forms import LabForm
from mooring.lab.queries import explored
from mooring.work.pages import SignedInRequest, page


def index(request: SignedInRequest) -> HttpResponse:
    """Controls and panels; htmx swaps the panels alone. A value out of its range answers 422 with the reason."""
    form = LabForm(request.GET.dict())
    if not form.is_valid():
        return page(request, "lab/index.html", {"form": form}, status=422)
    shown = explored(form.cleaned_data)
    if request.htmx:
        return page(request, "lab/panels.html", shown)
    return page(request, "lab/index.html", {"form": form, **shown})
