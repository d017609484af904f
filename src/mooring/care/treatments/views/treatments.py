"""Pages of a treatment: drafting it, reading it, signing it, taking a draft back."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.measures.queries import instruments_to_ask
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.screening.models import Screening, ScreeningState
from mooring.care.treatments.access import get_treatment_for
from mooring.care.treatments.actions import Intended, draft_treatment, sign_treatment, withdraw_draft
from mooring.care.treatments.actions.treatments import SIGNING
from mooring.care.treatments.forms import ConfirmForm, DraftForm, SignForm
from mooring.care.treatments.models import Phase, Treatment, TreatmentState
from mooring.care.treatments.queries import (
    cycles_of,
    live_orders_of,
    protocol_of,
    treatments_of,
    weight_on,
)
from mooring.care.treatments.record import knot_of
from mooring.care.treatments.views.expected import expected_figure
from mooring.content.pack import Pack
from mooring.content.schema.instruments import Instrument
from mooring.identity.actions import confirm_signature
from mooring.identity.competence import may_act
from mooring.identity.models import Site
from mooring.identity.packs import pack_in_force
from mooring.identity.roles import Permission
from mooring.rules import dose_limits
from mooring.rules.plan import fits_here
from mooring.rules.verdict import Refused, Verdict
from mooring.work.pages import SignedInRequest, attempt, page, typed


def of_patient(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Every treatment of a patient, and the way to the next one."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.TREATMENTS_READ)
    found = list(treatments_of(patient))
    return page(
        request,
        "care/treatments/of_patient.html",
        {
            "patient": patient,
            "treatments": found,
            "open": any(each.state in (TreatmentState.DRAFT, TreatmentState.SIGNED) for each in found),
            "may_sign": may_on(request.user, patient, Permission.TREATMENTS_SIGN),
        },
    )


def draft(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Make a draft from the patient's newest decided screening."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.TREATMENTS_SIGN)
    at = timezone.now()
    screening = (
        Screening.objects.filter(patient__in=patient.records, state=ScreeningState.DECIDED)
        .select_related("patient__person", "patient__site", "decided_by")
        .order_by("-decided_at")
        .first()
    )
    try:
        pack = pack_in_force(patient.site)
    except Refused as refused:
        return page(
            request, "care/treatments/draft.html", {"patient": patient, "why_not": " ".join(refused.reasons)}
        )
    if screening is None:
        why_not = _("No screening of this patient is decided. The prescriber decides one first.")
        return page(request, "care/treatments/draft.html", {"patient": patient, "why_not": why_not})
    form = _draft_form(request, pack, patient.site, at)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            draft_treatment(
                screening=screening, intended=Intended(**form.cleaned_data), by=request.user, at=at
            )
        if tried.done:
            messages.success(request, _("The draft is saved. No dose is given before it is signed."))
            newest = treatments_of(patient).first()
            return redirect("treatment", newest.pk) if newest else redirect("treatments", patient.pk)
    context = {"patient": patient, "screening": screening, "form": form}
    return page(request, "care/treatments/draft.html", context)


def _draft_form(request: SignedInRequest, pack: Pack, site: Site, at: datetime) -> DraftForm:
    on = site.today(at)
    protocols = [each for each in pack.protocols.in_force(on) if fits_here(each)]
    first = protocols[0] if protocols else None
    initial: dict[str, Any] = {"first_on": on}
    if first is not None and first.duration is not None:
        initial |= {
            "protocol": first.key,
            "dose_mg_per_kg": first.dose.start,
            "duration_min": first.duration.usual_min,
            "doses": first.spacing.cycles,
        }
    measures = [each for each in instruments_to_ask(pack, site, at) if _tells_response(each)]
    return typed(request, DraftForm, protocols=protocols, measures=measures, initial=initial)


def _tells_response(instrument: Instrument) -> bool:
    """Whether its scores can say that a treatment worked."""
    return any(change.kind == "response" for change in instrument.change)


def treatment(request: SignedInRequest, pk: int) -> HttpResponse:
    """A treatment whole: what is intended, its cycles, its limits and where they come from."""
    found = get_treatment_for(request.user, pk)
    orders = live_orders_of(found)
    cycles = cycles_of(found)
    return page(
        request,
        "care/treatments/treatment.html",
        {
            "treatment": found,
            "patient": found.patient,
            "protocol": protocol_of(found),
            "row": [
                knot_of(cycle, orders[cycle.pk].dose_mg if cycle.pk in orders else None) for cycle in cycles
            ],
            "next_cycle": next(
                (each for each in cycles if each.phase not in (Phase.CLOSED, Phase.VOID)), None
            ),
            "may_sign": may_on(request.user, found.patient, Permission.TREATMENTS_SIGN),
            "may_end": may_on(request.user, found.patient, Permission.TREATMENTS_END),
        },
    )


def sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """The prescriber's page: what is signed, what a dose comes to, the row of days."""
    found = get_treatment_for(request.user, pk, to=Permission.TREATMENTS_SIGN)
    at = timezone.now()
    form = typed(request, SignForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            confirm_signature(request.user, form.cleaned_data["password"])
            sign_treatment(treatment=found, by=request.user, at=at)
        if tried.done:
            messages.success(request, _("The treatment is signed. Prepare each dose next."))
            return redirect("treatment", found.pk)
    return page(
        request,
        "care/treatments/sign.html",
        {
            "treatment": found,
            "patient": found.patient,
            "protocol": protocol_of(found),
            "row": [knot_of(cycle, None) for cycle in cycles_of(found)],
            "competent": _competence(request, found, at),
            "form": form,
            **_comes_to(found, at),
            **_last_treatment(found),
        },
    )


def _comes_to(found: Treatment, at: datetime) -> dict[str, Any]:
    """What one dose comes to with the newest weight; the volume follows with the concentration of the day."""
    try:
        dated = weight_on(found.patient, at)
    except Refused:
        return {}
    if dated.observation is None:
        return {}
    step = protocol_of(found).dose.round_to_mg
    dose_mg = dose_limits.rounded(found.dose_mg_per_kg * dated.observation.value, step)
    expected = expected_figure(
        patient=found.patient,
        protocol=protocol_of(found),
        dose_mg=dose_mg,
        weight_kg=dated.observation.value,
        duration_min=found.duration_min,
        at=at,
    )
    over = dose_mg > found.limit_mg
    return {"comes_to": {"weight": dated, "dose_mg": dose_mg, "over_limit": over}, "expected": expected}


def _competence(request: SignedInRequest, found: Treatment, at: datetime) -> Verdict:
    try:
        return may_act(request.user, SIGNING, at=at, site=found.patient.site)
    except Refused as refused:
        return refused.verdict


def _last_treatment(found: Treatment) -> dict[str, Any]:
    earlier = treatments_of(found.patient).filter(state=TreatmentState.ENDED).exclude(pk=found.pk).first()
    return {"earlier": earlier}


def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a draft back."""
    found = get_treatment_for(request.user, pk, to=Permission.TREATMENTS_SIGN)
    form = typed(request, ConfirmForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            withdraw_draft(treatment=found, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, _("The draft is taken back."))
            return redirect("treatments", found.patient_id)
    return page(
        request,
        "care/treatments/one_form.html",
        {
            "treatment": found,
            "patient": found.patient,
            "form": form,
            "title": _("Withdraw the draft"),
            "lead": _("Its cycles become void. Another draft can be made from the same screening."),
            "act": _("Withdraw the draft"),
            "back_url": reverse("treatment", args=[found.pk]),
        },
    )
