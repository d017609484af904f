"""The pages that show a session: the session itself, its summary on paper, and opening one."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
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
from mooring.care.sessions.forms import (
    CheckForm,
    DischargeForm,
    EndForm,
    InterventionForm,
    NoteForm,
    SignOffForm,
    StartForm,
    SymptomForm,
    VitalsForm,
    VoidForm,
    VolumeForm,
)
from mooring.care.sessions.models import LogEntry, Session, SessionState
from mooring.care.sessions.queries import Reading, entries_of, read, session_of
from mooring.care.sessions.views import shown
from mooring.care.treatments.access import get_cycle_for
from mooring.care.treatments.models import Cycle, Phase, Preparation
from mooring.care.treatments.queries import live_order_of
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.work.pages import SignedInRequest, attempt, page

END_NEAR_MIN = 5
"""So many minutes before the order runs out its end is asked for; before that it is a fold, not one tap away."""


def session(request: SignedInRequest, pk: int) -> HttpResponse:
    """One dosing session: what is due, what was seen, what may be done now."""
    return session_page(request, get_session_for(request.user, pk))


def session_page(
    request: SignedInRequest, record: Session, *, sent: str = "", form: BaseForm | None = None
) -> HttpResponse:
    """The page; after a refused act with the form (`sent` names it) that was sent, answered with 422."""
    status = 422 if request.method == "POST" and form is not None else 200
    rows = entries_of(record)
    reading = read(record, timezone.now(), rows)
    cycle = Cycle.objects.select_related("treatment").get(pk=record.cycle_id)
    forms = forms_of(request.user, reading, cycle.phase)
    if form is not None:
        forms[sent] = form
    with timezone.override(record.patient.site.zone):
        context = {
            **_told(reading, cycle),
            **_live(request.user, reading, rows),
            "sent": sent,
            "forms": forms,
            "symptoms": _symptom_groups(reading),
            "allergies": allergies_in_words(list(allergies_of(record.patient))),
        }
        context["end_near"] = (context["minute"] or 0) >= record.order.duration_min - END_NEAR_MIN
        context["vitals_open"] = not context["last"] or bool(context["looks"]["pressing"])
        opening = opening_of(request.user, record)
        context["again"] = _again_address(record, opening, rows, _stage(reading, cycle))
        return page(request, "care/sessions/session.html", context, status=status)


def again(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the open page shows anew: the time, what is due, and what was written since. No form is replaced.

    It belongs to the opening that the page came with, so it writes no opening of its own.
    """
    opening = request.GET.get("opening", "")
    record = get_session_again(request.user, pk, opening=opening)
    rows = entries_of(record)
    reading = read(record, timezone.now(), rows)
    cycle = Cycle.objects.select_related("treatment").get(pk=record.cycle_id)
    stage = request.GET.get("stage", "")
    with timezone.override(record.patient.site.zone):
        context = {
            **_told(reading, cycle),
            **_live(request.user, reading, rows),
            "again": _again_address(record, opening, rows, stage),
            "moved": stage != _stage(reading, cycle),
            "anew": request.GET.get("seen", "") != _seen(rows),
        }
        return page(request, "care/sessions/again.html", context)


def _live(person: Person, reading: Reading, rows: list[LogEntry]) -> dict[str, Any]:
    """The parts that change while the page is open."""
    return {
        "log": shown.log_rows(reading, rows),
        "may_write": may_on(person, reading.session.patient, Permission.SESSIONS_WRITE),
        "now": reading.now,
    }


def _again_address(record: Session, opening: str, rows: list[LogEntry], stage: str) -> str:
    """Where the page looks again; it names the stage whose forms it shows and the last entry that it has."""
    if record.state != SessionState.OPEN:
        return ""
    asked = QueryDict(mutable=True)
    asked.update({"opening": opening, "seen": _seen(rows), "stage": stage})
    return f"{reverse('session-again', args=[record.pk])}?{asked.urlencode()}"


def _seen(rows: list[LogEntry]) -> str:
    return str(rows[-1].pk if rows else 0)


def _stage(reading: Reading, cycle: Cycle) -> str:
    """What decides which forms the page shows: when it changes, the page offers to be shown anew."""
    return f"{reading.session.state}-{cycle.phase}-{len(reading.state.confirmed_by)}"


