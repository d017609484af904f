"""Pages of questionnaires: asking, filling on a phone or here, reading, and answering a concern."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from mooring.care.measures import actions
from mooring.care.measures.access import get_asked_for, get_asked_on_link, get_concern_for
from mooring.care.measures.forms import AnswerConcernForm, AskForm, AssessmentForm, EnterForm, FillForm
from mooring.care.measures.models import Asked, AskedState, Concern, Filled
from mooring.care.measures.queries import (
    asks_for_assessment,
    instrument_named,
    instrument_of,
    instruments_to_ask,
    instruments_to_enter,
    score_of,
    told_about,
)
from mooring.care.patients.access import get_patient_for, may_on
from mooring.identity.models import Person
from mooring.identity.packs import pack_in_force
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.words.times import clock
from mooring.work.models import TaskLink
from mooring.work.pages import SignedInRequest, attempt, page, typed


def measures(request: SignedInRequest, pk: int) -> HttpResponse:
    """All questionnaires of a patient, newest first, and the concerns that wait."""
    patient = get_patient_for(request.user, pk, to=Permission.MEASURES_READ)
    with timezone.override(patient.site.zone):
        context = {
            "patient": patient,
            "asked": Asked.objects.filter(patient__in=patient.records)
            .select_related("filled", "asked_by")
            .order_by("-asked_at", "-pk"),
            "concerns": Concern.objects.filter(
                patient__in=patient.records, answered_at__isnull=True
            ).order_by("pk"),
            "may_write": may_on(request.user, patient, Permission.MEASURES_WRITE),
        }
        return page(request, "care/measures/measures.html", context)


def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for a questionnaire, by link or here."""
    patient = get_patient_for(request.user, pk, to=Permission.MEASURES_WRITE)
    now = timezone.now()
    try:
        instruments = instruments_to_ask(pack_in_force(patient.site), patient.site, now)
    except Refused as refused:
        context: dict[str, Any] = {"patient": patient, "reasons": refused.reasons}
        return page(request, "care/measures/ask.html", context)
    last = Asked.objects.filter(patient__in=patient.records).order_by("-asked_at", "-pk").first()
    initial = {"instrument": last.instrument.partition("@")[0]} if last else {}
    form = typed(request, AskForm, instruments=instruments, site=patient.site, at=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        in_clinic = form.cleaned_data["how"] == "clinic"
        asked = None
        with attempt(request, form) as tried:
            asked = actions.ask_measure(
                patient=patient,
                instrument=form.cleaned_data["instrument"],
                due_at=form.due_at,
                in_clinic=in_clinic,
                by=request.user,
                at=now,
            )
        if tried.done:
            if asked is not None and in_clinic:
                return redirect("measure-fill", asked.pk)
            return redirect("measures", pk)
    return page(request, "care/measures/ask.html", {"patient": patient, "form": form})


def choose(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every instrument that a clinician can enter."""
    patient = get_patient_for(request.user, pk, to=Permission.MEASURES_WRITE)
    context: dict[str, Any] = {"patient": patient}
    try:
        context["instruments"] = instruments_to_enter(patient.site, timezone.now())
    except Refused as refused:
        context["reasons"] = refused.reasons
    return page(request, "care/measures/choose.html", context)


def enter(request: SignedInRequest, pk: int, instrument: str) -> HttpResponse:
    """Enter a rating: its items, or only the total."""
    patient = get_patient_for(request.user, pk, to=Permission.MEASURES_WRITE)
    now = timezone.now()
    try:
        offered = instruments_to_enter(patient.site, now)
    except Refused as refused:
        raise Http404 from refused
    chosen = next((each for each in offered if each.id == instrument), None)
    if chosen is None:
        raise Http404
    with timezone.override(patient.site.zone):
        form = typed(
            request, EnterForm, instrument=chosen, patient=patient, now=now, initial={"rated_at": now}
        )
        if request.method == "POST" and form.is_valid():
            filled = None
            with attempt(request, form) as tried:
                filled = actions.enter_measure(
                    patient=patient,
                    instrument=instrument,
                    answers=form.answers,
                    total=form.cleaned_data["total"],
                    rated_at=form.cleaned_data["rated_at"],
                    by=request.user,
                    at=now,
                )
            if tried.done:
                return redirect("measure", filled.asked_id) if filled else redirect("measures", pk)
        context = {"patient": patient, "instrument": chosen, "form": form}
        return page(request, "care/measures/enter.html", context)


def measure(request: SignedInRequest, pk: int) -> HttpResponse:
    """One questionnaire: its answers and score, or where it stands."""
    asked = get_asked_for(request.user, pk, to=Permission.MEASURES_READ)
    filled = Filled.objects.filter(asked=asked).select_related("by").first()
    with timezone.override(asked.patient.site.zone):
        context = {
            "asked": asked,
            "patient": asked.patient,
            "filled": filled,
            "instrument": instrument_of(asked),
            "rows": _rows(asked, filled) if filled and filled.answers else [],
            "flags": score_of(asked, filled.answers).flags if filled and filled.answers else (),
            "told": told_about(asked),
            "may_write": may_on(request.user, asked.patient, Permission.MEASURES_WRITE),
        }
        return page(request, "care/measures/measure.html", context)


def _rows(asked: Asked, filled: Filled) -> list[dict[str, Any]]:
    """Each item with the answer in its own words."""
    instrument = instrument_named(asked.patient.site, filled.instrument)
    rows = []
    for item in instrument.items:
        value = filled.answers.get(item.code)
        words = next((a.text for a in instrument.answers_of(item) if a.value == value), "")
        rows.append({"text": item.text, "words": words, "value": value})
    return rows


@require_POST
def send_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the link again."""
    asked = get_asked_for(request.user, pk, to=Permission.MEASURES_WRITE)
    with attempt(request) as tried:
        actions.send_link_again(asked=asked, by=request.user, at=timezone.now())
    _say(request, tried.reasons or [_("The link is on its way.")])
    return redirect("measure", pk)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """It is not needed any more."""
    asked = get_asked_for(request.user, pk, to=Permission.MEASURES_WRITE)
    with attempt(request) as tried:
        actions.withdraw_measure(asked=asked, by=request.user, at=timezone.now())
    _say(request, tried.reasons)
    return redirect("measures", asked.patient_id)


def _say(request: HttpRequest, words: list[str]) -> None:
    for each in words:
        messages.info(request, each)


@never_cache
def fill_here(request: SignedInRequest, pk: int) -> HttpResponse:
    """The questionnaire on the clinic's own device, with the patient."""
    asked = get_asked_for(request.user, pk, to=Permission.MEASURES_WRITE)
    if asked.state != AskedState.OPEN:
        return redirect("measure", pk)
    return _fill(request, asked, by=request.user, link=None, draft_url=reverse("measure-draft", args=[pk]))


@login_not_required
@never_cache
def answer(request: HttpRequest, link_pk: int) -> HttpResponse:
    """The questionnaire on the patient's phone."""
    try:
        link, asked = get_asked_on_link(request, link_pk, timezone.now())
    except Refused as over:
        return page(request, "care/link_over.html", {"reasons": over.reasons}, status=410)
    draft_url = reverse("measure-answer-draft", args=[link.pk])
    return _fill(request, asked, by=link.person, link=link, draft_url=draft_url)


def _fill(
    request: HttpRequest, asked: Asked, *, by: Person, link: TaskLink | None, draft_url: str
) -> HttpResponse:
    now, site = timezone.now(), asked.patient.site
    with timezone.override(site.zone):
        form = FillForm(request.POST or None, asked=asked)
        context: dict[str, Any] = {
            "form": form,
            "asked": asked,
            "instrument": form.instrument,
            "site": site,
            "crisis_lines": site.crisis_lines,
            "draft_url": draft_url,
            "patient": None if link else asked.patient,
        }
        status = None
        if request.method == "POST":
            if _take(request, form, asked, by, link, now):
                return _after(request, asked, context, link)
            if "draft" in request.POST:  # refused: what was typed stays on the page
                status = 409
        context["told"] = told_about(asked)
        return page(request, "care/measures/fill.html", context, status=status)


def _take(
    request: HttpRequest, form: FillForm, asked: Asked, by: Person, link: TaskLink | None, at: datetime
) -> bool:
    """Save the draft or take the whole set. A half-filled set that is sent is saved as a draft, and says so.

    Whatever is refused, the page keeps what was typed and takes the revision of now: sending it once more
    replaces what another page saved meanwhile.
    """
    whole = "draft" not in request.POST and form.is_valid()
    sent: dict[str, Any] = {"answers": form.answers, "revision": form.sent_revision, "page": form.page}
    with attempt(request, form if whole else None) as tried:
        if whole:
            actions.fill_measure(asked=asked, link=link, by=by, at=at, **sent)
        else:
            actions.keep_draft(asked=asked, by=by, at=at, **sent)
    _say(request, tried.reasons if not whole else [])
    if tried.done and (whole or "draft" in request.POST):
        return True
    asked.refresh_from_db()
    form.data = {**request.POST.dict(), "revision": str(asked.revision)}
    return False


def _after(
    request: HttpRequest, asked: Asked, context: dict[str, Any], link: TaskLink | None
) -> HttpResponse:
    asked.refresh_from_db()
    if asked.state == AskedState.OPEN:
        _say(request, [_("Saved. You can continue later.")])
        return redirect(request.path)
    if link is None:
        return redirect("measure", asked.pk)
    return page(request, "care/measures/filled.html", {**context, "told": told_about(asked)})


@require_POST
@never_cache
def draft_here(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the draft on the clinic's device while it is filled."""
    asked = get_asked_for(request.user, pk, to=Permission.MEASURES_WRITE)
    return _keep(request, asked, request.user)


@login_not_required
@never_cache
@require_POST
def answer_draft(request: HttpRequest, link_pk: int) -> HttpResponse:
    """Save the draft on the patient's phone while it is filled."""
    try:
        link, asked = get_asked_on_link(request, link_pk, timezone.now(), shown=False)
    except Refused as over:
        return HttpResponse(" ".join(over.reasons), status=410, content_type="text/plain")
    return _keep(request, asked, link.person)


def _keep(request: HttpRequest, asked: Asked, by: Person) -> HttpResponse:
    """The stored draft's revision and, where an answer must not wait, the panel that says who was told."""
    now, site = timezone.now(), asked.patient.site
    form = FillForm(request.POST, asked=asked)
    try:
        actions.keep_draft(
            asked=asked, answers=form.answers, revision=form.sent_revision, page=form.page, by=by, at=now
        )
    except Refused as refused:
        return HttpResponse(" ".join(refused.reasons), status=409, content_type="text/plain")
    with timezone.override(site.zone):
        context = {"asked": asked, "site": site, "crisis_lines": site.crisis_lines, "told": told_about(asked)}
        parts = render_to_string("care/measures/kept.html", context, request)
    return HttpResponse(parts, headers={"X-Kept-At": clock(site.local(now))})


def concern(request: SignedInRequest, pk: int) -> HttpResponse:
    """Urgent response: what it was, and what was done."""
    found = get_concern_for(request.user, pk)
    with timezone.override(found.patient.site.zone):
        kind = AssessmentForm if asks_for_assessment(found) else AnswerConcernForm
        form = typed(request, kind) if found.answered_at is None else None
        if form is not None and request.method == "POST" and form.is_valid():
            with attempt(request, form) as tried:
                actions.answer_concern(
                    concern=found,
                    what_was_done=form.cleaned_data["what_was_done"],
                    by=request.user,
                    at=timezone.now(),
                    assessment=form.instance if isinstance(form, AssessmentForm) else None,
                )
            if tried.done:
                messages.success(request, _("Answered. The task is closed."))
                return redirect("concern", pk)
        instrument = instrument_of(found.asked)
        item = next((each for each in instrument.items if each.code == found.item), None)
        context = {
            "concern": found,
            "patient": found.patient,
            "instrument": instrument,
            "item": item,
            "words": _words_of(instrument, item, found.value),
            "words_before": _words_of(instrument, item, found.baseline),
            "assessments": found.assessments.select_related("by").order_by("pk"),
            "form": form,
        }
        return page(request, "care/measures/concern.html", context)


def _words_of(instrument: Any, item: Any, value: int | None) -> str:
    answers = instrument.answers_of(item) if item is not None and value is not None else ()
    return next((each.text for each in answers if each.value == value), "")
