"""The page of a group: everybody's state on one page, one line written for all, each in their own record."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mooring.audit.looking import saw
from mooring.care.sessions.access import get_group_for, opening_of
from mooring.care.sessions.actions.groups import (
    change_team,
    close_group,
    join_group,
    open_group,
    withdraw_shared,
    write_shared,
)
from mooring.care.sessions.forms import GroupForm, JoinForm, SharedLineForm, TeamForm, in_the_room
from mooring.care.sessions.kinds import entry_in_words
from mooring.care.sessions.kinds.state import state_words
from mooring.care.sessions.models import Session, SessionGroup, SessionState
from mooring.care.sessions.queries import SessionChart, chart_of, shared_entries
from mooring.care.sessions.views import shown
from mooring.care.sessions.views.lanes import clock_of, lane_of, next_words, who_words
from mooring.care.sessions.views.live import call_rows
from mooring.identity.access import must_hold
from mooring.identity.models import Person
from mooring.identity.roles import Permission, Reach
from mooring.rules.session_entry import EntryKind
from mooring.rules.session_events import patient_state
from mooring.sentences.alerts import alert_says
from mooring.work.pages import SignedInRequest, attempt, once_key, page

WRITE = Permission.SESSIONS_WRITE
NEWEST = 12
"""So many of the newest entries stand beside the rows; all of them stand in each session."""


def groups(request: SignedInRequest) -> HttpResponse:
    """The groups of the sites where this person works in sessions; a new one."""
    must_hold(request.user, WRITE)
    sites = request.user.sites_where(WRITE, Reach.SITE)
    form = GroupForm(request.POST or None, sites=sites)
    if request.method == "POST" and form.is_valid():
        made: SessionGroup | None = None
        with attempt(request, form) as tried:
            made = open_group(**form.cleaned_data, by=request.user, at=timezone.now())
        if tried.done and made is not None:
            return redirect("group", made.pk)
    found = SessionGroup.objects.filter(site__in=sites).select_related("site").order_by("-opened_at")[:20]
    return page(request, "care/sessions/groups.html", {"groups": found, "form": form, "sites": sites})


def group(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everybody of one group: who, what was given, the last signs, what is due."""
    found = get_group_for(request.user, pk)
    return _shown(request, found)


