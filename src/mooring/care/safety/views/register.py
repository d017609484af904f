"""The register of a site and of a patient, with its filters."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone

from mooring.audit.looking import saw
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.safety.forms.register import RegisterFilterForm
from mooring.care.safety.models import AdverseEvent
from mooring.care.safety.queries import Filter, open_points, register_for, unreported, whole
from mooring.identity.access import must_hold
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, page

ON_A_PAGE = 50


def register(request: SignedInRequest) -> HttpResponse:
    """Every event and incident of the sites at which this person reads the register, filtered."""
    must_hold(request.user, Permission.SAFETY_READ)
    form = RegisterFilterForm(data=request.GET or None)
    shown = _filter(form)
    rows = [_row(event) for event in register_for(request.user, shown)]
    paged = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    saw(request.user, sorted({row["event"].subject_ref for row in paged.object_list}))
    return page(
        request,
        "care/safety/register.html",
        {
            "may_panel": request.user.may(Permission.PANEL_READ),
            "may_rems": request.user.may(Permission.REMS_READ),
            "rows": paged,
            "filter": form,
            "kept": _kept(request),
            "count": len(rows),
            "serious": sum(row["assessed"].serious for row in rows),
        },
    )


def _kept(request: SignedInRequest) -> str:
    """The filter, for the links to the other pages of the list."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return f"{kept.urlencode()}&" if kept else ""


def _filter(form: RegisterFilterForm) -> Filter:
    if not form.is_bound or not form.is_valid():
        return Filter()
    typed = form.cleaned_data
    return Filter(
        since=typed["since"],
        until=typed["until"],
        sort=typed["sort"],
        least_grade=int(typed["least_grade"]) if typed["least_grade"] else None,
        serious=typed["serious"],
        still_open=typed["still_open"],
    )


def _row(event: AdverseEvent) -> dict[str, Any]:
    return {
        "event": event,
        "assessed": event.assessed,
        "open": open_points(event),
        "to_report": unreported(event),
    }


def of_patient(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """The register of one patient."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.SAFETY_READ)
    events = whole(AdverseEvent.objects.filter(patient__in=patient.records)).order_by("-onset_at", "-pk")
    with timezone.override(patient.site.zone):
        return page(
            request,
            "care/safety/of_patient.html",
            {
                "patient": patient,
                "rows": [_row(event) for event in events],
                "may_write": may_on(request.user, patient, Permission.SAFETY_WRITE),
            },
        )
