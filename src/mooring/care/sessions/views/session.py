"""The pages that show a session: the session itself, its summary on paper, and opening one."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.looking import looking_at
from mooring.audit.models import AccessKind
from mooring.care.observations.queries import allergies_in_words, allergies_of
from mooring.care.patients.access import may_on
from mooring.care.sessions.access import get_session_again, get_session_for, opening_of
from mooring.care.sessions.actions import open_session
from mooring.care.sessions.kinds.symptom import severity_words
from mooring.care.sessions.models import LogEntry, Session, SessionState
from mooring.care.sessions.queries import (
    SessionChart,
    chart_of,
    entries_of,
    knowledge_of,
    session_of,
)
from mooring.care.sessions.views import shown
from mooring.care.sessions.views.figure import vitals_figure
from mooring.care.sessions.views.offers import END_NEAR_MIN, Offers
from mooring.care.treatments.access import get_cycle_for
from mooring.care.treatments.queries import live_order_of
from mooring.identity.roles import Permission
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page


def session(request: SignedInRequest, pk: int) -> HttpResponse:
    """One dosing session: what is due, what was observed, what may be done now."""
    return session_page(request, get_session_for(request.user, pk))


def session_page(
    request: SignedInRequest,
    record: Session,
    *,
    sent: str = "",
    form: BaseForm | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    """The page; after a refused act with the form (`sent` names it) that was sent, answered with 422.

    A start that facts speak against (`refused`) lists each with who can close it, before all else.
    """
    status = 422 if request.method == "POST" and form is not None else 200
    rows = entries_of(record)
    chart = chart_of(record, timezone.now(), rows)
    offers = Offers(request.user, chart, sent, form)
    with timezone.override(record.patient.site.zone):
        context = {**_context(chart, rows), **_forms(offers, chart)}
        context["log"] = shown.log_rows(chart, rows)
        context["may_write"] = offers.may_write
        context["against"] = shown.against_rows(refused) if refused else []
        context["allergies"] = allergies_in_words(list(allergies_of(record.patient)))
        opening = opening_of(request.user, record)
        context["again"] = _again_address(record, opening, rows, _stage(chart))
        return page(request, "care/sessions/session.html", context, status=status)


def _forms(offers: Offers, chart: SessionChart) -> dict[str, Any]:
    """The forms that this person may send now; those that are folded are fetched when they are opened."""
    scheduled = shown.schedule_rows(chart)
    minute = chart.state.minute(chart.now) or 0
    end_near = minute >= chart.dose.form.planned_min - END_NEAR_MIN
    start = offers.act(EntryKind.STARTED)
    return {
        "offers": offers,
        "recording": offers.recording(pressing=not chart.state.vitals or bool(scheduled["pressing"])),
        "part": offers.act(EntryKind.PART),
        "double_check": offers.act(EntryKind.DOUBLE_CHECK, rendered=start is None),
        "start": start,
        "end": offers.act(EntryKind.DOSING_ENDED, rendered=end_near or bool(chart.alerts)),
        "end_near": end_near,
        "discharge_check": offers.act(EntryKind.DISCHARGE_CHECK),
        "discharge_form": offers.act(EntryKind.DISCHARGED),
        "acknowledgement": offers.act(EntryKind.ACKNOWLEDGEMENT),
        "sign_off": offers.act(EntryKind.SIGNED_OFF),
        "symptoms": shown.symptom_groups(chart),
    }


def again(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the open page shows again: the time, what is due, and what was recorded since. No form is replaced.

    It belongs to the opening that the page came with, so it writes no opening of its own.
    """
    opening = request.GET.get("opening", "")
    record = get_session_again(request.user, pk, opening=opening)
    rows = entries_of(record)
    chart = chart_of(record, timezone.now(), rows)
    stage = request.GET.get("stage", "")
    with timezone.override(record.patient.site.zone):
        context = {
            **_context(chart, rows),
            "log": shown.log_rows(chart, rows),
            "may_write": may_on(request.user, record.patient, Permission.SESSIONS_WRITE),
            "again": _again_address(record, opening, rows, stage),
            "moved": stage != _stage(chart),
            "anew": request.GET.get("seen", "") != _newest(rows),
        }
        return page(request, "care/sessions/again.html", context)


