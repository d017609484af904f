"""The forms of a session: one view takes them all, does the act, and answers with the session's page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.recording import AlreadyDone
from mooring.care.sessions import actions
from mooring.care.sessions.access import get_entry_for, get_session_for, opening_of
from mooring.care.sessions.forms import CancelForm
from mooring.care.sessions.kinds import KINDS, entry_in_words, kind_of
from mooring.care.sessions.kinds.double_check import READING
from mooring.care.sessions.kinds.kind import Correction, Doubted, EntryForm, Kind, StandsAgainst
from mooring.care.sessions.kinds.vitals import DEVICE, VitalsForm
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import SessionChart, chart_of, knowledge_of
from mooring.care.sessions.views.live import is_live, pad_context, panel_context
from mooring.care.sessions.views.offers import Offers, entry_form
from mooring.care.sessions.views.session import page_context, parts, session_page
from mooring.care.sessions.views.shown import against_rows, symptom_groups
from mooring.identity.actions import confirm_signature
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.doses.parts import DosePart
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, once_key, page, take_kept


@dataclass(frozen=True)
class Sending:
    """A valid form on its way into the log: for which session, by whom, when."""

    session: Session
    form: EntryForm
    key: UUID
    by: Person
    at: datetime

    @property
    def common(self) -> dict[str, Any]:
        return {"session": self.session, "key": self.key, "by": self.by, "at": self.at}

    tapped_at: datetime | None = None

    @property
    def happened_at(self) -> datetime:
        """The time that was typed; without one, when it was tapped, which a lost network may have kept waiting."""
        typed = self.form.happened_at
        if typed is not None:
            return typed
        if self.tapped_at is None:
            return self.at
        return min(max(self.tapped_at, self.session.opened_at), self.at)


WAITS_AT_MOST = timedelta(hours=12)
"""An entry that waited longer for the network is not dated by the device: its time is typed."""


def tapped_at(request: SignedInRequest, now: datetime) -> datetime | None:
    """When something was tapped on a device that kept it: its own clock, and by how much the server's was ahead.

    The device's clock may be hours wrong; it says so by the difference, which it measured when it last heard from
    the server.
    """
    try:
        tapped = datetime.fromisoformat(request.POST["device_at"]).astimezone(UTC)
        moment = tapped + timedelta(milliseconds=int(request.POST["offset_ms"]))
    except (KeyError, ValueError, OverflowError):
        return None
    return moment if now - WAITS_AT_MOST <= moment else None


def write(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    """Any form of the session, by the code of its kind; shown when it is opened, recorded when it is sent.

    Coming back to the address after an expired sign-in shows the page with what was typed.
    """
    kind = _kind(code)
    to = Permission.SESSIONS_SIGN_OFF if kind.code == EntryKind.SIGNED_OFF else Permission.SESSIONS_WRITE
    session = get_session_for(request.user, pk, to=to, opening=request.POST.get("opening", ""))
    with timezone.override(session.patient.site.zone):
        return _write(request, session, kind)


def _write(request: SignedInRequest, session: Session, kind: Kind) -> HttpResponse:
    form = entry_form(kind, session, request.user, data=_typed(request))
    if request.method != "POST" and request.htmx:
        return _panel(request, session, kind, form)
    tried, chart = None, None
    if request.method == "POST" and form.is_valid():
        key = once_key(request) or uuid4()
        now = timezone.now()
        sending = Sending(session, form, key, request.user, now, tapped_at(request, now))
        with attempt(request, form) as tried:
            chart = ACTS.get(kind.code, _record)(kind, sending)
        if tried.done and "withdraw" in request.POST and kind.correction == Correction.WHOLE:
            _take_back(sending)
            chart = None
        if tried.done and not form.errors:
            repeated = _("This was already saved; nothing was saved twice.")
            return _saved(request, session, kind, repeated if tried.repeated else str(kind.saved), chart)
        _put_questions(form, tried.refused)
    if request.method == "POST" and request.htmx:
        return _panel(request, session, kind, form, tried.refused if tried else None, status=422)
    refused = tried.refused if tried is not None and kind.code == EntryKind.STARTED else None
    return session_page(request, session, sent=kind.code, form=form, refused=refused)


def _saved(
    request: SignedInRequest, session: Session, kind: Kind, words: str, chart: SessionChart | None
) -> HttpResponse:
    """After an entry: what it and others' changed in the open page.

    After an act that moves the session, and without a script: the page.
    """
    if request.htmx and kind.code not in ACTS:
        opening = request.POST.get("opening") or opening_of(request.user, session)
        return parts(request, session, request.POST, opening=opening, chart=chart)
    messages.success(request, words)
    back = "session-emergency" if kind.code in (EntryKind.EMERGENCY, EntryKind.EMERGENCY_STEP) else "session"
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(back, args=[session.pk])})
    return redirect(back, session.pk)


def _panel(
    request: SignedInRequest,
    session: Session,
    kind: Kind,
    form: EntryForm,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The panel of a kind for the open page; after the discharge its bare form, for a fold."""
    chart = chart_of(session, timezone.now())
    offers = Offers(request.user, chart, kind.code, form)
    with timezone.override(session.patient.site.zone):
        context = page_context(chart, offers)
        context["against"] = (
            against_rows(refused) if refused is not None and kind.code == EntryKind.STARTED else []
        )
        if not is_live(chart):
            context |= {"kind": kind, "form": form, "symptoms": symptom_groups(chart)}
            return page(request, kind.template, context, status=status)
        if kind.code == EntryKind.VITALS:
            context |= pad_context(chart, form)
            return page(request, "care/sessions/pad.html", context, status=status)
        context |= panel_context(chart, offers, kind.code, form)
        return page(request, "care/sessions/panel.html", context, status=status)


