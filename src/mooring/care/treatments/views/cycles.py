"""Pages of a cycle: where it stands, its preparation, what is asked on the day, the gate."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.care.patients.access import may_on
from mooring.care.patients.models import SupportPerson
from mooring.care.treatments.access import get_cycle_for
from mooring.care.treatments.actions import (
    make_ready,
    move_cycle,
    take_back_to_preparation,
)
from mooring.care.treatments.forms import (
    ConfirmForm,
    CycleReasonForm,
    ReportedFactForm,
)
from mooring.care.treatments.gate import Gate, read_gate
from mooring.care.treatments.models import BEFORE_DOSING, Cycle, Phase, Preparation
from mooring.care.treatments.queries import (
    asked_on_the_day,
    live_order_of,
    newest_facts,
    protocol_of,
    readiness_rules,
    weight_on,
    where_of,
)
from mooring.identity.roles import Permission
from mooring.rules.verdict import Effect, Finding, Override, Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed

ROW: list[Phase] = [each for each in Phase if each != Phase.VOID]


def cycle(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where a cycle stands, what is still open, and its one next step."""
    found = get_cycle_for(request.user, pk)
    with timezone.override(found.treatment.patient.site.zone):
        return _cycle_page(request, found)


def _cycle_page(request: SignedInRequest, found: Cycle, form: ConfirmForm | None = None) -> HttpResponse:
    at = timezone.now()
    patient = found.treatment.patient
    may = {
        name: may_on(request.user, patient, permission)
        for name, permission in (
            ("prepare", Permission.PREPARATION_WRITE),
            ("ask", Permission.READINESS_WRITE),
            ("weigh", Permission.OBSERVATIONS_WRITE),
            ("sign", Permission.ORDERS_SIGN),
            ("void", Permission.TREATMENTS_SIGN),
            ("session", Permission.SESSIONS_READ),
            ("integration", Permission.INTEGRATION_READ),
        )
    }
    return page(
        request,
        "care/treatments/cycle.html",
        {
            "cycle": found,
            "treatment": found.treatment,
            "patient": patient,
            "protocol": protocol_of(found.treatment),
            "steps": _steps(found),
            "at_home": where_of(found.treatment).setting == "at-home",
            "preparation": Preparation.objects.filter(cycle=found).select_related("by").first(),
            "escorts": SupportPerson.objects.filter(
                patient__in=patient.records, escorts=True, ended_at__isnull=True
            ),
            "order": live_order_of(found),
            "may": may,
            "form": form or ConfirmForm(),
            **(_gate(found, may, at) if found.phase in BEFORE_DOSING else {}),
        },
        status=422 if form and form.errors else 200,
    )


def _steps(found: Cycle) -> list[dict[str, str]]:
    if found.phase == Phase.VOID:
        return [{"name": str(Phase.VOID.label), "state": "now", "note": found.reason}]
    at = ROW.index(Phase(found.phase))
    return [
        {
            "name": str(phase.label).capitalize(),
            "state": "done" if place < at or found.phase == Phase.CLOSED else "now" if place == at else "",
        }
        for place, phase in enumerate(ROW)
    ]


def _gate(found: Cycle, may: dict[str, bool], at: datetime) -> dict[str, Any]:
    """Readiness as the page shows it; without a signed pack, why there is none."""
    site = found.treatment.patient.site
    try:
        gate = read_gate(found, at)
        weight = weight_on(found.treatment.patient, at)
    except Refused as refused:
        return {"no_gate": " ".join(refused.reasons)}
    rows = [_next_step(gate, each, may) for each in gate.still_open]
    unasked = [row for row in rows if row["unasked"]]
    return {
        "readiness": gate,
        "fact_names": gate.pack.fact_names,
        "conditions": _conditions(gate, site.today(at)),
        "open_findings": [row for row in rows if not row["unasked"]],
        "unasked": unasked,
        "unasked_names": dict.fromkeys(
            gate.pack.fact_names.get(key, key) for row in unasked for key in row["finding"].missing
        ),
        "facts": _facts_said(gate),
        "weight": weight,
    }


def _conditions(gate: Gate, on: date) -> list[dict[str, str]]:
    """Every condition of the gate: done, open (not asked or measured yet), missing, or noted.

    A condition names the state that is wanted ("Well today"), so one whose finding a prescriber closed, or which
    only informs (a weight above 100 kg), is never said to be met.
    """
    still_open = {each.rule: each for each in gate.still_open}
    found = {each.rule for each in gate.verdict.findings}
    names = [
        (rule.key, rule.title) for rule in readiness_rules(gate.pack, on, where_of(gate.cycle.treatment))
    ]
    for asked in asked_on_the_day(gate.cycle, gate.pack, on):
        if asked.measured:
            names += [
                (f"{thresholds.key}/{asked.datum.key}", asked.words)
                for thresholds in gate.pack.thresholds.in_force(on)
            ]
    return [{"name": name, "state": _state(still_open.get(rule), rule in found)} for rule, name in names]


