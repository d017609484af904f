"""Pages of a treatment: drafting it, reading it, signing it, taking a draft back."""

from dataclasses import replace
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
from mooring.care.patients.models import Patient
from mooring.care.screening.models import Screening, ScreeningState
from mooring.care.treatments.access import get_treatment_for
from mooring.care.treatments.actions import Intended, draft_treatment, sign_treatment, withdraw_draft
from mooring.care.treatments.actions.treatments import SIGNING
from mooring.care.treatments.forms import ConfirmForm, DraftForm, SignForm
from mooring.care.treatments.models import Phase, Treatment, TreatmentState
from mooring.care.treatments.queries import (
    ceiling_of,
    cycles_of,
    live_orders_of,
    protocol_of,
    treatments_of,
    weight_on,
    where_of,
)
from mooring.care.treatments.queries.asking import planned_measures_of
from mooring.care.treatments.queries.expected import expected_figure
from mooring.care.treatments.record import knot_of
from mooring.content.pack import Pack
from mooring.content.schema.instruments import Instrument
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.identity.actions import confirm_signature
from mooring.identity.competence import may_act
from mooring.identity.models import Site
from mooring.identity.packs import pack_in_force
from mooring.identity.roles import Permission
from mooring.rules.dose_limits import Treated, first_dose
from mooring.rules.doses.basis import rounded
from mooring.rules.plan import fits_here, obstacles
from mooring.rules.verdict import Refused, Verdict
from mooring.sentences.findings import words_of
from mooring.words.numbers import plain_number
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
            "treatments": [(each, protocol_of(each).title) for each in found],
            "open": any(each.state in (TreatmentState.DRAFT, TreatmentState.SIGNED) for each in found),
            "may_sign": may_on(request.user, patient, Permission.TREATMENTS_SIGN),
            "may_end": may_on(request.user, patient, Permission.TREATMENTS_END),
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
    key = request.POST.get("protocol") or request.GET.get("protocol", "")
    chosen = pack.protocols.get(key)
    if chosen is None or not fits_here(
        chosen, pack, patient.site.today(at), ceiling_of(patient.site, chosen)
    ):
        context = {"patient": patient, "screening": screening, "groups": _by_route(pack, patient.site, at)}
        return page(request, "care/treatments/choose_protocol.html", context)
    form = _draft_form(request, pack, chosen, patient, at)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            draft_treatment(
                screening=screening, intended=Intended(**form.cleaned_data), by=request.user, at=at
            )
        if tried.done:
            messages.success(request, _("The draft is saved. No dose is given before it is signed."))
            newest = treatments_of(patient).first()
            return redirect("treatment", newest.pk) if newest else redirect("treatments", patient.pk)
    context = {"patient": patient, "screening": screening, "form": form, "protocol": chosen}
    return page(request, "care/treatments/draft.html", context)


def _by_route(pack: Pack, site: Site, at: datetime) -> list[dict[str, Any]]:
    """The protocols of the pack by route, those that can be ordered first, each with why not."""
    on, groups = site.today(at), dict[str, list[dict[str, Any]]]()
    for protocol in pack.protocols.in_force(on):
        against = obstacles(protocol, pack, on, ceiling_of(site, protocol))
        row = {
            "protocol": protocol,
            "against": [f"{words_of(each.says)} {words_of(each.asks)}" for each in against],
        }
        groups.setdefault(protocol.route, []).append(row)
    return [
        {"route": route, "rows": sorted(rows, key=lambda row: bool(row["against"]))}
        for route, rows in groups.items()
    ]


def _draft_form(
    request: SignedInRequest, pack: Pack, chosen: ProtocolTemplate, patient: Patient, at: datetime
) -> DraftForm:
    site = patient.site
    treated = Treated(age=patient.age_on(site.today(at)), jurisdiction=site.jurisdiction, first=True)
    first = first_dose(chosen, treated)
    initial: dict[str, Any] = {
        "protocol": chosen.key,
        "first_on": site.today(at),
        "doses": chosen.spacing.cycles,
        "amount": plain_number(first.mg if first else chosen.dose.start),
    }
    if chosen.duration is not None:
        initial["duration_min"] = chosen.duration.usual_min
    measures = [each for each in instruments_to_ask(pack, site, at) if _tells_response(each)]
    return typed(request, DraftForm, chosen=chosen, measures=measures, initial=initial)


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
            "asking_lines": planned_measures_of(found),
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
            "asking_lines": planned_measures_of(found),
            "row": [knot_of(cycle, None) for cycle in cycles_of(found)],
            "competent": _competence(request, found, at),
            "form": form,
            **_comes_to(found, at),
            **_last_treatment(found),
        },
    )


def _comes_to(found: Treatment, at: datetime) -> dict[str, Any]:
    """What one dose comes to with the newest weight; the volume follows with the concentration of the day."""
    protocol, basis = protocol_of(found), found.basis
    try:
        dated = weight_on(found.patient, at)
    except Refused:
        return {}
    weight = dated.observation
    if weight is None and basis.per != "session":
        return {}
    exact = replace(basis, weight_kg=weight.value if weight else None).exact_mg(found.duration_min)
    dose_mg = rounded(exact, protocol.dose.round_to_mg)
    expected = None
    if weight is not None:
        expected = expected_figure(
            patient=found.patient,
            protocol=protocol,
            dose_mg=dose_mg,
            weight_kg=weight.value,
            duration_min=found.duration_min,
            at=at,
        )
    over = dose_mg > found.limit_mg
    shown = None if basis.per == "session" else {"weight": dated, "dose_mg": dose_mg, "over_limit": over}
    return {"comes_to": shown, "expected": expected}


def _competence(request: SignedInRequest, found: Treatment, at: datetime) -> Verdict:
    try:
        return may_act(request.user, SIGNING, at=at, site=found.patient.site, where=where_of(found))
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
