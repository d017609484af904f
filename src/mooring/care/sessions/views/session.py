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
from mooring.care.sessions.forms import OpenForm
from mooring.care.sessions.kinds import KINDS, kind_of
from mooring.care.sessions.kinds.symptom import severity_words
from mooring.care.sessions.models import Session, SessionState
from mooring.care.sessions.queries import SessionChart, chart_of, knowledge_of, rooms_of, session_of
from mooring.care.sessions.views import shown
from mooring.care.sessions.views.alone import GATED, kept_context, pack_now, pack_rules
from mooring.care.sessions.views.device_shown import device_shown
from mooring.care.sessions.views.figure import vitals_figure
from mooring.care.sessions.views.live import is_live, live_context, pad_context, panel_context
from mooring.care.sessions.views.offers import Offers, entry_form
from mooring.care.treatments.access import get_cycle_for
from mooring.care.treatments.queries import live_order_of, where_of
from mooring.identity.roles import Permission
from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page

MOST_DIGITS = 18
"""A number of a row has no more; what an address says is no number otherwise."""


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
    """The page; with a panel open when a form is named (`sent`), answered with 422 when it was refused.

    A start that facts speak against (`refused`) lists each with who can close it, before all else.
    """
    status = 422 if request.method == "POST" and form is not None else 200
    chart = chart_of(record, timezone.now())
    offers = Offers(request.user, chart, sent, form)
    with timezone.override(record.patient.site.zone):
        context = page_context(chart, offers)
        context["against"] = shown.against_rows(refused) if refused else []
        context["opening"] = opening_of(request.user, record)
        context["again"] = _again_address(context, _stage(chart))
        if not is_live(chart):
            context |= _forms(offers, chart)
            return page(request, "care/sessions/session.html", context, status=status)
        context |= {"gated": " ".join(GATED), "pack_rules": pack_rules(chart)}
        if offers.open:
            context |= kept_context(request.user, record)
            context |= _panels(offers, chart, sent, form)
        return page(request, "care/sessions/live.html", context, status=status)


def page_context(chart: SessionChart, offers: Offers) -> dict[str, Any]:
    """What the page and its panels show."""
    return {
        **_now_context(chart, offers),
        **_log_context(chart),
        "allergies": allergies_in_words(list(allergies_of(chart.session.patient))),
    }


def _now_context(chart: SessionChart, offers: Offers) -> dict[str, Any]:
    """What the clock alone changes, and what presses: every answer to the open page has it."""
    live = is_live(chart)
    return {
        **_context(chart),
        **(live_context(chart, offers) if live else {}),
        "offers": offers,
        "live": live,
        "pack_now": pack_now(chart) if live else None,
        "device": device_shown(chart) if live else None,
        "may_write": offers.may_write,
    }


def _log_context(chart: SessionChart) -> dict[str, Any]:
    """What only an entry changes."""
    return {**_told(chart), "log": shown.log_rows(chart)}


def _panels(offers: Offers, chart: SessionChart, sent: str, form: BaseForm | None) -> dict[str, Any]:
    """The pad, which always lies in the page, and the panel that is open, if one is."""
    pad = form if sent == EntryKind.VITALS and form is not None else None
    vitals = KINDS[EntryKind.VITALS]
    context = pad_context(chart, pad or entry_form(vitals, chart.session, offers.person, chart=chart))
    context["open_panel"] = sent
    if sent == "cancel":
        context |= {"panel": sent, "panel_form": form, "panel_template": "care/sessions/cancel.html"}
    elif sent and sent != EntryKind.VITALS:
        context |= panel_context(chart, offers, EntryKind(sent), form)
    return context


def _forms(offers: Offers, chart: SessionChart) -> dict[str, Any]:
    """The forms that this person may send after the discharge; folded ones are fetched when they are opened."""
    return {
        "recording": offers.recording(),
        "acknowledgement": offers.act(EntryKind.ACKNOWLEDGEMENT),
        "sign_off": offers.act(EntryKind.SIGNED_OFF),
        "symptoms": shown.symptom_groups(chart),
    }


