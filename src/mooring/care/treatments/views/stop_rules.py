"""The stop rules of long-term safety of one treatment: what each finds, and who switched which off and why."""

from datetime import datetime
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
from mooring.care.treatments.facts import StopRules, stop_rules_now
from mooring.care.treatments.forms import StopRuleForm
from mooring.care.treatments.models import Treatment
from mooring.care.treatments.queries import where_of
from mooring.care.treatments.queries.stop_rules import off_rows_of
from mooring.content.trigger import keys, parse
from mooring.identity.actions import confirm_signatures
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import second_signers
from mooring.identity.roles import Permission
from mooring.rules.longterm import checks_for
from mooring.rules.verdict import Finding, Refused
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
        rules = stop_rules_now(found, at)
    except Refused as refused:
        return page(request, "care/treatments/stop_rules.html", {**context, "reasons": refused.reasons})
    chosen = request.POST.get("rule") or request.GET.get("rule", "")
    finding = next((each for each in rules.holding if each.rule == chosen), None)
    form = _form(request, found, finding, at) if may_sign and finding is not None else None
    if form is not None and request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            _switch_off(request, found, form, at)
        if tried.done:
            messages.success(request, _("Switched off until what it rests on changes."))
            return redirect("stop-rules", found.pk)
    with timezone.override(patient.site.zone):
        context |= {
            "rows": _rows(found, rules, at),
            "finding": finding,
            "form": form,
            "off": off_rows_of(patient),
        }
        return page(request, "care/treatments/stop_rules.html", context)


def _form(request: SignedInRequest, found: Treatment, finding: Finding, at: datetime) -> StopRuleForm:
    others = second_signers(found.patient.site, at, besides=request.user) if finding.asks_two else None
    return typed(request, StopRuleForm, others=others, initial={"rule": finding.rule})


def _switch_off(request: SignedInRequest, found: Treatment, form: StopRuleForm, at: datetime) -> None:
    given = form.cleaned_data
    confirm_signatures(request.user, given)
    switch_off_stop_rule(
        treatment=found,
        rule=given["rule"],
        reason=given["reason"],
        second=given.get("second"),
        by=request.user,
        at=at,
    )


def _rows(found: Treatment, rules: StopRules, at: datetime) -> list[dict[str, Any]]:
    """Each check of the pack: holding, switched off, not known enough, never measured, or without a finding."""
    site = found.patient.site
    by_rule, holding = {each.rule: each for each in rules.found}, {each.rule for each in rules.holding}
    rows = []
    for check in checks_for(pack_in_force(site), site.today(at), where_of(found)):
        finding = by_rule.get(check.key)
        if finding is None:
            state = "clear" if rules.known & set(keys(parse(check.when))) else "unmeasured"
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
