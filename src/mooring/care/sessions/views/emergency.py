"""An emergency in a session: calling the team, the script of the moment on one clock, the sheet for the crew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.looking import looking_at
from mooring.audit.models import AccessKind
from mooring.care.observations.queries import allergies_in_words, allergies_of, medicines_of
from mooring.care.patients.access import may_on
from mooring.care.sessions.access import (
    crew_link_of,
    get_session_again,
    get_session_for,
    get_session_for_crew,
    opening_of,
)
from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.actions.alert_tasks import EMERGENCY, EMERGENCY_DESK
from mooring.care.sessions.kinds import vitals
from mooring.care.sessions.kinds.emergency_over import StandDownForm
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import SessionChart, chart_of
from mooring.care.sessions.views import shown
from mooring.care.sessions.views.alone import kept_context
from mooring.care.treatments.queries import escorts_of
from mooring.content.schema.monitoring import EmergencyScript
from mooring.identity.roles import Permission
from mooring.rules.session_entry import EntryKind
from mooring.rules.session_events import Emergency
from mooring.work.pages import SignedInRequest, attempt, once_key, page
from mooring.work.queries import open_tasks_about


@dataclass(frozen=True)
class StepRow:
    """One step of the script: its words, who does it, and when and by whom it was done."""

    number: int
    words: str
    who: str
    done_at: datetime | None
    done_by: str
    now: bool


def emergency(request: SignedInRequest, pk: int) -> HttpResponse:
    """Call the team (POST), and the script of the moment; one emergency at a time, whoever presses first."""
    opening = request.GET.get("opening", "")
    if request.method == "GET" and request.htmx and opening:
        record = get_session_again(request.user, pk, opening=opening)
    else:
        to = Permission.SESSIONS_WRITE if request.method == "POST" else Permission.SESSIONS_READ
        record = get_session_for(request.user, pk, to=to)
    chart = chart_of(record, timezone.now())
    if request.method == "POST":
        return _raise(request, record, chart)
    if chart.emergency is None and not request.htmx:
        return redirect("session", record.pk)
    with timezone.override(record.patient.site.zone):
        opening = opening or opening_of(request.user, record)
        context = {**_context(request, chart), "opening": opening}
        if context["may_write"]:
            context |= kept_context(request.user, record)
        name = "steps" if request.htmx else "emergency"
        return page(request, f"care/sessions/emergency/{name}.html", context)


def _raise(request: SignedInRequest, record: Session, chart: SessionChart) -> HttpResponse:
    """The entry that calls the team; with the script of the red alert that is open, if there is one."""
    if chart.emergency is None:
        now = timezone.now()
        script = next((alert.script for alert in reversed(chart.open_reds) if alert.script), "")
        with attempt(request):
            write_entry(
                session=record,
                kind=EntryKind.EMERGENCY,
                facts={"script": script},
                happened_at=now,
                key=once_key(request) or uuid4(),
                by=request.user,
                at=now,
            )
    return redirect("session-emergency", record.pk)


def _context(request: SignedInRequest, chart: SessionChart) -> dict[str, Any]:
    found = chart.emergency
    script = chart.knowledge.script(found.script) if found else None
    tasks = open_tasks_about(chart.session).filter(kind__in=(EMERGENCY, EMERGENCY_DESK)) if found else []
    names = chart.names
    last = chart.state.vitals[-1] if chart.state.vitals else None
    return {
        **crew_context(chart),
        "emergency": found,
        "script": script,
        **scripts_alone(chart),
        "standing_orders": chart.knowledge.orders_for(script.id) if script else [],
        "steps": _steps(found, script, names) if found and script else [],
        "told": [task.owner or task.get_role_display() for task in tasks],
        "called_by": names.get(found.by, "") if found else "",
        "measured_at": last.at if last else None,
        "stand_down": StandDownForm(prefix=EntryKind.EMERGENCY_OVER, knowledge=chart.knowledge),
        "may_write": may_on(request.user, chart.session.patient, Permission.SESSIONS_WRITE),
    }


def scripts_alone(chart: SessionChart) -> dict[str, Any]:
    """Every script with the site's standing orders for it, as the page carries them for a time without a network."""
    scripts = chart.knowledge.scripts
    pairs = [(script, chart.knowledge.orders_for(script.id)) for script in scripts]
    return {"scripts": scripts, "scripts_alone": pairs}


def _steps(found: Emergency, script: EmergencyScript, names: Mapping[str, str]) -> list[StepRow]:
    rows = []
    for number, step in enumerate(script.steps, start=1):
        done = found.steps.get(number)
        rows.append(
            StepRow(
                number,
                step.words,
                step.who,
                done.at if done else None,
                names.get(done.by, "") if done else "",
                number == found.next_step,
            )
        )
    return rows


def crew_context(chart: SessionChart) -> dict[str, Any]:
    """What an ambulance crew asks: who, how heavy, what was given when, the last signs, allergies, medicines."""
    session = chart.session
    patient = session.patient
    return {
        "session": session,
        "patient": patient,
        "site": patient.site,
        "order": session.order,
        "state": chart.state,
        "dose": shown.dose_rows(chart),
        "now": chart.now,
        "age": patient.age_on(patient.site.today(chart.now)),
        "allergies": allergies_in_words(list(allergies_of(patient))),
        "medicines": list(medicines_of(patient)),
        "escorts": list(escorts_of(patient)),
        "last": shown.last_signs(chart),
        "before": vitals.signs_in_words(chart.baseline, chart.knowledge),
        "interventions": shown.intervention_rows(chart),
    }


def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sheet for the crew, for a phone and for paper; printing is an opening of its own in the access history."""
    with looking_at(request.path[:120], kind=AccessKind.PRINT):
        record = get_session_for(request.user, pk)
    token = crew_link_of(request.user, record)
    address = request.build_absolute_uri(reverse("session-crew-link", args=[token]))
    return _sheet(request, record, {"link": address, "qr": as_qr(address)})


@login_not_required
def crew(request: HttpRequest, token: str) -> HttpResponse:
    """The same sheet on a crew's phone, without a sign-in: read only, for an hour, nothing else behind it."""
    why = _("shown to an ambulance crew")
    with looking_at(reverse("session-crew-link", args=["-"]), kind=AccessKind.PRINT, reason=why):
        record = get_session_for_crew(token)
    answer = _sheet(request, record, {"for_crew": True})
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _sheet(request: HttpRequest, record: Session, more: dict[str, Any]) -> HttpResponse:
    chart = chart_of(record, timezone.now())
    name = "phone" if more.get("for_crew") else "sheet"
    with timezone.override(record.patient.site.zone):
        return page(request, f"care/sessions/emergency/{name}.html", {**crew_context(chart), **more})


def as_qr(text: str) -> str:
    """A text as a QR code, for an `img`."""
    return str(segno.make(text, error="m").svg_data_uri(border=2, scale=4, dark="#23211c", light="#fffdfa"))
