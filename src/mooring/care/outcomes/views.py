"""Pages of outcomes: the course of a treatment, and its end."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.outcomes.actions import ON_THE_WAY, end_treatment
from mooring.care.outcomes.actions.moving import move_patient
from mooring.care.outcomes.forms import NextForm, PatientMoveForm, TreatmentEndForm
from mooring.care.outcomes.queries import (
    as_stored,
    course_of,
    figure_of,
    in_words,
    proposals_of,
    rules_said,
)
from mooring.care.outcomes.queries.exposure import exposure_figure
from mooring.care.outcomes.queries.moving import asked_there, moving_of
from mooring.care.outcomes.queries.panel import beside, panel_of, shown_rows
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.treatments.access import get_treatment_for
from mooring.care.treatments.actions import Decided, decide_course
from mooring.care.treatments.models import BEFORE_DOSING, DecidedStep, Treatment, TreatmentState
from mooring.identity.access import get_site_for, must_hold, sites_for
from mooring.identity.actions import confirm_signature, confirm_signatures
from mooring.identity.models import Site
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import second_signers
from mooring.identity.roles import Permission
from mooring.rules.panel import LEAST_CELL
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed

DECIDABLE = frozenset(DecidedStep.values)
"""What a proposal may ask a prescriber to decide; a review is no decision, it asks for one."""


def outcomes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Scores over time with the doses marked, and what they amount to in words."""
    found = get_treatment_for(request.user, pk, to=Permission.MEASURES_READ)
    course = course_of(found)
    site = found.patient.site
    return page(
        request,
        "care/outcomes/outcomes.html",
        {
            "treatment": found,
            "patient": found.patient,
            "course": course,
            "figure": figure_of(course, site, timezone.now()) if course.scores else None,
            "exposure": exposure_figure(found.patient, timezone.now()),
            "words": in_words(course),
            "rules": rules_said(course.instrument),
            "proposals": proposals_of(course, found, timezone.now()),
            "may_decide": found.state == TreatmentState.SIGNED
            and may_on(request.user, found.patient, Permission.TREATMENTS_SIGN),
            "may_end": found.state == TreatmentState.SIGNED
            and may_on(request.user, found.patient, Permission.TREATMENTS_END),
        },
    )


def panels(request: SignedInRequest) -> HttpResponse:
    """The sites whose panel this person may read."""
    must_hold(request.user, Permission.PANEL_READ)
    sites = list(sites_for(request.user, Permission.PANEL_READ))
    if len(sites) == 1:
        return redirect("panel", sites[0].pk)
    return page(request, "care/outcomes/panels.html", {"sites": sites})


def panel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Response and remission of a site by dose number; no patient is named, and no cell of few people is shown."""
    site = get_site_for(request.user, pk, to=Permission.PANEL_READ)
    at, on = timezone.now(), site.today(timezone.now())
    try:
        pack = pack_in_force(site)
    except Refused:
        return page(request, "care/outcomes/panel.html", {"site": site})
    followed = {each.id: each for each in pack.instruments.in_force(on) if each.change}
    routes = sorted({each.route for each in pack.protocols.in_force(on)})
    instrument = followed.get(request.GET.get("measure", "PHQ-9")) or next(iter(followed.values()))
    route = request.GET.get("route", "intravenous")
    protocols = frozenset(each.key for each in pack.protocols.values() if each.route == route)
    rows = panel_of(site, instrument, protocols)
    return page(
        request,
        "care/outcomes/panel.html",
        {
            "site": site,
            "instruments": followed.values(),
            "instrument": instrument,
            "routes": routes,
            "route": route,
            "rows": shown_rows(rows),
            "beside": beside(rows, pack, instrument, route, on),
            "least": LEAST_CELL,
            "at": at,
        },
    )


def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the plan proposes after the doses so far, and what the prescriber decides."""
    found = get_treatment_for(request.user, pk, to=Permission.TREATMENTS_SIGN)
    at, course = timezone.now(), course_of(found)
    proposals = proposals_of(course, found, at)
    decisions = list(found.decisions.select_related("by", "second").order_by("-number"))
    form = _next_form(request, found, proposals, len(decisions), at)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            _decide(request, found, form, as_stored(proposals), at)
        if tried.done:
            messages.success(request, _("Decision saved."))
            return redirect("treatment", found.pk)
    return page(
        request,
        "care/outcomes/next.html",
        {
            "treatment": found,
            "patient": found.patient,
            "course": course,
            "words": in_words(course),
            "proposals": proposals,
            "decisions": decisions,
            "figure": figure_of(course, found.patient.site, at) if course.scores else None,
            "open": found.state == TreatmentState.SIGNED,
            "form": form,
        },
    )


