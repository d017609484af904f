"""Circles: what is planned, the roster, who came."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.looking import saw
from mooring.care.integration.access import get_circle_for
from mooring.care.integration.actions.circles import plan_circle, seat_patient, take_attendance
from mooring.care.integration.forms.circles import CircleForm, CircleSeatForm
from mooring.care.integration.models import Circle
from mooring.care.patients.access import own_patients_for
from mooring.identity.access import must_hold
from mooring.identity.models import Site
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page

READ, WRITE = Permission.INTEGRATION_READ, Permission.INTEGRATION_WRITE


def circles(request: SignedInRequest) -> HttpResponse:
    """The circles of one's sites, the next first; plan one."""
    must_hold(request.user, READ)
    sites = Site.objects.filter(pk__in=request.user.sites_where(READ)).order_by("name")
    form = CircleForm(request.POST or None, sites=sites) if request.user.may(WRITE) else None
    if request.method == "POST" and form is not None and form.is_valid():
        typed, made = dict(form.cleaned_data), None
        typed["meets_at"] = typed.pop("meets")
        with attempt(request, form) as tried:
            made = plan_circle(**typed, by=request.user, at=timezone.now())
        if tried.done and made is not None:
            return redirect("circle", made.pk)
    found = Circle.objects.filter(site__in=sites).select_related("site", "led_by").order_by("-meets_at")[:40]
    return page(request, "care/integration/circles.html", {"circles": found, "form": form})


def circle(request: SignedInRequest, pk: int) -> HttpResponse:
    """The roster; a patient joins, attendance is taken. One sees the patients with whom one works."""
    found = get_circle_for(request.user, pk, to=WRITE if request.method == "POST" else READ)
    reasons: list[str] = []
    with timezone.override(found.site.zone):
        if request.method == "POST":
            reasons = _change(request, found)
            if not reasons:
                return redirect("circle", found.pk)
        mine = set(own_patients_for(request.user, READ).values_list("pk", flat=True))
        seats = list(found.seats.select_related("patient__person", "by").order_by("pk"))
        shown = [seat for seat in seats if seat.patient_id in mine]
        saw(request.user, sorted({seat.patient.subject_ref for seat in shown}))
        context = {
            "circle": found,
            "seats": shown,
            "others": len(seats) - len(shown),
            "free": found.places - len(seats),
            "may_write": request.user.may(WRITE),
            "meets": timezone.now() >= found.meets_at,
            "join": CircleSeatForm(patients=_not_seated(request, found)),
            "reasons": reasons,
        }
        return page(request, "care/integration/circle.html", context, status=422 if reasons else 200)


def _not_seated(request: SignedInRequest, found: Circle) -> Any:
    mine = own_patients_for(request.user, WRITE).filter(site=found.site)
    return mine.exclude(circle_seats__circle=found)


def _change(request: SignedInRequest, found: Circle) -> list[str]:
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if "patient" in request.POST:
        form = CircleSeatForm(request.POST, patients=_not_seated(request, found))
        if not form.is_valid():
            return [_("Choose a patient of yours who is not on the roster.")]
        with attempt(request) as tried:
            seat_patient(circle=found, patient=form.cleaned_data["patient"], **who)
    elif "attendance" in request.POST:
        mine = set(own_patients_for(request.user, WRITE).values_list("pk", flat=True))
        seats = found.seats.filter(patient__in=mine)
        came = {seat.pk: f"came-{seat.pk}" in request.POST for seat in seats}
        words = {seat.pk: request.POST.get(f"note-{seat.pk}", "")[:2000] for seat in seats}
        with attempt(request) as tried:
            take_attendance(circle=found, came=came, words=words, **who)
    else:
        raise Http404
    if tried.done:
        messages.success(request, _("Saved."))
    return tried.reasons