def _put_questions(form: EntryForm, refused: Refused | None) -> None:
    """Questions about unlikely values stand under their fields; where giving more is refused, what happened is asked."""
    if isinstance(refused, Doubted) and isinstance(form, VitalsForm):
        form.ask_again(refused.questions)
    if isinstance(refused, StandsAgainst):
        form.offer_record()


def _kind(code: str) -> Kind:
    if code not in set(EntryKind):
        raise Http404
    return KINDS[EntryKind(code)]


def _typed(request: SignedInRequest) -> QueryDict | None:
    """What was sent now, or what an expired sign-in kept."""
    return request.POST if request.method == "POST" else take_kept(request)


def _record(kind: Kind, sending: Sending) -> SessionChart:
    facts = sending.form.facts()
    if facts.get(DEVICE) and not sending.session.devices.filter(pk=facts[DEVICE]).exists():
        facts.pop(DEVICE)  # of another session: the values are the person's own
    entry = actions.write_entry(
        kind=kind.code,
        facts=facts,
        text=sending.form.cleaned_data.get("text", ""),
        happened_at=sending.happened_at,
        sure=sending.form.sure(),
        **sending.common,
    )
    chart: SessionChart = entry.chart
    return chart


def _take_back(sending: Sending) -> None:
    """What was undone while it waited on a device for the network stands in the log, and withdrawn.

    Where that is refused by now, after the sign-off for example, it stands, and the form says why.
    """
    entry = LogEntry.objects.get(key=sending.key)
    if hasattr(entry, "corrected_by"):
        return
    try:
        actions.write_entry(
            kind=EntryKind(entry.kind),
            facts={},
            happened_at=entry.at,
            corrects=entry,
            withdraw=True,
            **{**sending.common, "key": uuid5(sending.key, "withdraw")},
        )
    except AlreadyDone:
        return
    except Refused as refused:
        for reason in refused.reasons:
            sending.form.add_error(None, reason)


def _enter_reading(kind: Kind, sending: Sending) -> None:
    reading = Decimal(sending.form.cleaned_data[READING])
    entry = actions.enter_reading(reading=reading, **sending.common)
    if entry.facts["agrees"] is not True:
        sending.form.add_error(
            READING, _("This is not what the order says. It is recorded in the log; read it again, together.")
        )


def _start(kind: Kind, sending: Sending) -> None:
    part = sending.form.facts()
    actions.start_dosing(happened_at=sending.happened_at, part=part, **sending.common)


def _give_part(kind: Kind, sending: Sending) -> None:
    actions.give_part(facts=sending.form.facts(), happened_at=sending.happened_at, **sending.common)


def _end(kind: Kind, sending: Sending) -> None:
    actions.end_dosing(
        given_ml=sending.form.cleaned_data.get("given_ml"),
        reason=sending.form.cleaned_data["reason"],
        text=sending.form.cleaned_data["text"],
        happened_at=sending.happened_at,
        **sending.common,
    )


def _discharge(kind: Kind, sending: Sending) -> None:
    form: Any = sending.form
    overrides = form.overrides()
    second = None
    if overrides:
        confirm_signature(sending.by, form.cleaned_data["password"])
        second = _second_person(form)
    actions.discharge(overrides=overrides, second=second, **sending.common)