def _next_form(
    request: SignedInRequest, found: Treatment, proposals: list[dict[str, Any]], seen: int, at: datetime
) -> NextForm:
    """The form with the first proposal that can be decided filled in."""
    initial: dict[str, Any] = {"seen": seen}
    first = next((each["proposal"] for each in proposals if each["proposal"].step in DECIDABLE), None)
    if first is not None:
        initial |= {
            "step": first.step.value,
            "doses": first.doses,
            "gap_days": first.gap_days,
            "amount": first.amount,
        }
    others = second_signers(found.patient.site, at, besides=request.user)
    return typed(request, NextForm, unit=found.basis.unit, others=others, initial=initial)


def _decide(
    request: SignedInRequest,
    found: Treatment,
    form: NextForm,
    proposed: list[dict[str, Any]],
    at: datetime,
) -> None:
    given = form.cleaned_data
    confirm_signatures(request.user, given)
    decided = Decided(
        step=given["step"],
        reason=given["reason"],
        doses=given["doses"] or 0,
        gap_days=given["gap_days"] or 0,
        amount=given["amount"],
    )
    decide_course(
        treatment=found,
        decided=decided,
        proposed=proposed,
        seen=given["seen"],
        second=given["second"],
        by=request.user,
        at=at,
    )


def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End the treatment with an outcome."""
    found = get_treatment_for(request.user, pk, to=Permission.TREATMENTS_END)
    form = typed(request, TreatmentEndForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            confirm_signature(request.user, form.cleaned_data["password"])
            end_treatment(
                treatment=found,
                outcome=form.cleaned_data["outcome"],
                outcome_note=form.cleaned_data["outcome_note"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("Treatment ended."))
            return redirect("outcomes", found.pk)
    course = course_of(found)
    return page(
        request,
        "care/outcomes/end.html",
        {
            "treatment": found,
            "patient": found.patient,
            "words": in_words(course),
            "on_the_way": next((each for each in course.cycles if each.phase in ON_THE_WAY), None),
            "planned": sum(each.phase in BEFORE_DOSING for each in course.cycles),
            "form": form,
        },
    )


def move(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Another site and its programme, in the middle of a treatment: what it changes, and the signature."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.TREATMENTS_END)
    at = timezone.now()
    sites = Site.objects.filter(organisation=patient.site.organisation_id).exclude(pk=patient.site_id)
    form = typed(request, PatientMoveForm, sites=sites.order_by("name"))
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            confirm_signature(request.user, form.cleaned_data["password"])
            move_patient(
                patient=patient,
                to=form.cleaned_data["to"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=at,
            )
        if tried.done:
            messages.success(
                request, _("{patient} continues at {site}.").format(patient=patient, site=patient.site)
            )
            return redirect("patients")
    with timezone.override(patient.site.zone):
        rows = [
            {
                "site": site,
                "changes": moving_of(patient, site, at),
                "asked_there": asked_there(patient.site, site, at),
            }
            for site in sites.order_by("name")
        ]
        context = {"patient": patient, "form": form, "sites": rows}
        return page(request, "care/outcomes/move.html", context)
