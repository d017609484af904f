"""The page of a dose at home: who answers for it, where it is, who stays; visits, what is in the house, the count."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.patients.access import may_on
from mooring.care.treatments.access import get_cycle_for
from mooring.care.treatments.actions.home import (
    HomePlan,
    arrange_home,
    count_units,
    dispense,
    record_visit,
)
from mooring.care.treatments.forms.home import ArrangeForm, DispenseForm, UnitCountForm, VisitedForm
from mooring.care.treatments.models import Cycle
from mooring.care.treatments.queries import where_of
from mooring.care.treatments.queries.home import arrangement_of, counts_of, supply_of
from mooring.identity.roles import Permission
from mooring.rules.home import MOST_DOSES_OUT
from mooring.work.pages import SignedInRequest, attempt, page


def home(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a dose at home needs; each form is sent for itself."""
    cycle = get_cycle_for(request.user, pk, to=Permission.TREATMENTS_READ)
    if where_of(cycle.treatment).setting != "at-home":
        raise Http404
    patient = cycle.treatment.patient
    with timezone.override(patient.site.zone):
        forms = _forms(request, cycle)
        if request.method == "POST" and _done(request, cycle, forms):
            return redirect("cycle-home", cycle.pk)
        context = {
            "cycle": cycle,
            "treatment": cycle.treatment,
            "patient": patient,
            "arranged": arrangement_of(cycle),
            "supply": supply_of(cycle.treatment),
            "most": MOST_DOSES_OUT,
            "visits": patient.prescriber_visits.select_related("by").order_by("-at")[:6],
            "counts": counts_of(cycle.treatment),
            "forms": forms,
        }
        wrong = any(form.is_bound and form.errors for form in forms.values())
        return page(request, "care/treatments/home.html", context, status=422 if wrong else 200)


def _forms(request: SignedInRequest, cycle: Cycle) -> dict[str, BaseForm]:
    """The forms that this person may send, the sent one bound."""
    patient, made = cycle.treatment.patient, {}
    sent = request.POST.get("form", "") if request.method == "POST" else ""
    makers: dict[str, Callable[[Any], BaseForm]] = {}
    if may_on(request.user, patient, Permission.READINESS_WRITE):
        makers["arrange"] = lambda data: ArrangeForm(data, cycle=cycle, standing=arrangement_of(cycle))
        makers["dispense"] = lambda data: DispenseForm(data, today=patient.site.today(timezone.now()))
        if cycle.administered:
            makers["count"] = UnitCountForm
    if may_on(request.user, patient, Permission.ORDERS_SIGN):
        makers["visit"] = VisitedForm
    for name, make in makers.items():
        made[name] = make(request.POST if name == sent else None)
    return made


def _done(request: SignedInRequest, cycle: Cycle, forms: dict[str, BaseForm]) -> bool:
    form = forms.get(request.POST.get("form", ""))
    if form is None or not form.is_valid():
        return False
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    entered = dict(form.cleaned_data)
    with attempt(request, form) as tried:
        if isinstance(form, ArrangeForm):
            arrange_home(cycle=cycle, plan=HomePlan(**entered), **who)
        elif isinstance(form, VisitedForm):
            record_visit(patient=cycle.treatment.patient, **entered, **who)
        elif isinstance(form, DispenseForm):
            dispense(treatment=cycle.treatment, **entered, **who)
        else:
            count_units(cycle=cycle, **entered, **who)
    if tried.done:
        messages.success(request, _("Saved."))
    return tried.done
