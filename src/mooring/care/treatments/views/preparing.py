"""Pages before a dose: the preparation visit, what is asked on the day, what a prescriber settles and closes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.treatments.access import get_cycle_for
from mooring.care.treatments.actions import close_finding, record_readiness, settle_fact, write_preparation
from mooring.care.treatments.forms import ClosureForm, PreparationForm, ReadinessForm, ReportedFactForm
from mooring.care.treatments.gate import asked_again, gate_of, read_gate
from mooring.care.treatments.models import Cycle, Preparation
from mooring.care.treatments.queries import asked_on_the_day, escorts_of
from mooring.identity.actions import confirm_signatures
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import second_signers
from mooring.identity.roles import Permission
from mooring.rules.verdict import ClosureKind, Effect, Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed


def preparation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write the preparation visit."""
    found = get_cycle_for(request.user, pk, to=Permission.PREPARATION_WRITE)
    standing = Preparation.objects.filter(cycle=found).select_related("by").first()
    initial: dict[str, Any] = {}
    if standing is not None:
        initial = {
            "intention": standing.intention,
            "calming_plan": standing.calming_plan,
            "touch": standing.touch,
            "call_shown": standing.call_shown,
            "was": standing.at.isoformat(),
        }
    form = typed(request, PreparationForm, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            write_preparation(cycle=found, **form.cleaned_data, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, _("Preparation saved."))
            return redirect("cycle", found.pk)
    context = {"cycle": found, "patient": found.treatment.patient, "form": form, "standing": standing}
    return page(request, "care/treatments/preparation.html", context)


def readiness(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask and measure on the day, in the clock of the patient's site; every answer is appended."""
    found = get_cycle_for(request.user, pk, to=Permission.READINESS_WRITE)
    with timezone.override(found.treatment.patient.site.zone):
        return _readiness_page(request, found)


def _readiness_page(request: SignedInRequest, found: Cycle) -> HttpResponse:
    at = timezone.now()
    site = found.treatment.patient.site
    try:
        gate = read_gate(found, at)
    except Refused:
        return redirect("cycle", found.pk)
    asked = (*asked_on_the_day(found, gate.pack, site.today(at)), *asked_again(gate))
    patient = found.treatment.patient
    form = typed(
        request, ReadinessForm, asked=asked, escorts=escorts_of(patient), born=patient.birth_date, now=at
    )
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            record_readiness(cycle=found, values=form.values(), escort=form.escort, by=request.user, at=at)
        if tried.done:
            messages.success(request, _("Answers and measurements saved."))
            return redirect("cycle", found.pk)
    return page(
        request,
        "care/treatments/readiness.html",
        {
            "cycle": found,
            "patient": found.treatment.patient,
            "form": form,
            "questions": [form[each.datum.key] for each in asked if not each.measured],
            "signs": [form[each.datum.key] for each in asked if each.measured],
        },
    )


def weigh(request: SignedInRequest, pk: int) -> HttpResponse:
    """A prescriber closes one open finding, with a reason."""
    found = get_cycle_for(request.user, pk, to=Permission.ORDERS_SIGN)
    at = timezone.now()
    rule = request.POST.get("rule") or request.GET.get("rule", "")
    try:
        finding = next((each for each in gate_of(found, at).findings if each.rule == rule), None)
    except Refused:
        return redirect("cycle", found.pk)
    if finding is None and request.method == "GET":
        raise Http404
    kind = ClosureKind.WEIGHED if finding and finding.effect <= Effect.CAUTION else ClosureKind.OVERRIDDEN
    site, two = found.treatment.patient.site, finding is not None and finding.asks_two
    others = second_signers(site, at, besides=request.user) if two else None
    form = typed(request, ClosureForm, others=others, initial={"rule": rule, "kind": kind.value})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with attempt(request, form) as tried:
            confirm_signatures(request.user, given)
            close_finding(
                cycle=found,
                rule=given["rule"],
                kind=ClosureKind(given["kind"]),
                reason=given["reason"],
                second=given.get("second"),
                by=request.user,
                at=at,
            )
        if tried.done:
            messages.success(request, _("Finding closed."))
            return redirect("cycle", found.pk)
    context = {"cycle": found, "patient": found.treatment.patient, "finding": finding, "form": form}
    return page(request, "care/treatments/weigh.html", context)


def settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """A prescriber confirms or refutes what the patient reported on the day."""
    found = get_cycle_for(request.user, pk, to=Permission.ORDERS_SIGN)
    key = request.POST.get("key") or request.GET.get("key", "")
    try:
        datum = pack_in_force(found.treatment.patient.site).data.get(key)
    except Refused:
        return redirect("cycle", found.pk)
    if datum is None:
        raise Http404
    form = typed(request, ReportedFactForm, initial={"key": key})
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            settle_fact(
                cycle=found, key=key, value=form.cleaned_data["value"], by=request.user, at=timezone.now()
            )
        if tried.done:
            return redirect("cycle", found.pk)
    return page(
        request,
        "care/treatments/one_form.html",
        {
            "cycle": found,
            "patient": found.treatment.patient,
            "form": form,
            "title": datum.title,
            "lead": _("The patient reported this. Your finding counts until a clinician changes it."),
            "act": _("Save your finding"),
            "back_url": reverse("cycle", args=[found.pk]),
        },
    )