def again(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows alone, for the page that looks again."""
    found = get_group_for(request.user, pk)
    with timezone.override(found.site.zone):
        return page(request, "care/sessions/group_rows.html", _room(request.user, found))


def write(request: SignedInRequest, pk: int) -> HttpResponse:
    """One line for everybody in the room."""
    found = get_group_for(request.user, pk, to=WRITE)
    form = SharedLineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, key = timezone.now(), once_key(request) or uuid4()
        with attempt(request, form) as tried:
            write_shared(
                group=found,
                text=form.cleaned_data["text"],
                happened_at=now,
                key=key,
                by=request.user,
                at=now,
            )
        if tried.done:
            return redirect(f"{reverse('group', args=[found.pk])}?line={key}")
    return _shown(request, found, line=form)


def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the line back that was just written for all."""
    found = get_group_for(request.user, pk, to=WRITE)
    key = _line_key(request.POST)
    if request.method != "POST" or key is None:
        raise Http404
    with attempt(request) as tried:
        withdraw_shared(group=found, key=key, by=request.user, at=timezone.now())
    return redirect("group", found.pk) if tried.done else _shown(request, found, reasons=tried.reasons)


def _line_key(said: QueryDict) -> UUID | None:
    """The key of the line that the page speaks of, if it names one."""
    try:
        return UUID(said.get("line", ""))
    except ValueError:
        return None


def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """A session joins, the team changes, the group closes."""
    found = get_group_for(request.user, pk, to=WRITE)
    if request.method != "POST":
        raise Http404
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    join, team = JoinForm(request.POST, sessions=_free(found)), TeamForm(request.POST, staff=_staff(found))
    with attempt(request) as tried:
        if "close" in request.POST:
            close_group(group=found, **who)
        elif "session" in request.POST and join.is_valid():
            join_group(group=found, session=join.cleaned_data["session"], **who)
        elif team.is_valid():
            change_team(group=found, team=list(team.cleaned_data["team"]), **who)
    if tried.done:
        return redirect("group", found.pk)
    return _shown(request, found, reasons=tried.reasons)


def _shown(
    request: SignedInRequest,
    found: SessionGroup,
    *,
    line: SharedLineForm | None = None,
    reasons: list[str] | None = None,
) -> HttpResponse:
    with timezone.override(found.site.zone):
        room, key = _room(request.user, found), _line_key(request.GET)
        saw(request.user, sorted({row["patient"].subject_ref for row in room["rows"]}))
        context = {
            **room,
            "team": list(found.team.order_by("legal_name")),
            "line": line or SharedLineForm(),
            "written": shared_entries(found, key, request.user) if key else [],
            "written_key": key,
            "join": JoinForm(sessions=_free(found)),
            "change": TeamForm(staff=_staff(found), initial={"team": list(found.team.all())}),
            "reasons": reasons or [],
        }
        wrong = bool(reasons) or (line is not None and line.is_bound and bool(line.errors))
        return page(request, "care/sessions/group.html", context, status=422 if wrong else 200)


def _free(found: SessionGroup) -> Any:
    return Session.objects.filter(
        state=SessionState.OPEN, patient__site=found.site_id, place__isnull=True
    ).select_related("patient__person", "cycle")


def _staff(found: SessionGroup) -> Any:
    return in_the_room([found.site_id])


def _room(person: Person, found: SessionGroup) -> dict[str, Any]:
    """Everybody in the room as they are now, and what was recorded last."""
    now = timezone.now()
    places = (
        found.places.select_related(
            "session__patient__person",
            "session__patient__site",
            "session__cycle__treatment__patient__site",
            "session__order__weight",
            "session__pack",
            "session__opened_by",
        )
        .defer("session__pack__body")
        .order_by("number")
    )
    charts = {place: chart_of(place.session, now) for place in places}
    numbered = {place.number: chart for place, chart in charts.items()}
    clock = clock_of(numbered, now)
    rows = [
        {
            "place": place,
            "opening": opening_of(person, place.session),
            "lane": lane_of(chart, clock),
            **_row(chart),
        }
        for place, chart in charts.items()
    ]
    return {
        "group": found,
        "now": now,
        "rows": rows,
        "clock": clock,
        "next": next_words(numbered),
        "who": who_words(numbered),
        "lines": _lines(numbered),
        "reds": sum(row["state"] == "alert" for row in rows),
        "calls": sum(len(row["calls"]) for row in rows),
        "overdue": sum(row["state"] == "overdue" for row in rows),
        "may_write": found.site_id in person.sites_where(WRITE, Reach.SITE),
    }


def _row(chart: SessionChart) -> dict[str, Any]:
    scheduled = shown.schedule_rows(chart)
    reds = list(dict.fromkeys(alert_says(alert) for alert in chart.open_reds))
    return {
        "session": chart.session,
        "patient": chart.session.patient,
        "minute": chart.state.minute(chart.state.discharged_at or chart.now),
        "phase": chart.session.cycle.get_phase_display(),
        "dose": shown.dose_rows(chart)["words"],
        "seen": _seen(chart),
        "last": shown.last_signs(chart),
        "reds": reds,
        "calls": call_rows(chart),
        "emergency": chart.emergency,
        "pressing": scheduled["pressing"],
        "next": scheduled["next"],
        "state": "alert" if reds or chart.emergency else "overdue" if chart.overdue else "",
    }


def _seen(chart: SessionChart) -> str:
    """How the patient was when a colleague looked last: `resting, calm`."""
    code = patient_state(chart.state.lines)
    return state_words(code) if code else ""


def _lines(charts: dict[int, SessionChart]) -> list[dict[str, Any]]:
    """What was recorded last in the room, newest first; one line for what was written into each record at once."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for number, chart in charts.items():
        started = chart.state.started_at is not None
        for line in chart.state.lines[-NEWEST:]:
            entry = line.entry
            what = entry_in_words(entry, chart.knowledge, started=started)
            words = f"“{entry.text}”" if entry.kind == EntryKind.NOTE and entry.text else what
            who = chart.names.get(entry.by, "")
            found.setdefault((entry.at, words, who, line.struck), []).append(number)
    newest = sorted(found.items(), key=lambda each: (each[0][0], each[1]), reverse=True)[:NEWEST]
    return [
        {
            "at": at,
            "what": words,
            "who": who,
            "struck": struck,
            "places": ", ".join(str(number) for number in places),
            "all": len(places) == len(charts) > 1,
        }
        for (at, words, who, struck), places in newest
    ]
