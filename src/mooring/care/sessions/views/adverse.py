"""From a line of the log into the register of adverse events: the line is the first tap, its grade the second."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.safety.models import AdverseEvent
from mooring.care.safety.queries import terms_of
from mooring.care.sessions.access import get_entry_for, get_session_for
from mooring.care.sessions.actions.adverse import MAY_BE_ADVERSE, enter_from_line
from mooring.care.sessions.forms import LineEventForm
from mooring.care.sessions.kinds import entry_in_words
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import chart_of
from mooring.content.schema.safety import AdverseTerm
from mooring.identity.roles import Permission
from mooring.rules.adverse_events import suggested
from mooring.rules.session_entry import EntryKind
from mooring.sentences.adverse_events import GRADES
from mooring.work.pages import SignedInRequest, attempt, page, typed


def from_entry(request: SignedInRequest, pk: int, entry_pk: int) -> HttpResponse:
    """The line, its term, and the grades; the grade saves at once and leads back to the session."""
    session = get_session_for(request.user, pk, to=Permission.SAFETY_WRITE)
    entry = get_entry_for(request.user, session, entry_pk, to=Permission.SAFETY_WRITE)
    if entry.kind not in MAY_BE_ADVERSE:
        raise Http404
    now = timezone.now()
    term = _term_for(session, entry, now)
    form = typed(
        request,
        LineEventForm,
        terms=terms_of(session.patient.site, now),
        initial={"term": term.key if term else ""},
    )
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        with attempt(request, form) as tried:
            enter_from_line(
                session=session,
                entry=entry,
                term=entered["term"],
                words=entered["words"],
                grade=int(entered["grade"]) if entered["grade"] else None,
                by=request.user,
                at=now,
            )
        if tried.done:
            messages.success(request, _("Saved in the register of adverse events."))
            return redirect("session", session.pk)
    return _shown(request, session, entry, form, known=term is not None)


def _term_for(session: Session, entry: LogEntry, at: datetime) -> AdverseTerm | None:
    """The term that the line itself names: of a symptom's code, of an emergency's script."""
    return suggested(
        terms_of(session.patient.site, at),
        symptom=str(entry.facts.get("code", "")) if entry.kind == EntryKind.SYMPTOM else "",
        script=str(entry.facts.get("script", "")) if entry.kind == EntryKind.EMERGENCY else "",
    )


def _shown(
    request: SignedInRequest, session: Session, entry: LogEntry, form: LineEventForm, *, known: bool
) -> HttpResponse:
    chart = chart_of(session, timezone.now())
    line = next(line for line in chart.state.lines if line.entry.key == str(entry.key))
    context: dict[str, Any] = {
        "session": session,
        "patient": session.patient,
        "line": line,
        "what": entry_in_words(line.entry, chart.knowledge),
        "who": entry.by.name,
        "form": form,
        "known": known,
        "grades": [{"number": number, "name": name, "what": what} for number, (name, what) in GRADES.items()],
        "already": AdverseEvent.objects.filter(entry_key=entry.key).first(),
    }
    with timezone.override(session.patient.site.zone):
        return page(request, "care/sessions/adverse_event.html", context)