def forms_of(person: Person, reading: Reading, phase: str) -> dict[str, BaseForm]:
    """The forms that this person may send now, by name."""
    record, state, knowledge = reading.session, reading.state, reading.knowledge
    if record.state != SessionState.OPEN or not may_on(person, record.patient, Permission.SESSIONS_WRITE):
        return {}
    forms: dict[str, BaseForm] = {
        "symptom": SymptomForm(prefix="symptom", knowledge=knowledge),
        "intervention": InterventionForm(prefix="intervention"),
        "vitals": VitalsForm(prefix="vitals", knowledge=knowledge),
        "note": NoteForm(prefix="note"),
    }
    if state.started_at is None:
        forms |= {"volume": VolumeForm(prefix="volume"), "void": VoidForm(prefix="void")}
        if len(state.confirmed_by) >= 2:
            forms["start"] = StartForm(prefix="start")
    elif phase == Phase.DOSING:
        volume = shown.plain_ml(record.order.volume_ml)
        forms["end"] = EndForm(prefix="end", initial={"given_ml": volume})
    elif phase == Phase.RECOVERY:
        unmet = reading.discharge.findings if _may_sign_off(person, record) else ()
        forms |= {
            "check": CheckForm(prefix="check", knowledge=knowledge),
            "discharge": DischargeForm(prefix="discharge", unmet=unmet),
        }
    elif state.discharged_at is not None:
        forms = {"note": forms["note"], "vitals": forms["vitals"], "symptom": forms["symptom"]}
        if _may_sign_off(person, record):
            forms["sign_off"] = SignOffForm(prefix="sign_off")
    return forms


def _may_sign_off(person: Person, record: Session) -> bool:
    return may_on(person, record.patient, Permission.SESSIONS_SIGN_OFF)


def _told(reading: Reading, cycle: Cycle) -> dict[str, Any]:
    """What both the page and the paper show."""
    state, record = reading.state, reading.session
    people = {each.actor_ref: each.name for each in Person.objects.filter(pk__in=_authors(reading))}
    return {
        "session": record,
        "patient": record.patient,
        "order": record.order,
        "cycle": cycle,
        "preparation": Preparation.objects.filter(cycle=cycle).first(),
        "phases": shown.phases(cycle.phase),
        "state": state,
        "minute": state.minute(state.discharged_at or reading.now),
        "confirmed": [people[each] for each in state.confirmed_by],
        "looks": shown.looks_rows(reading),
        "last": shown.last_signs(reading),
        "figure": shown.vitals_figure(reading) if state.started_at else None,
        "alerts": shown.alert_rows(reading.alerts, reading),
        "gate": shown.gate(reading) if state.ended_at else None,
        "discharge": reading.discharge if state.ended_at and not state.discharged_at else None,
        "safety": reading.safety,
        "deeds": shown.deed_rows(reading),
        "worst": [
            (each, reading.knowledge.symptom(each.code), shown.STRENGTH[each.severity])
            for each in reading.safety.sightings
        ],
        "knowledge": reading.knowledge,
        "advice": reading.knowledge.criteria.advice,
    }


def _authors(reading: Reading) -> set[int]:
    return {int(line.entry.by.rpartition(":")[2]) for line in reading.state.lines}


def _symptom_groups(reading: Reading) -> list[dict[str, Any]]:
    """The pack's symptoms as groups of buttons: what was seen in this session, what calls for help, the rest."""
    seen = {each.code for each in reading.safety.sightings}
    again = [each for each in reading.knowledge.symptoms if each.code in seen]
    groups: dict[str, list[Any]] = {_("Seen in this session"): again, _("Call for help"): []}
    for each in reading.knowledge.symptoms:
        group = _("Call for help") if each.nature == "crisis" else each.group
        groups.setdefault(group, []).append(each)
    return [{"name": name, "symptoms": found} for name, found in groups.items() if found]


def summary(request: SignedInRequest, pk: int) -> HttpResponse:
    """The session on paper, folded from its log."""
    with looking_at(request.path[:120], kind=AccessKind.PRINT):
        record = get_session_for(request.user, pk)
    now = timezone.now()
    rows = entries_of(record)
    reading = read(record, now, rows)
    cycle = Cycle.objects.select_related("treatment").get(pk=record.cycle_id)
    with timezone.override(record.patient.site.zone):
        context = {**_told(reading, cycle), "log": shown.log_rows(reading, rows)[::-1], "now": now}
        return page(request, "care/sessions/summary.html", context)


def of_cycle(request: SignedInRequest, pk: int) -> HttpResponse:
    """The session of a cycle: gone on with where there is one, else opened here with the order in view."""
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
            messages.success(request, _("The session is open. Two people read the volume next."))
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
