"""Pages of screening: sending it, the patient's questions on a phone, the prescriber's verdict."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.patients.models import Patient
from mooring.care.screening import actions
from mooring.care.screening.access import get_screening_for, get_screening_on_link
from mooring.care.screening.forms import AnswerForm, CloseForm, DecideForm, SettleForm, kinds_for
from mooring.care.screening.models import FactSource, Screening, ScreeningState
from mooring.care.screening.queries import (
    closures_of,
    finding_in,
    mark_of,
    open_screening_of,
    pack_of,
    stated_facts_of,
    verdict_of,
    ways_of_giving,
)
from mooring.content.schema.data import DatumType
from mooring.identity.actions import confirm_signature, confirm_signatures
from mooring.identity.roles import Permission
from mooring.rules.screening import Setting
from mooring.rules.verdict import ClosureKind, Effect, Refused, Standing, Verdict
from mooring.words.numbers import plain_number
from mooring.words.times import clock
from mooring.work.pages import SignedInRequest, attempt, page, typed


def way_code(way: Setting) -> str:
    """How a form names a product, a route and a setting."""
    return f"{way.product}|{way.route}|{way.setting}"


def _ways(patient: Patient, at: datetime) -> list[dict[str, str]]:
    try:
        found = ways_of_giving(patient.site, at)
    except Refused:
        return []
    return [
        {"code": way_code(each), "words": f"{each.product}, {each.route}, {each.setting}".capitalize()}
        for each in found
    ]


def send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask a patient by a single-task link, or send the link again."""
    patient = get_patient_for(request.user, pk, to=Permission.SCREENING_SEND)
    now = timezone.now()
    standing = open_screening_of(patient)
    reasons: list[str] = []
    if request.method == "POST":
        with attempt(request) as tried:
            if standing is not None:
                actions.send_link_again(screening=standing, by=request.user, at=now)
            else:
                ways = {way_code(each): each for each in ways_of_giving(patient.site, now)}
                actions.send_screening(
                    patient=patient, by=request.user, at=now, where=ways.get(request.POST.get("way", ""))
                )
        if tried.done:
            messages.success(request, _("The link is on its way."))
            return redirect("patient", pk)
        reasons = tried.reasons
    context = {"patient": patient, "standing": standing, "reasons": reasons, "ways": _ways(patient, now)}
    return page(request, "care/screening/send.html", context, status=422 if reasons else 200)


@login_not_required
@never_cache
def answer(request: HttpRequest, link_pk: int) -> HttpResponse:
    """The patient's questions, on a phone. A draft is saved; only a whole set is sent."""
    now = timezone.now()
    try:
        link, screening = get_screening_on_link(request, link_pk, now)
    except Refused as over:
        return page(request, "care/link_over.html", {"reasons": over.reasons}, status=410)
    site = screening.patient.site
    with timezone.override(site.zone):
        form = AnswerForm(request.POST or None, screening=screening)
        context = {
            "form": form,
            "screening": screening,
            "site": site,
            "crisis_lines": site.crisis_lines,
            "draft_url": reverse("screening-draft", args=[link.pk]),
        }
        if request.method != "POST":
            return page(request, "care/screening/answer.html", context)
        sent: dict[str, Any] = {"answers": form.answers, "revision": form.sent_revision, "page": form.page}
        if "draft" in request.POST:
            with attempt(request) as tried:
                actions.keep_draft(screening=screening, by=link.person, at=now, **sent)
            if tried.done:
                messages.success(request, _("Saved. You can continue later with the same link."))
                return redirect("screening-answer", link.pk)
            _keep_typed(form, screening)
            return page(
                request, "care/screening/answer.html", context | {"reasons": tried.reasons}, status=409
            )
        if form.is_valid():
            with attempt(request, form) as tried:
                actions.answer_screening(screening=screening, link=link, by=link.person, at=now, **sent)
            if tried.done:
                return page(request, "care/screening/answered.html", context)
            _keep_typed(form, screening)
        return page(request, "care/screening/answer.html", context)


def _keep_typed(form: AnswerForm, screening: Screening) -> None:
    """What was typed stays, under the revision of now: sending it once more replaces what another page saved."""
    screening.refresh_from_db()
    form.data = {**dict(form.data.items()), "revision": str(screening.revision)}


@login_not_required
@never_cache
@require_POST
def draft(request: HttpRequest, link_pk: int) -> HttpResponse:
    """Save the draft while the patient answers; the answer carries the new revision."""
    now = timezone.now()
    try:
        link, screening = get_screening_on_link(request, link_pk, now, shown=False)
        form = AnswerForm(request.POST, screening=screening)
        actions.keep_draft(
            screening=screening,
            answers=form.answers,
            revision=form.sent_revision,
            page=form.page,
            by=link.person,
            at=now,
        )
    except Refused as refused:
        return HttpResponse(" ".join(refused.reasons), status=409, content_type="text/plain")
    part = format_html(
        '<input type="hidden" name="revision" value="{}" id="id_revision" data-part="revision">',
        screening.revision,
    )
    kept_at = clock(screening.patient.site.local(now))
    return HttpResponse(part, headers={"X-Kept-At": kept_at})