def _second_person(form: BaseForm) -> Person | None:
    """The second person, by their own password; None when nobody was named."""
    email = form.cleaned_data.get("second_email", "")
    if not email:
        return None
    second = Person.objects.filter(email=email.lower(), is_active=True).first()
    if second is None:
        raise Refused(_("No colleague here has this e-mail. The second person types their own."))
    confirm_signature(second, form.cleaned_data.get("second_password", ""))
    return second


def _sign_off(kind: Kind, sending: Sending) -> None:
    confirm_signature(sending.by, sending.form.cleaned_data["password"])
    actions.sign_off(**sending.common)


ACTS: dict[EntryKind, Callable[[Kind, Sending], SessionChart | None]] = {
    EntryKind.DOUBLE_CHECK: _enter_reading,
    EntryKind.STARTED: _start,
    EntryKind.PART: _give_part,
    EntryKind.DOSING_ENDED: _end,
    EntryKind.DISCHARGED: _discharge,
    EntryKind.SIGNED_OFF: _sign_off,
}
"""The kinds that move the cycle or sign, each with its act; every other kind is recorded as it was typed."""


def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Cancel a session in which nothing was given."""
    session = get_session_for(request.user, pk, to=Permission.SESSIONS_WRITE)
    form = CancelForm(data=_typed(request), prefix="cancel")
    if request.method != "POST" and request.htmx:
        context = {"session": session, "panel_form": form, "panel": "cancel"}
        context["panel_template"] = "care/sessions/cancel.html"
        return page(request, "care/sessions/panel.html", context, status=200)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            actions.cancel_session(
                session=session, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        if tried.done:
            messages.success(request, _("The session is cancelled."))
            return redirect("session", session.pk)
    return session_page(request, session, sent="cancel", form=form)


def correct(request: SignedInRequest, pk: int, entry_pk: int) -> HttpResponse:
    """Correct one entry of the log, or withdraw it."""
    session = get_session_for(request.user, pk, to=Permission.SESSIONS_WRITE)
    entry = get_entry_for(request.user, session, entry_pk)
    with timezone.override(session.patient.site.zone):
        return _correct(request, session, entry)


def _correct(request: SignedInRequest, session: Session, entry: LogEntry) -> HttpResponse:
    kind = kind_of(entry.kind)
    form = _correction_form(request, session, entry, kind)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        with attempt(request, form) as tried:
            actions.write_entry(
                session=session,
                kind=kind.code,
                facts=form.facts(),
                text=form.cleaned_data.get("text", ""),
                happened_at=form.happened_at or entry.at,
                corrects=entry,
                withdraw="withdraw" in request.POST,
                sure=form.sure() if "withdraw" not in request.POST else (),
                key=once_key(request) or uuid4(),
                by=request.user,
                at=now,
            )
        if tried.done:
            return _corrected(request, session)
        _put_questions(form, tried.refused)
    return _correction_page(request, session, entry, kind, form)


def _corrected(request: SignedInRequest, session: Session) -> HttpResponse:
    """After a correction: the parts of the open page that asked for it, else the page."""
    if request.htmx:
        return parts(request, session, QueryDict(), opening=opening_of(request.user, session))
    messages.success(request, _("Corrected. The old entry stays in the log, struck through."))
    return redirect("session", session.pk)


def _correction_page(
    request: SignedInRequest, session: Session, entry: LogEntry, kind: Kind, form: EntryForm
) -> HttpResponse:
    line = next(
        line for line in chart_of(session, timezone.now()).state.lines if line.entry.key == str(entry.key)
    )
    with timezone.override(session.patient.site.zone):
        context = {
            "session": session,
            "patient": session.patient,
            "entry": entry,
            "line": line,
            "what": entry_in_words(line.entry, knowledge_of(session)),
            "form": form,
            "may_withdraw": kind.correction == Correction.WHOLE,
        }
        return page(request, "care/sessions/correct.html", context)


def _correction_form(request: SignedInRequest, session: Session, entry: LogEntry, kind: Kind) -> EntryForm:
    """The form of the entry's kind, filled with what was recorded; withdrawing asks for nothing."""
    words = getattr(entry, "words", None)
    form = kind.form(
        data=request.POST if request.method == "POST" else None,
        initial={**entry.facts, "text": words.text if words else ""},
        knowledge=knowledge_of(session),
        dose=session.order.ordered,
        part=_part_of(session, entry) if kind.code == EntryKind.PART else None,
    )
    if "withdraw" in request.POST:
        for field in form.fields.values():
            field.required = False
    return form


def _part_of(session: Session, entry: LogEntry) -> DosePart | None:
    """The part of the order that an entry of the log recorded."""
    parts = session.order.ordered.parts
    return next((part for part in parts if part.number == entry.facts.get("number")), None)
