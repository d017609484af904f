"""The stop rules of long-term safety of one treatment: what each finds, and who switched which off and why."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.care.patients.access import may_on
from mooring.care.treatments.access import get_treatment_for
from mooring.care.treatments.actions.stop_rules import switch_off_stop_rule, switch_on_stop_rule
from mooring.care.treatments.facts import known_for_stop_rules, stop_rules_now
from mooring.care.treatments.forms import StopRuleForm
from mooring.care.treatments.models import Treatment
from mooring.care.treatments.queries import where_of
from mooring.care.treatments.queries.stop_rules import off_rows_of
from mooring.content.trigger import keys, parse
from mooring.identity.actions import confirm_signature
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import second_signers
from mooring.identity.roles import Permission
from mooring.rules.longterm import checks_for
from mooring.rules.verdict import Effect, Finding, Override, Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed


def stop_rules(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every stop rule with what it finds now; a prescriber switches off the one that the address names."""
    found = get_treatment_for(request.user, pk)
    if request.method == "POST":
        get_treatment_for(request.user, pk, to=Permission.TREATMENTS_SIGN)
    at, patient = timezone.now(), found.patient
    may_sign = may_on(request.user, patient, Permission.TREATMENTS_SIGN)
    context: dict[str, Any] = {"treatment": found, "patient": patient, "may_sign": may_sign}
    try:
        verdict, still_open = stop_rules_now(found, at)
    except Refused as refused:
        return page(request, "care/treatments/stop_rules.html", {**context, "reasons": refused.reasons})
    chosen = request.POST.get("rule") or request.GET.get("rule", "")
    finding = next((each for each in still_open if each.rule == chosen), None)
    form = _form(request, found, finding) if may_sign and finding is not None else None
    if form is not None and request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            _switch_off(request, found, form)
        if tried.done:
            messages.success(request, _("Switched off until what it rests on changes."))
            return redirect("stop-rules", found.pk)
    with timezone.override(patient.site.zone):
        rows = _rows(found, verdict.findings, still_open)
        context |= {"rows": rows, "finding": finding, "form": form, "off": off_rows_of(patient)}
        return page(request, "care/treatments/stop_rules.html", context)


def _form(request: SignedInRequest, found: Treatment, finding: Finding) -> StopRuleForm:
    two = finding.override == Override.TWO_PEOPLE and finding.effect > Effect.CAUTION
    others = second_signers(found.patient.site, timezone.now(), besides=request.user) if two else None
    return typed(request, StopRuleForm, others=others, initial={"rule": finding.rule})


def _switch_off(request: SignedInRequest, found: Treatment, form: StopRuleForm) -> None:
    given = form.cleaned_data
    confirm_signature(request.user, given["password"])
    if given.get("second") is not None:
        confirm_signature(given["second"], given["second_password"])
    switch_off_stop_rule(
        treatment=found,
        rule=given["rule"],
        reason=given["reason"],
        second=given.get("second"),
        by=request.user,
        at=timezone.now(),
    )


def _rows(
    found: Treatment, findings: tuple[Finding, ...], still_open: tuple[Finding, ...]
) -> list[dict[str, Any]]:
    """Each check of the pack: holding, switched off, not known enough, never measured, or without a finding."""
    site = found.patient.site
    by_rule, holding = {each.rule: each for each in findings}, {each.rule for each in still_open}
    measured, rows = known_for_stop_rules(found, timezone.now()), []
    for check in checks_for(pack_in_force(site), site.today(timezone.now()), where_of(found)):
        finding = by_rule.get(check.key)
        if finding is None:
            state = "clear" if measured & set(keys(parse(check.when))) else "unmeasured"
        elif finding.missing:
            state = "open"
        else:
            state = "holds" if check.key in holding else "off"
        rows.append({"check": check, "finding": finding, "state": state})
    return rows


@require_POST
def switch_on(request: SignedInRequest, pk: int, off: int) -> HttpResponse:
    """A stop rule counts again."""
    found = get_treatment_for(request.user, pk, to=Permission.TREATMENTS_SIGN)
    row = next((each for each in off_rows_of(found.patient) if each.pk == off), None)
    if row is None:
        raise Http404
    with attempt(request) as tried:
        switch_on_stop_rule(off=row, by=request.user, at=timezone.now())
    for reason in tried.reasons:
        messages.error(request, reason)
    return redirect("stop-rules", found.pk)