def screening(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is known, what the rules say, and the prescriber's decision."""
    found = get_screening_for(request.user, pk, to=Permission.SCREENING_READ)
    now = timezone.now()
    may_decide = may_on(request.user, found.patient, Permission.SCREENING_DECIDE)
    form = None
    with timezone.override(found.patient.site.zone):
        if may_decide and found.state == ScreeningState.ANSWERED:
            form = typed(request, DecideForm, screening=found, initial={"seen": mark_of(found, now)})
            if request.method == "POST" and form.is_valid() and _decide(request, found, form):
                messages.success(request, _("The decision is signed."))
                return redirect("patient", found.patient_id)
        return page(request, "care/screening/screening.html", _screening_context(found, form, may_decide))


def _decide(request: SignedInRequest, found: Screening, form: DecideForm) -> bool:
    given = form.cleaned_data
    with attempt(request, form) as tried:
        confirm_signature(request.user, given["password"])
        actions.decide_screening(
            screening=found,
            decision=given["decision"],
            conditions=given["conditions"],
            told=given["told"],
            seen=given["seen"],
            by=request.user,
            at=timezone.now(),
        )
    return tried.done


def _screening_context(found: Screening, form: DecideForm | None, may_decide: bool) -> dict[str, Any]:
    now = timezone.now()
    pack, verdict, closures = pack_of(found), verdict_of(found, now), closures_of(found)
    closed = {each.rule for each in closures}
    rows = _fact_rows(found, found.decided_at or now)
    open_now = may_decide and found.state == ScreeningState.ANSWERED
    return {
        "screening": found,
        "patient": found.patient,
        "form": form,
        "may_decide": open_now,
        "verdict": verdict,
        "fact_names": pack.fact_names,
        "closures": closures,
        "fact_rows": [each for each in rows if not each["passed"]],
        "said_no": [each for each in rows if each["passed"]],
        "to_settle": _to_settle(found, verdict) if open_now else [],
        "to_close": [
            each
            for each in verdict.findings
            if open_now
            and each.settled
            and each.effect > Effect.INFO
            and each.rule not in closed
            and kinds_for(each)
        ],
        "rules": len(pack.eligibility.in_force(found.patient.site.today(found.sent_at))),
    }


def _fact_rows(found: Screening, at: datetime) -> list[dict[str, Any]]:
    """Every fact with its name and unit, the clinicians' and measured ones before the patient's."""
    data = pack_of(found).data
    facts = sorted(stated_facts_of(found, at), key=lambda fact: fact.standing == Standing.REPORTED)
    return [
        {
            "title": data[fact.key].title if fact.key in data else fact.key,
            "unit": data[fact.key].unit if fact.key in data else "",
            "value": plain_number(fact.value),
            "dated": fact.dated,
            "by": fact.by,
            "passed": fact.standing == Standing.REPORTED and fact.value == "no",
        }
        for fact in facts
    ]


def _to_settle(found: Screening, verdict: Verdict) -> list[dict[str, Any]]:
    """The missing facts, each once, with what the patient said and how it is settled."""
    data = pack_of(found).data
    said = dict(found.facts.filter(source=FactSource.PATIENT).order_by("id").values_list("key", "value"))
    return [
        {
            "key": key,
            "title": data[key].title if key in data else key,
            "said": said.get(key, ""),
            "yes_no": key in data and data[key].type == DatumType.YES_NO,
            "confirm": next((each.asks for each in verdict.findings if key in each.missing), ""),
        }
        for key in verdict.missing
    ]


@require_POST
def settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm or refute one fact."""
    found = get_screening_for(request.user, pk, to=Permission.SCREENING_DECIDE)
    form = SettleForm(request.POST)
    if not form.is_valid():
        raise Http404
    with attempt(request) as tried:
        actions.settle_fact(
            screening=found,
            key=form.cleaned_data["key"],
            value=form.cleaned_data["value"],
            by=request.user,
            at=timezone.now(),
        )
    for reason in tried.reasons:
        messages.error(request, reason)
    return redirect("screening", pk)


def close(request: SignedInRequest, pk: int, rule: str) -> HttpResponse:
    """Go past a finding, in the way that it asks for."""
    found = get_screening_for(request.user, pk, to=Permission.SCREENING_DECIDE)
    now = timezone.now()
    finding = finding_in(verdict_of(found, now), rule)
    if finding is None:
        raise Http404
    form = typed(request, CloseForm, finding=finding, screening=found, by=request.user, at=now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with attempt(request, form) as tried:
            confirm_signatures(request.user, given)
            actions.close_finding(
                screening=found,
                rule=rule,
                kind=ClosureKind(given["kind"]),
                reason=given["reason"],
                second=given.get("second"),
                by=request.user,
                at=now,
            )
        if tried.done:
            return redirect("screening", pk)
    context = {"screening": found, "patient": found.patient, "finding": finding, "form": form}
    return page(request, "care/screening/close.html", context)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the screening back."""
    found = get_screening_for(request.user, pk, to=Permission.SCREENING_SEND)
    with attempt(request) as tried:
        actions.withdraw_screening(screening=found, by=request.user, at=timezone.now())
    for reason in tried.reasons:
        messages.error(request, reason)
    return redirect("patient", found.patient_id)
