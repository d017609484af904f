"""One event: entered, assessed, reported, withdrawn."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.safety import actions
from mooring.care.safety.access import get_event_for, may_assess
from mooring.care.safety.forms.register import AssessForm, EventReportForm, NewEventForm, WithdrawEventForm
from mooring.care.safety.models import AdverseEvent, FoundIn
from mooring.care.safety.queries import open_points, reports_of, term_named, terms_of, unreported
from mooring.care.treatments.models import Cycle
from mooring.identity.packs import pack_in_force
from mooring.identity.roles import Permission
from mooring.rules.adverse_events import expectation
from mooring.sentences.adverse_events import GRADES, REPORTED, expectation_words
from mooring.work.pages import SignedInRequest, attempt, page, typed


def new(request: SignedInRequest, patient_pk: int) -> HttpResponse:
    """Enter an event; `?after=` names the cycle whose follow-up it came from. The grade is the button that sends."""
    patient = get_patient_for(request.user, patient_pk, to=Permission.SAFETY_WRITE)
    now = timezone.now()
    cycle = _cycle_of(request, patient.records)
    with timezone.override(patient.site.zone):
        form = typed(
            request, NewEventForm, terms=terms_of(patient.site, now), born=patient.birth_date, now=now
        )
        if request.method == "POST" and form.is_valid():
            entered, made = form.cleaned_data, None
            with attempt(request, form) as tried:
                made = actions.record_event(
                    patient=patient,
                    event=actions.NewEvent(
                        term=entered["term"],
                        words=entered["words"],
                        description=entered["description"],
                        onset_at=entered["onset"],
                        grade=int(entered["grade"]) if entered["grade"] else None,
                        sort=entered["sort"] or "effect",
                        found_in=FoundIn.FOLLOW_UP if cycle else FoundIn.OTHER,
                        cycle=cycle,
                    ),
                    by=request.user,
                    at=now,
                )
            if tried.done:
                messages.success(request, _("Saved in the register."))
                return (
                    redirect("adverse-event", made.pk) if made else redirect("adverse-events-of", patient.pk)
                )
        context = {"patient": patient, "form": form, "grades": _grades(), "cycle": cycle}
        return page(request, "care/safety/new.html", context)


def _cycle_of(request: SignedInRequest, records: tuple[int, ...]) -> Cycle | None:
    number = request.GET.get("after", "")
    if not number.isdecimal():
        return None
    return (
        Cycle.objects.filter(pk=int(number), treatment__patient__in=records)
        .select_related("treatment")
        .first()
    )


def _grades() -> list[dict[str, Any]]:
    return [{"number": number, "name": name, "what": what} for number, (name, what) in GRADES.items()]


def event(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is known of one event, who said it when, and what it still asks for."""
    return _shown(request, get_event_for(request.user, pk))


def assess(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_event_for(request.user, pk, to=Permission.SAFETY_ASSESS)
    with timezone.override(found.site.zone):
        form = typed(request, AssessForm, initial=AssessForm.filled_from(found.assessed))
        if request.method == "POST" and form.is_valid():
            entered = dict(form.cleaned_data)
            seen, ended = entered.pop("seen"), entered.pop("ended")
            grade = int(entered.pop("grade") or 0) or None
            with attempt(request, form) as tried:
                actions.assess_event(
                    event=found,
                    assessed=actions.Assessed(grade=grade, ended_at=ended, **entered),
                    seen=seen,
                    by=request.user,
                    at=timezone.now(),
                )
            if tried.done:
                messages.success(request, _("Assessment saved."))
                return redirect("adverse-event", found.pk)
    return _shown(request, found, sent="assess", form=form)


def report(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_event_for(request.user, pk, to=Permission.SAFETY_WRITE)
    now = timezone.now()
    with timezone.override(found.site.zone):
        form = typed(request, EventReportForm, initial=_report_initial(found, now))
        if request.method == "POST" and form.is_valid():
            entered = form.cleaned_data
            with attempt(request, form) as tried:
                actions.report_event(
                    event=found,
                    to=entered["to"],
                    sent_at=entered["sent"],
                    reference=entered["reference"],
                    words=entered["words"],
                    by=request.user,
                    at=timezone.now(),
                )
            if tried.done:
                messages.success(request, _("Report saved."))
                return redirect("adverse-event", found.pk)
    return _shown(request, found, sent="report", form=form)


def _report_initial(found: AdverseEvent, now: datetime) -> dict[str, Any]:
    wanted = unreported(found)
    return {"sent": now, "to": wanted[0].value if wanted else ""}


def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_event_for(request.user, pk, to=Permission.SAFETY_WRITE)
    form = typed(request, WithdrawEventForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            actions.withdraw_event(
                event=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        if tried.done:
            messages.success(request, _("Withdrawn."))
            return redirect("adverse-event", found.pk)
    return _shown(request, found, sent="withdraw", form=form)


def _shown(
    request: SignedInRequest, found: AdverseEvent, *, sent: str = "", form: BaseForm | None = None
) -> HttpResponse:
    site, now = found.site, timezone.now()
    term = term_named(pack_in_force(site), found.term)
    forms: dict[str, BaseForm] = {}
    if found.withdrawn_at is None:
        if may_on(request.user, found.patient, Permission.SAFETY_WRITE):
            forms["report"] = EventReportForm(initial=_report_initial(found, now))
            forms["withdraw"] = WithdrawEventForm()
        if may_assess(request.user, found):
            forms["assess"] = AssessForm(initial=AssessForm.filled_from(found.assessed))
    if form is not None:
        forms[sent] = form
    with timezone.override(site.zone):
        context = {
            "event": found,
            "patient": found.patient,
            "assessed": found.assessed,
            "earlier": sorted(found.assessments.all(), key=lambda each: -each.number),
            "expected": expectation_words(expectation(term, found.product)),
            "reports": reports_of(found),
            "open": open_points(found),
            "to_report": [REPORTED[each] for each in unreported(found)],
            "forms": forms,
        }
        status = 422 if form is not None and form.is_bound and form.errors else 200
        return page(request, "care/safety/event.html", context, status=status)