def _again_address(record: Session, opening: str, rows: list[LogEntry], stage: str) -> str:
    """Where the page asks again; it names the stage whose forms it shows and the last entry that it has."""
    if record.state != SessionState.OPEN:
        return ""
    asked = QueryDict(mutable=True)
    asked.update({"opening": opening, "seen": _newest(rows), "stage": stage})
    return f"{reverse('session-again', args=[record.pk])}?{asked.urlencode()}"


def _newest(rows: list[LogEntry]) -> str:
    return str(rows[-1].pk if rows else 0)


def _stage(chart: SessionChart) -> str:
    """What decides which forms the page shows: when it changes, the page offers to be shown again."""
    session = chart.session
    return f"{session.state}-{session.cycle.phase}-{len(chart.state.confirmed_by)}-{len(chart.open_reds)}"


def _context(chart: SessionChart, rows: list[LogEntry]) -> dict[str, Any]:
    """What the page and the summary both tell."""
    session, state, cycle = chart.session, chart.state, chart.session.cycle
    names = {row.by.actor_ref: row.by.name for row in rows}
    return {
        "now": chart.now,
        "session": session,
        "patient": session.patient,
        "order": session.order,
        "cycle": cycle,
        "preparation": getattr(cycle, "preparation", None),
        "dose": shown.dose_rows(chart),
        "phases": shown.phases(cycle.phase),
        "state": state,
        "minute": state.minute(state.discharged_at or chart.now),
        "confirmed": [names[person] for person in state.confirmed_by],
        "scheduled": shown.schedule_rows(chart),
        "last": shown.last_signs(chart),
        "figure": vitals_figure(chart) if state.started_at else None,
        "alerts": shown.alert_rows(chart),
        "gate": shown.gate(chart) if state.ended_at else None,
        "discharge": chart.discharge if state.ended_at and not state.discharged_at else None,
        "safety": chart.safety,
        "counts": shown.safety_counts(chart),
        "interventions": shown.intervention_rows(chart),
        "worst": [
            (symptom, chart.knowledge.symptom(symptom.code), severity_words(symptom.severity))
            for symptom in chart.safety.symptoms
        ],
        "knowledge": chart.knowledge,
        "advice": chart.knowledge.criteria.advice,
    }


def summary(request: SignedInRequest, pk: int) -> HttpResponse:
    """The session on paper, folded from its log."""
    with looking_at(request.path[:120], kind=AccessKind.PRINT):
        record = get_session_for(request.user, pk)
    now = timezone.now()
    rows = entries_of(record)
    chart = chart_of(record, now, rows)
    with timezone.override(record.patient.site.zone):
        context = {**_context(chart, rows), "log": shown.log_rows(chart, rows)[::-1]}
        return page(request, "care/sessions/summary.html", context)


def script(request: SignedInRequest, pk: int, item: str) -> HttpResponse:
    """An emergency script of the pack that the session began with, and the numbers of its site."""
    record = get_session_for(request.user, pk)
    knowledge = knowledge_of(record)
    on = record.patient.site.today(record.opened_at)
    found = next((each for each in knowledge.pack.scripts.in_force(on) if each.id == item), None)
    if found is None:
        raise Http404
    context = {"session": record, "patient": record.patient, "site": record.patient.site, "script": found}
    return page(request, "care/sessions/script.html", context)


def of_cycle(request: SignedInRequest, pk: int) -> HttpResponse:
    """The session of a cycle: continued where there is one, else opened here with the order in view."""
    to = Permission.SESSIONS_READ if request.method == "GET" else Permission.SESSIONS_WRITE
    cycle = get_cycle_for(request.user, pk, to=to)
    standing = session_of(cycle)
    if standing is not None:
        return redirect("session", standing.pk)
    reasons: list[str] = []
    if request.method == "POST":
        with attempt(request) as tried:
            open_session(cycle=cycle, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(
                request, _("The session is open. The vital signs and the double check come next.")
            )
            return redirect("session-of-cycle", cycle.pk)
        reasons = tried.reasons
    patient = cycle.treatment.patient
    with timezone.override(patient.site.zone):
        context = {
            "cycle": cycle,
            "patient": patient,
            "order": live_order_of(cycle),
            "may_open": may_on(request.user, patient, Permission.SESSIONS_WRITE),
            "reasons": reasons,
        }
        return page(request, "care/sessions/open.html", context, status=422 if reasons else 200)