def again(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the open page shows again: the time, what is due, and what was recorded since. No form is replaced.

    It belongs to the opening that the page came with, so it writes no opening of its own.
    """
    opening = request.GET.get("opening", "")
    return parts(request, get_session_again(request.user, pk, opening=opening), request.GET, opening=opening)


def parts(
    request: SignedInRequest,
    record: Session,
    said: QueryDict,
    *,
    opening: str,
    chart: SessionChart | None = None,
) -> HttpResponse:
    """The parts of the open page as they now stand; those that only an entry changes when one came since `seen`.

    The page says (`said`) its stage and the last entry that it has seen. Where the newer ones come after all others
    and change none of them, their lines are answered alone, and the figure where something was measured. `chart` is
    the one that an act read just now.
    """
    chart = chart or chart_of(record, timezone.now())
    shows = said.get("seen", "")
    seen = int(shows) if shows.isdecimal() and len(shows) <= MOST_DIGITS else 0
    new = [row.entry for row in chart.log.rows if row.pk > seen]
    moving = any(entry.corrects or kind_of(entry.kind).by_act for entry in new)
    with timezone.override(record.patient.site.zone):
        if not is_live(chart) or moving or not _are_last(chart, new):
            changed = {"anew": bool(new), **(_log_context(chart) if new else {})}
        else:
            measured = any(entry.kind == EntryKind.VITALS for entry in new)
            changed = {"lines": shown.log_rows(chart, seen), "measured": measured}
            changed |= {"figure": vitals_figure(chart)} if measured and chart.state.started_at else {}
        stage = said.get("stage", "")
        context = {
            **_now_context(chart, Offers(request.user, chart)),
            "opening": opening,
            "moved": bool(stage) and stage != _stage(chart),
            **changed,
        }
        context["again"] = _again_address(context, stage or _stage(chart))
        context["other_taps"] = said.get("taps") != context.get("taps_shown")
        return page(request, "care/sessions/again.html", context)


def _are_last(chart: SessionChart, new: list[LoggedEntry]) -> bool:
    """Whether these happened after all others; what is sent late stands further down in the log."""
    lines = chart.state.lines[len(chart.state.lines) - len(new) :]
    return {line.entry.key for line in lines} == {entry.key for entry in new}


def _again_address(context: dict[str, Any], stage: str) -> str:
    """Where the page asks again; it names the stage whose forms it shows, its buttons, and the last entry that it has."""
    record = context["session"]
    if record.state != SessionState.OPEN:
        return ""
    asked = QueryDict(mutable=True)
    asked.update({"opening": context["opening"], "seen": context["newest"], "stage": stage})
    if "taps_shown" in context:
        asked["taps"] = context["taps_shown"]
    return f"{reverse('session-again', args=[record.pk])}?{asked.urlencode()}"


def _stage(chart: SessionChart) -> str:
    """What decides which page it is: when it changes, the page offers to be shown again.

    While the patient is in the room the parts change by themselves, whatever the next step is.
    """
    session = chart.session
    if is_live(chart):
        return "live"
    return f"{session.state}-{session.cycle.phase}-{len(chart.state.confirmed_by)}-{len(chart.open_reds)}"


def _context(chart: SessionChart) -> dict[str, Any]:
    """Whose session it is, what it gives, and where it stands now."""
    session, state, alerts = chart.session, chart.state, shown.alert_rows(chart)
    return {
        "now": chart.now,
        "session": session,
        "patient": session.patient,
        "order": session.order,
        "cycle": session.cycle,
        "dose": shown.dose_rows(chart),
        "state": state,
        "newest": str(chart.log.tally.newest),
        "minute": state.minute(state.discharged_at or chart.now),
        "scheduled": shown.schedule_rows(chart),
        "last": shown.last_signs(chart),
        "alerts": alerts,
        "open_reds": [row for row in alerts if row["open"]],
        "knowledge": chart.knowledge,
    }


def _told(chart: SessionChart) -> dict[str, Any]:
    """What the page and the summary both tell of the log."""
    state, cycle = chart.state, chart.session.cycle
    return {
        "preparation": getattr(cycle, "preparation", None),
        "phases": shown.phases(cycle.phase),
        "confirmed": [chart.names[person] for person in state.confirmed_by],
        "figure": vitals_figure(chart) if state.started_at else None,
        "gate": shown.gate(chart) if state.ended_at else None,
        "discharge": chart.discharge if state.ended_at and not state.discharged_at else None,
        "safety": chart.safety,
        "counts": shown.safety_counts(chart),
        "interventions": shown.intervention_rows(chart),
        "worst": [
            (symptom, chart.knowledge.symptom(symptom.code), severity_words(symptom.severity))
            for symptom in chart.safety.symptoms
        ],
        "advice": chart.knowledge.criteria.advice,
        "at_home": where_of(cycle.treatment).setting == "at-home",
    }


def summary(request: SignedInRequest, pk: int) -> HttpResponse:
    """The session on paper, folded from its log."""
    with looking_at(request.path[:120], kind=AccessKind.PRINT):
        record = get_session_for(request.user, pk)
    now = timezone.now()
    chart = chart_of(record, now)
    with timezone.override(record.patient.site.zone):
        context = {
            **_context(chart),
            **_told(chart),
            "rems": chart.monitoring_facts,
            "log": shown.log_rows(chart)[::-1],
        }
        return page(request, "care/sessions/summary.html", context)


def script(request: SignedInRequest, pk: int, item: str) -> HttpResponse:
    """An emergency script of the pack that the session began with, and the numbers of its site."""
    record = get_session_for(request.user, pk)
    found = knowledge_of(record).script(item)
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
    form = OpenForm(data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with attempt(request) as tried:
            open_session(cycle=cycle, by=request.user, at=timezone.now(), room=form.cleaned_data["room"])
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
            "form": form,
            "rooms": rooms_of(patient.site_id),
        }
        return page(request, "care/sessions/open.html", context, status=422 if reasons else 200)
