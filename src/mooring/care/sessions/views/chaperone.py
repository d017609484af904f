"""The chaperone's page on their own phone, and the page that makes its code."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.sessions.access import (
    get_console_by_code,
    get_console_for,
    get_session_for,
)
from mooring.care.sessions.actions import attest, due_at, make_console, pair_console, write_entry
from mooring.care.sessions.forms import CuffForm, TabletCodeForm
from mooring.care.sessions.kinds import entry_in_words
from mooring.care.sessions.kinds.attestation import AnswersHow
from mooring.care.sessions.kinds.call import Wish
from mooring.care.sessions.kinds.kind import Doubted
from mooring.care.sessions.models import ChaperoneConsole
from mooring.care.sessions.pairing import CONSOLE_COOKIE
from mooring.care.sessions.queries import chart_of
from mooring.care.sessions.views.alone import paired_context
from mooring.care.treatments.queries.home import arrangement_of
from mooring.identity.roles import Permission
from mooring.rules.home import STEP, Silence
from mooring.rules.session_entry import EntryKind
from mooring.rules.session_events import standing
from mooring.rules.verdict import Refused
from mooring.work.codes import in_groups
from mooring.work.pages import SignedInRequest, attempt, once_key, page

WAITS_AT_MOST = timedelta(hours=12)
DONE = (EntryKind.ATTESTATION, EntryKind.CUFF, EntryKind.CALL)


def waited(request: HttpRequest) -> timedelta:
    """How long the phone kept this tap, by its own clock alone: no clock has to be right, only to run."""
    try:
        found = timedelta(milliseconds=int(request.POST.get("waited_ms", "0")))
    except (ValueError, OverflowError):
        return timedelta(0)
    return found if timedelta(0) <= found <= WAITS_AT_MOST else timedelta(0)


def code(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the team: make the code for the chaperone's phone; whether one is paired, and when it was heard last."""
    to = Permission.SESSIONS_WRITE if request.method == "POST" else Permission.SESSIONS_READ
    session = get_session_for(request.user, pk, to=to)
    made, reasons = "", []
    if request.method == "POST":
        with attempt(request) as tried:
            _console, made = make_console(session=session, by=request.user, at=timezone.now())
        reasons = tried.reasons
    address = request.build_absolute_uri(reverse("chaperone"))
    context = {
        "session": session,
        "patient": session.patient,
        "arranged": arrangement_of(session.cycle),
        "code": in_groups(made),
        "reasons": reasons,
        "address": address,
        "link": f"{address}?code={made}" if made else "",
        "paired": session.consoles.paired().first(),
    }
    with timezone.override(session.patient.site.zone):
        return page(request, "care/sessions/chaperone/code.html", context, status=422 if reasons else 200)


@login_not_required
def chaperone(request: HttpRequest) -> HttpResponse:
    """On the chaperone's phone: without a code the page asks for one, then it is locked to its session."""
    if request.method == "POST":
        return _pair(request)
    console = get_console_for(request)
    if console is None:
        over = CONSOLE_COOKIE.is_on(request)
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("chaperone")})
        form = TabletCodeForm(initial={"code": request.GET.get("code", "")[:20]})
        return page(request, "care/sessions/chaperone/pair.html", {"form": form, "over": over})
    return _shown(request, console)


def _pair(request: HttpRequest) -> HttpResponse:
    form = TabletCodeForm(data=request.POST)
    if form.is_valid():
        waiting = get_console_by_code(form.cleaned_data["code"])
        try:
            if waiting is None:
                raise Refused(_("This code is not known. Ask the team for a new one."))
            paired, token = pair_console(console=waiting, by=waiting.person, at=timezone.now())
        except Refused as refused:
            form.add_error("code", refused.reasons[0])
        else:
            answer = redirect("chaperone")
            CONSOLE_COOKIE.put_on(answer, request, paired, token)
            return answer
    return page(request, "care/sessions/chaperone/pair.html", {"form": form, "over": False})


