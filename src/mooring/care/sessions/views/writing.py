"""The forms of a session: each is read, done as one act, and answered with the session's page."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.sessions import actions
from mooring.care.sessions.access import get_entry_for, get_session_for
from mooring.care.sessions.forms import (
    CheckForm,
    DischargeForm,
    EndForm,
    HappenedForm,
    InterventionForm,
    NoteForm,
    SignOffForm,
    StartForm,
    SymptomForm,
    VitalsForm,
    VoidForm,
    VolumeForm,
)
from mooring.care.sessions.models import EntryKind, LogEntry, Session
from mooring.care.sessions.queries import knowledge_of, read
from mooring.care.sessions.views.session import session_page
from mooring.care.sessions.views.shown import entry_in_words
from mooring.identity.actions import confirm_signature
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, once_key, page, take_kept

WRITE = Permission.SESSIONS_WRITE


def _answer(
    request: SignedInRequest,
    session: Session,
    name: str,
    form: BaseForm,
    act: Callable[[dict[str, Any]], object],
    said: str,
) -> HttpResponse:
    """Do `act` for a valid form, once; else the session's page with the form as it was sent.

    Coming back to the address after an expired sign-in shows the page with what was typed.
    """
    if not form.is_bound:
        return redirect("session", session.pk)
    if request.method == "POST" and form.is_valid():
        given = {"session": session, "key": once_key(request) or uuid4(), "by": request.user}
        with attempt(request, form) as tried:
            act(given)
        if tried.done and not form.errors:
            repeated = _("This was stored already; nothing was written twice.")
            messages.success(request, repeated if tried.repeated else said)
            return redirect("session", session.pk)
    return session_page(request, session, sent=name, form=form)


def _typed(request: SignedInRequest) -> QueryDict | None:
    """What was sent now, or what an expired sign-in kept."""
    return request.POST if request.method == "POST" else take_kept(request)


def _times(session: Session, form: HappenedForm) -> dict[str, Any]:
    """When it happened, and now."""
    now = timezone.now()
    return {"happened_at": form.happened_at(now, session.patient.site.zone), "at": now}


def enter_volume(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_session_for(request.user, pk, to=WRITE)
    form = VolumeForm(data=_typed(request), prefix="volume")

    def act(given: dict[str, Any]) -> None:
        volume: Decimal = form.cleaned_data["volume_ml"]
        entry = actions.enter_volume(volume_ml=volume, at=timezone.now(), **given)
        if entry.facts["agrees"] is not True:
            form.add_error(
                "volume_ml",
                _("This is not the volume of the order. It is written in the log; read it again, together."),
            )

    return _answer(request, session, "volume", form, act, _("Your reading is stored."))


def start(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_session_for(request.user, pk, to=WRITE)
    form = StartForm(data=_typed(request), prefix="start")
    return _answer(
        request,
        session,
        "start",
        form,
        lambda given: actions.start_dosing(**_times(session, form), **given),
        _("Dosing has started."),
    )


def end(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_session_for(request.user, pk, to=WRITE)
    form = EndForm(data=_typed(request), prefix="end")
    return _answer(
        request,
        session,
        "end",
        form,
        lambda given: actions.end_dosing(
            given_ml=form.cleaned_data["given_ml"], **_times(session, form), **given
        ),
        _("Dosing has ended. Recovery begins."),
    )


def vitals(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_session_for(request.user, pk, to=WRITE)
    form = VitalsForm(data=_typed(request), prefix="vitals", knowledge=knowledge_of(session))
    return _answer(
        request,
        session,
        "vitals",
        form,
        lambda given: actions.log_vitals(values=form.values(), **_times(session, form), **given),
        _("Vital signs stored."),
    )


def symptom(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_session_for(request.user, pk, to=WRITE)
    form = SymptomForm(data=_typed(request), prefix="symptom", knowledge=knowledge_of(session))
    return _answer(
        request,
        session,
        "symptom",
        form,
        lambda given: actions.log_symptom(
            code=form.cleaned_data["code"],
            severity=form.cleaned_data["severity"],
            **_times(session, form),
            **given,
        ),
        _("Symptom stored."),
    )


def intervention(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_session_for(request.user, pk, to=WRITE)
    form = InterventionForm(data=_typed(request), prefix="intervention")
    return _answer(
        request,
        session,
        "intervention",
        form,
        lambda given: actions.log_intervention(
            what=form.cleaned_data["what"], text=form.cleaned_data["text"], **_times(session, form), **given
        ),
        _("Stored."),
    )


def note(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_session_for(request.user, pk, to=WRITE)
    form = NoteForm(data=_typed(request), prefix="note")
    return _answer(
        request,
        session,
        "note",
        form,
        lambda given: actions.log_note(text=form.cleaned_data["text"], **_times(session, form), **given),
        _("Note stored."),
    )


def check(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_session_for(request.user, pk, to=WRITE)
    form = CheckForm(data=_typed(request), prefix="check", knowledge=knowledge_of(session))
    return _answer(
        request,
        session,
        "check",
        form,
        lambda given: actions.log_discharge_check(answers=form.answers(), **_times(session, form), **given),
        _("Check stored."),
    )


def discharge(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_session_for(request.user, pk, to=WRITE)
    unmet = read(session, timezone.now()).discharge.findings
    form = DischargeForm(data=_typed(request), prefix="discharge", unmet=unmet)

    def act(given: dict[str, Any]) -> None:
        overrides = form.overrides()
        second = None
        if overrides:
            confirm_signature(request.user, form.cleaned_data["password"])
            second = _second(form)
        actions.discharge(overrides=overrides, second=second, at=timezone.now(), **given)

    return _answer(request, session, "discharge", form, act, _("The patient has left."))


def _second(form: DischargeForm) -> Person | None:
    """The second person, by their own password; None when nobody was named."""
    email = form.cleaned_data.get("second_email", "")
    if not email:
        return None
    found = Person.objects.filter(email=email.lower(), is_active=True).first()
    if found is None:
        raise Refused(_("Nobody here has this e-mail. The second person types their own."))
    confirm_signature(found, form.cleaned_data.get("second_password", ""))
    return found


def sign_off(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_session_for(request.user, pk, to=Permission.SESSIONS_SIGN_OFF)
    form = SignOffForm(data=_typed(request), prefix="sign_off")

    def act(given: dict[str, Any]) -> None:
        confirm_signature(request.user, form.cleaned_data["password"])
        actions.sign_off(at=timezone.now(), **given)

    return _answer(request, session, "sign_off", form, act, _("Signed off. Integration begins."))


def void(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_session_for(request.user, pk, to=WRITE)
    form = VoidForm(data=_typed(request), prefix="void")

    def act(given: dict[str, Any]) -> None:
        given.pop("key")
        actions.void_session(reason=form.cleaned_data["reason"], at=timezone.now(), **given)

    return _answer(request, session, "void", form, act, _("The session is void."))


def correct(request: SignedInRequest, pk: int, entry_pk: int) -> HttpResponse:
    """Correct one entry of the log, or say that it should not stand."""
    session = get_session_for(request.user, pk, to=WRITE)
    entry = get_entry_for(request.user, session, entry_pk)
    form = _correction_form(request, session, entry)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        with attempt(request, form) as tried:
            actions.correct_entry(
                entry=entry,
                facts=_facts(form),
                text=form.cleaned_data.get("text", ""),
                happened_at=form.happened_at(now, session.patient.site.zone)
                if form.cleaned_data.get("happened")
                else entry.at,
                withdraw="withdraw" in request.POST,
                key=once_key(request) or uuid4(),
                by=request.user,
                at=now,
            )
        if tried.done:
            messages.success(request, _("Corrected. The old entry stays, struck."))
            return redirect("session", session.pk)
    line = next(
        each for each in read(session, timezone.now()).state.lines if each.entry.key == str(entry.key)
    )
    with timezone.override(session.patient.site.zone):
        context = {
            "session": session,
            "entry": entry,
            "line": line,
            "what": entry_in_words(line.entry, knowledge_of(session)),
            "form": form,
            "may_withdraw": entry.kind not in (EntryKind.STARTED, EntryKind.DOSING_ENDED),
        }
        return page(request, "care/sessions/correct.html", context)


def _correction_form(request: SignedInRequest, session: Session, entry: LogEntry) -> HappenedForm:
    """The form of the entry's kind, filled with what was written; withdrawing asks for nothing."""
    words = getattr(entry, "words", None)
    initial = {**entry.facts, "text": words.text if words else ""}
    given: dict[str, Any] = {"initial": initial}
    if request.method == "POST":
        given["data"] = request.POST
    knowledge = knowledge_of(session)
    form: HappenedForm
    match entry.kind:
        case EntryKind.VITALS:
            form = VitalsForm(knowledge=knowledge, **given)
        case EntryKind.SYMPTOM:
            form = SymptomForm(knowledge=knowledge, **given)
        case EntryKind.DISCHARGE_CHECK:
            form = CheckForm(knowledge=knowledge, **given)
        case EntryKind.INTERVENTION:
            form = InterventionForm(**given)
        case EntryKind.NOTE:
            form = NoteForm(**given)
        case _:
            form = StartForm(**given)
    if "withdraw" in request.POST:
        for field in form.fields.values():
            field.required = False
    return form


def _facts(form: HappenedForm) -> dict[str, Any]:
    return {key: value for key, value in form.cleaned_data.items() if key not in ("happened", "text")}