def _state(finding: Finding | None, noted: bool) -> str:
    if finding is None:
        return "noted" if noted else "done"
    return "open" if finding.missing else "missing"


def _next_step(gate: Gate, finding: Finding, may: dict[str, bool]) -> dict[str, Any]:
    """Who acts on an open finding next, and where."""
    found = gate.cycle
    patient_pk = found.treatment.patient_id
    keys = {*(fact.key for fact in finding.facts), *finding.missing}
    step: dict[str, Any] = {
        "finding": finding,
        "who": _("Monitor"),
        "act": "",
        "url": "",
        "unasked": False,
    }
    if "consent_current" in keys:
        step |= {
            "who": _("Team"),
            "act": _("Take the consent"),
            "url": reverse("consents", args=[patient_pk]),
        }
    elif "weight_kg" in keys:
        if may["weigh"]:
            url = reverse("observation-measure", args=[patient_pk, "weight"])
            step |= {"act": _("Weigh the patient"), "url": url}
    elif any(gate.reported(key) for key in (*finding.missing, *keys)):
        step["who"] = _("Prescriber")
        if may["sign"]:
            reported = next(key for key in (*finding.missing, *keys) if gate.reported(key))
            url = reverse("cycle-settle", args=[found.pk])
            step |= {"act": _("Confirm or refute"), "url": f"{url}?key={reported}"}
    elif finding.missing:
        step["unasked"] = True
    elif finding.effect <= Effect.CAUTION or finding.override != Override.NOBODY:
        step["who"] = _("Two prescribers") if finding.asks_two else _("Prescriber")
        if may["sign"]:
            url = reverse("cycle-weigh", args=[found.pk])
            step |= {"act": _("Close the finding"), "url": f"{url}?rule={finding.rule}"}
    elif may["ask"]:
        step |= {"act": _("Ask or measure again"), "url": reverse("cycle-readiness", args=[found.pk])}
    return step


def _facts_said(gate: Gate) -> list[dict[str, Any]]:
    """What was asked and measured for this cycle, the newest of each."""
    data = gate.pack.data
    return [
        {"title": data[key].title, "unit": data[key].unit, "fact": fact, "moment": _moment(fact.value)}
        for key, fact in newest_facts(gate.cycle, gate.at).items()
        if key in data
    ]


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)) if isinstance(value, str) and "T" in value else None
    except ValueError:
        return None


@require_POST
def ready(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open the gate."""
    found = get_cycle_for(request.user, pk, to=Permission.READINESS_WRITE)
    form = ConfirmForm(request.POST)
    form.is_valid()
    with attempt(request, form) as tried:
        make_ready(cycle=found, by=request.user, at=timezone.now())
    if tried.done:
        messages.success(request, _("Ready. The prescriber is asked for the dose order."))
        return redirect("cycle", found.pk)
    with timezone.override(found.treatment.patient.site.zone):
        return _cycle_page(request, found, form)


def back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close the gate again."""
    found = get_cycle_for(request.user, pk, to=Permission.READINESS_WRITE)
    form = typed(request, CycleReasonForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            take_back_to_preparation(
                cycle=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        if tried.done:
            messages.success(request, _("Back in preparation."))
            return redirect("cycle", found.pk)
    return _one_form(
        request,
        found,
        form,
        title=_("Back to preparation"),
        lead=_("A signed order is withdrawn with it. Answers and measurements stay."),
        act=_("Back to preparation"),
    )


def void(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make a cycle void that had no dose."""
    found = get_cycle_for(request.user, pk, to=Permission.TREATMENTS_SIGN)
    form = typed(request, CycleReasonForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            move_cycle(
                cycle=found,
                to=Phase.VOID,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("Cycle cancelled."))
            return redirect("treatment", found.treatment_id)
    return _one_form(
        request,
        found,
        form,
        title=_("Cancel this dose"),
        lead=_("Nothing was given and nothing will be. A dose that was given cannot be cancelled."),
        act=_("Cancel this dose"),
    )


def _one_form(
    request: SignedInRequest, found: Cycle, form: CycleReasonForm | ReportedFactForm, **words: str
) -> HttpResponse:
    context = {"cycle": found, "patient": found.treatment.patient, "form": form, **words}
    return page(request, "care/treatments/one_form.html", {**context, "back_url": _address(found)})


def _address(found: Cycle) -> str:
    return reverse("cycle", args=[found.pk])