def _shown(
    request: HttpRequest,
    console: ChaperoneConsole,
    form: CuffForm | None = None,
    questions: list[str] | None = None,
) -> HttpResponse:
    session = console.session
    site = session.patient.site
    with timezone.override(site.zone):
        context = {
            **_context(console),
            "photo": request.GET.get("photo", ""),
            **paired_context(console),
            "form": form or CuffForm(),
            "questions": questions or [],
        }
        template = "state" if getattr(request, "htmx", False) else "chaperone"
        status = 422 if form is not None and (form.errors or questions) else 200
        return page(request, f"care/sessions/chaperone/{template}.html", context, status=status)


def _context(console: ChaperoneConsole) -> dict[str, Any]:
    session, now = console.session, timezone.now()
    chart, due = chart_of(session, now), due_at(session, now)
    done = [each for each in standing(chart.state.lines) if each.by == console.person.actor_ref]
    person = session.patient.person
    left_s = int((due - now).total_seconds()) if due else None
    return {
        "console": console,
        "arranged": console.arrangement,
        "who": person.chosen_name or person.legal_name.split()[0],
        "site": session.patient.site,
        "state": chart.state,
        "now": now,
        "due": due,
        "left_s": left_s,
        "overdue": left_s is not None and left_s < 0,
        "ladder": _ladder(console, due) if due and left_s is not None and left_s < 0 else [],
        "called": any(call.what == Wish.CHAPERONE for call in chart.open_calls),
        "answers": AnswersHow,
        "cuffed": any(each.kind == EntryKind.CUFF for each in done),
        "advice": chart.knowledge.criteria.advice,
        "done": [
            {"at": each.at, "what": entry_in_words(each, chart.knowledge)}
            for each in reversed(done)
            if each.kind in DONE
        ],
    }


def _ladder(console: ChaperoneConsole, due: Any) -> list[dict[str, Any]]:
    words = {
        Silence.CHAPERONE: _("A message to your phone."),
        Silence.PATIENT: _("A message to the patient’s phone."),
        Silence.CLINICIAN: _("{name} is asked to call you now. Please pick up.").format(
            name=console.arrangement.responsible
        ),
        Silence.WELFARE: _("The team sends {number} to {address}.").format(
            number=console.arrangement.emergency_number, address=console.arrangement.address
        ),
    }
    return [
        {"at": due + step * STEP, "what": what, "now": console.passed_on == step}
        for step, what in words.items()
    ]


@login_not_required
def answer(request: HttpRequest) -> HttpResponse:
    """One tap of the chaperone: an answer or a call. It is dated by how long the phone kept it, not by its clock."""
    console = get_console_for(request)
    if console is None or request.method != "POST":
        raise Http404
    now = timezone.now()
    session = console.session
    happened_at = max(now - waited(request), session.opened_at)
    common: dict[str, Any] = {"key": once_key(request) or uuid4(), "by": console.person, "at": now}
    answers = request.POST.get("answers", "")
    with attempt(request):
        if answers:
            attest(console=console, answers=answers, happened_at=happened_at, **common)
        else:
            write_entry(
                session=session,
                kind=EntryKind.CALL,
                facts={"what": Wish.CHAPERONE},
                happened_at=happened_at,
                **common,
            )
    return _shown(request, console) if getattr(request, "htmx", False) else redirect("chaperone")


@login_not_required
def cuff(request: HttpRequest) -> HttpResponse:
    """The numbers of the cuff; a value that is possible and unlikely is asked about once more."""
    console = get_console_for(request)
    if console is None or request.method != "POST":
        raise Http404
    form, now, questions = CuffForm(data=request.POST), timezone.now(), []
    if form.is_valid():
        with attempt(request, form) as tried:
            write_entry(
                session=console.session,
                kind=EntryKind.CUFF,
                facts=form.facts(),
                happened_at=max(now - waited(request), console.session.opened_at),
                sure=list(form.facts()) if form.cleaned_data["sure"] else (),
                key=once_key(request) or uuid4(),
                by=console.person,
                at=now,
            )
        if tried.done:
            return _shown(request, console) if getattr(request, "htmx", False) else redirect("chaperone")
        if isinstance(tried.refused, Doubted):
            questions = list(tried.refused.questions.values())
    return _shown(request, console, form, questions)
