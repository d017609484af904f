"""The patient's tablet: one large control, who is there, the next check; and the page that pairs it."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.care.sessions.access import get_session_for, get_tablet_by_code, get_tablet_for
from mooring.care.sessions.actions import make_tablet_code, pair_tablet, write_entry
from mooring.care.sessions.forms import TabletCodeForm
from mooring.care.sessions.kinds.call import Wish
from mooring.care.sessions.kinds.kind import Stage
from mooring.care.sessions.models import PatientTablet
from mooring.care.sessions.pairing import TABLET_COOKIE
from mooring.care.sessions.queries import SessionChart, chart_of
from mooring.care.sessions.views.alone import paired_context
from mooring.care.treatments.models import Touch
from mooring.identity.roles import Permission
from mooring.rules.monitoring import ObservationState
from mooring.rules.session_entry import EntryKind
from mooring.rules.session_log import MINUTE
from mooring.rules.verdict import Refused
from mooring.work.codes import in_groups
from mooring.work.pages import SignedInRequest, attempt, once_key, page


def pairing(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the team: make a code for the patient's tablet; whether one is paired."""
    to = Permission.SESSIONS_WRITE if request.method == "POST" else Permission.SESSIONS_READ
    session = get_session_for(request.user, pk, to=to)
    code, reasons = "", []
    if request.method == "POST":
        with attempt(request) as tried:
            _tablet, code = make_tablet_code(session=session, by=request.user, at=timezone.now())
        reasons = tried.reasons
    context = {
        "session": session,
        "patient": session.patient,
        "code": in_groups(code),
        "reasons": reasons,
        "tablet_address": request.build_absolute_uri(reverse("tablet")),
        "paired": session.tablets.paired().first(),
    }
    return page(request, "care/sessions/tablet/pairing.html", context, status=422 if reasons else 200)


@login_not_required
def tablet(request: HttpRequest) -> HttpResponse:
    """In the patient's hand: without a code the page asks for one, then it is locked to its session."""
    if request.method == "POST":
        return _pair(request)
    paired = get_tablet_for(request)
    if paired is None:
        over = TABLET_COOKIE.is_on(request)
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("tablet")})
        return page(request, "care/sessions/tablet/code.html", {"form": TabletCodeForm(), "over": over})
    return _shown(request, paired)


def _shown(request: HttpRequest, paired: PatientTablet) -> HttpResponse:
    session = paired.session
    chart = chart_of(session, timezone.now())
    with timezone.override(session.patient.site.zone):
        template = "state" if getattr(request, "htmx", False) else "tablet"
        context = {**tablet_context(chart), **paired_context(paired)}
        return page(request, f"care/sessions/tablet/{template}.html", context)


def tablet_context(chart: SessionChart) -> dict[str, Any]:
    """What a person in an altered state is told: who is there, when the next check is, what was agreed."""
    preparation = getattr(chart.session.cycle, "preparation", None)
    ahead = (ObservationState.OVERDUE, ObservationState.DUE, ObservationState.UPCOMING)
    waiting = [each.due_at for each in chart.schedule if each.state in ahead]
    asked = {call.what for call in chart.calls}
    called = next((call for call in chart.open_calls if call.what == Wish.COME), None)
    answered = [call for call in chart.calls if call.what == Wish.COME and call.answered_at]
    away = round((waiting[0] - chart.now) / MINUTE) if waiting else None
    return {
        "now": chart.now,
        "who": chart.sitter_name or chart.watcher_name,
        "next_min": max(away, 1) if away is not None and chart.stage != Stage.BEFORE else None,
        "called": called,
        "answered": answered[-1] if answered else None,
        "calming": preparation.calming_plan if preparation else "",
        "touch": preparation is not None and preparation.touch != Touch.NONE,
        "touch_words": preparation.get_touch_display() if preparation else "",
        "touch_withdrawn": Wish.NO_TOUCH in asked,
        "quiet": Wish.QUIET in asked,
    }


def _pair(request: HttpRequest) -> HttpResponse:
    form = TabletCodeForm(data=request.POST)
    if form.is_valid():
        waiting = get_tablet_by_code(form.cleaned_data["code"])
        now = timezone.now()
        try:
            if waiting is None:
                raise Refused(_("This code is not known. Ask the team for a new one."))
            paired, token = pair_tablet(tablet=waiting, by=waiting.session.patient.person, at=now)
        except Refused as refused:
            form.add_error("code", refused.reasons[0])
        else:
            answer = redirect("tablet")
            TABLET_COOKIE.put_on(answer, request, paired, token)
            return answer
    return page(request, "care/sessions/tablet/code.html", {"form": form, "over": False})


@login_not_required
def ask(request: HttpRequest) -> HttpResponse:
    """One tap of the patient: it becomes an entry of the log and sounds at the chair until it is answered."""
    paired = get_tablet_for(request)
    if paired is None or request.method != "POST":
        raise Http404
    what, now = request.POST.get("what", ""), timezone.now()
    chart = chart_of(paired.session, now)
    if not any(call.what == what for call in chart.open_calls):
        with attempt(request):
            write_entry(
                session=paired.session,
                kind=EntryKind.CALL,
                facts={"what": what},
                happened_at=now,
                key=once_key(request) or uuid4(),
                by=paired.session.patient.person,
                at=now,
            )
    return _shown(request, paired) if getattr(request, "htmx", False) else redirect("tablet")
