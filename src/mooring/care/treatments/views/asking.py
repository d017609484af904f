"""The plan of questionnaires of a treatment: its lines, what became of each, and changing it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.care.measures.queries import instruments_of_a_plan
from mooring.care.patients.access import may_on
from mooring.care.treatments.access import get_treatment_for
from mooring.care.treatments.actions.asking import plan_measure, unplan_measure
from mooring.care.treatments.forms.asking import AskingForm
from mooring.care.treatments.models import PlannedMeasure, Treatment
from mooring.care.treatments.queries.asking import asking_ended, measures_due_of, planned_measures_of
from mooring.content.schema.instruments import Instrument
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed


def asking(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is asked before and after each dose, what came of it, and adding a line."""
    found = get_treatment_for(request.user, pk, to=Permission.MEASURES_READ)
    may_write = may_on(request.user, found.patient, Permission.MEASURES_WRITE) and not asking_ended(found)
    if request.method == "POST":
        get_treatment_for(request.user, pk, to=Permission.MEASURES_WRITE)
    offered = _offered(found)
    form = typed(request, AskingForm, offered=offered.values()) if may_write and offered else None
    if form is not None and request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            plan_measure(treatment=found, line=form.line, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, _("Added to the plan."))
            return redirect("treatment-asking", found.pk)
    with timezone.override(found.patient.site.zone):
        context = {
            "treatment": found,
            "patient": found.patient,
            "lines": planned_measures_of(found),
            "dues": measures_due_of(found),
            "may_write": may_write,
            "form": form,
        }
        return page(request, "care/treatments/asking.html", context)


def _offered(found: Treatment) -> dict[str, Instrument]:
    """What can be planned here today; nothing without a signed pack."""
    try:
        return instruments_of_a_plan(found.patient.site, timezone.now())
    except Refused:
        return {}


@require_POST
def unplan(request: SignedInRequest, pk: int, line: int) -> HttpResponse:
    """Take one line out of the plan."""
    found = get_treatment_for(request.user, pk, to=Permission.MEASURES_WRITE)
    planned = PlannedMeasure.objects.filter(treatment=found, pk=line).select_related(
        "treatment__patient__site"
    )
    row = planned.first()
    if row is None:
        raise Http404
    with attempt(request) as tried:
        unplan_measure(planned=row, by=request.user, at=timezone.now())
    if tried.done:
        messages.success(request, _("Taken out of the plan."))
    for reason in tried.reasons:
        messages.error(request, reason)
    return redirect("treatment-asking", found.pk)
