"""The board: a line a room, folded from the logs of the open sessions, the most urgent first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mooring.care.sessions.kinds.call import Wish
from mooring.care.sessions.kinds.kind import Stage
from mooring.care.sessions.kinds.vitals import DIASTOLIC, HEART_RATE, SYSTOLIC
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import SessionChart, live_charts, rooms_of
from mooring.identity.models import Site
from mooring.rules.monitoring import ObservationState
from mooring.rules.session_log import MINUTE
from mooring.sentences.alerts import alert_says
from mooring.sentences.times import clock_words
from mooring.words.numbers import NO_BREAK, NOTHING, plain_number
from mooring.words.times import minute


class Urgency(IntEnum):
    """What a room asks for now, the most urgent first."""

    EMERGENCY = 0
    CALL = 1
    ALERT = 2
    OVERDUE = 3
    DUE = 4
    QUIET = 5
    FREE = 6


MARKS = {
    Urgency.EMERGENCY: ("emergency", "alert"),
    Urgency.CALL: ("alert", "alert"),
    Urgency.ALERT: ("alert", "alert"),
    Urgency.OVERDUE: ("overdue", "overdue"),
    Urgency.DUE: ("due", "due"),
    Urgency.QUIET: ("planned", ""),
    Urgency.FREE: ("planned", "free"),
}
"""The mark in front of the next thing, and the state that tints the line."""


@dataclass(frozen=True)
class BoardRow:
    """One room: who is in it and with whom (who measures, who sits there), phase, minute, the next thing, the last values, when it was last heard."""

    room: str
    urgency: Urgency
    session: Session | None = None
    initials: str = ""
    name: str = ""
    what: str = ""
    people: tuple[str, ...] = ()
    phase: str = ""
    phase_note: str = ""
    minute: int | None = None
    next: str = ""
    next_note: str = ""
    signs: str = ""
    signs_note: str = ""
    heard_at: datetime | None = None

    @property
    def mark(self) -> str:
        return MARKS[self.urgency][0]

    @property
    def state(self) -> str:
        return MARKS[self.urgency][1]

    @property
    def pressing(self) -> bool:
        return self.urgency <= Urgency.OVERDUE


PHASES = {
    Stage.BEFORE: lambda: _("Before"),
    Stage.DOSING: lambda: _("Dosing"),
    Stage.RECOVERY: lambda: _("Recovery"),
    Stage.DISCHARGED: lambda: _("Discharged"),
}


def board_rows(sites: Iterable[Site], at: datetime) -> list[BoardRow]:
    """The open sessions of these sites, the most urgent first; as many statements for fifty as for one."""
    rows = [_row(chart) for chart in live_charts(sites, at)]
    return sorted(rows, key=lambda row: (row.urgency, row.room, row.name))


def site_board(site: Site, at: datetime) -> list[BoardRow]:
    """The board of a site: its sessions, then the rooms that stand free."""
    rows = board_rows([site], at)
    taken = {row.room for row in rows}
    free = [BoardRow(room, Urgency.FREE, next=_("Free")) for room in rooms_of(site.pk) if room not in taken]
    return rows + free


def on_the_floor(rows: Iterable[BoardRow]) -> list[str]:
    """Who measures or sits in any room, by name."""
    return sorted({person for row in rows for person in row.people})


@dataclass(frozen=True)
class BoardSum:
    """How many rooms ask for one kind of thing, for the head of the board."""

    mark: str
    words: str


def board_sums(rows: Iterable[BoardRow]) -> list[BoardSum]:
    """`1 alert`, `2 overdue`, `1 due`: what the rooms ask for now, none of it that is nought."""
    pressing = list(rows)
    alerts = sum(row.urgency <= Urgency.ALERT for row in pressing)
    late = sum(row.urgency == Urgency.OVERDUE for row in pressing)
    due = sum(row.urgency == Urgency.DUE for row in pressing)
    sums = [
        (alerts, "alert", ngettext("{n} alert", "{n} alerts", alerts)),
        (late, "overdue", ngettext("{n} overdue", "{n} overdue", late)),
        (due, "due", ngettext("{n} due", "{n} due", due)),
    ]
    return [BoardSum(mark, words.format(n=count)) for count, mark, words in sums if count]


def _row(chart: SessionChart) -> BoardRow:
    session, state = chart.session, chart.state
    urgency, words, note = _next(chart)
    return BoardRow(
        room=session.room or NOTHING,
        urgency=urgency,
        session=session,
        initials=initials(session.patient.person.name),
        name=str(session.patient),
        what=f"{_route(session.order.route)} {plain_number(session.order.dose_mg)}{NO_BREAK}mg",
        people=tuple(dict.fromkeys(filter(None, [chart.watcher_name, chart.sitter_name]))),
        phase=PHASES[chart.stage](),
        phase_note=_phase_note(chart),
        minute=state.minute(state.discharged_at or chart.now),
        next=words,
        next_note=note,
        signs=_signs(chart),
        signs_note=_signs_note(chart),
        heard_at=max((line.entry.stored_at for line in state.lines), default=session.opened_at),
    )


ROUTES = {
    "intravenous": gettext_lazy("IV"),
    "intramuscular": gettext_lazy("IM"),
    "subcutaneous": gettext_lazy("SC"),
    "intranasal": gettext_lazy("Nasal"),
    "sublingual": gettext_lazy("SL"),
    "oral": gettext_lazy("Oral"),
}
"""As they are read from three metres."""


def _route(route: str) -> str:
    return str(ROUTES.get(route, route))


def initials(name: str) -> str:
    """`E. M.`, for a wall that others pass."""
    return " ".join(f"{part[0].upper()}." for part in name.split())


def _phase_note(chart: SessionChart) -> str:
    state, planned_min = chart.state, chart.dose.form.planned_min
    if chart.stage == Stage.DOSING and state.started_at is not None and planned_min:
        end = state.started_at + planned_min * MINUTE
        return _("until {time}").format(time=clock_words(end))
    since = {Stage.RECOVERY: state.ended_at, Stage.DISCHARGED: state.discharged_at}.get(chart.stage)
    return _("since {time}").format(time=clock_words(since)) if since else ""


def _next(chart: SessionChart) -> tuple[Urgency, str, str]:
    """(urgency, what it asks for, what stands under it)."""
    if chart.emergency is not None:
        script = chart.knowledge.script(chart.emergency.script)
        since = _("since {time}").format(time=clock_words(chart.emergency.at))
        return Urgency.EMERGENCY, script.title if script else _("Emergency"), since
    if chart.open_calls:
        call = chart.open_calls[0]
        asks = _("asked at {time}").format(time=clock_words(call.at))
        return Urgency.CALL, _("Patient: {wish}").format(wish=Wish(call.what).label), asks
    if chart.open_reds:
        alert = chart.open_reds[-1]
        says = f"{alert_says(alert)} ({plain_number(alert.value)})"
        return Urgency.ALERT, says, _("not acknowledged, {time}").format(time=clock_words(alert.at))
    if chart.stage == Stage.DISCHARGED:
        return Urgency.QUIET, _("To be signed off"), ""
    if chart.state.started_at is None:
        return Urgency.QUIET, _("Before the dose"), ""
    return _observation(chart)


def _observation(chart: SessionChart) -> tuple[Urgency, str, str]:
    open_states = (ObservationState.OVERDUE, ObservationState.DUE, ObservationState.UPCOMING)
    waiting = [*chart.overdue, *(each for each in chart.schedule if each.state in open_states)]
    if not waiting:
        return Urgency.QUIET, _("Nothing is due."), ""
    first = waiting[0]
    away = first.due_at - chart.now
    whole = abs(round(away / MINUTE))
    note = f"{_at(first.minute, first.due_at)}, {chart.watcher_name}"
    if chart.overdue:
        return Urgency.OVERDUE, _("Vitals {n} min late").format(n=whole), note
    if first.state == ObservationState.DUE:
        if away <= timedelta(0):
            return Urgency.DUE, _("Vitals due now"), note
        return Urgency.DUE, _("Vitals in {n} min").format(n=whole), note
    return Urgency.QUIET, _("Vitals in {n} min").format(n=whole), note


def _at(minute_number: int | None, at: datetime) -> str:
    return clock_words(at) if minute_number is None else _("at {minute}").format(minute=minute(minute_number))


def _signs(chart: SessionChart) -> str:
    """`144/90 · 97 %`: what is read from three metres."""
    last = {sign: value for sign, (value, _seen) in chart.state.last_values.items()}
    parts = []
    if SYSTOLIC in last:
        parts.append(f"{plain_number(last[SYSTOLIC])}/{plain_number(last.get(DIASTOLIC))}")
    for datum in chart.knowledge.signs:
        if datum.unit == "%" and datum.key in last:
            parts.append(f"{plain_number(last[datum.key])}{NO_BREAK}%")
    return " · ".join(parts)


def _signs_note(chart: SessionChart) -> str:
    """`at +20, HR 86`: when, and what stands in the second line."""
    if not chart.state.vitals:
        return ""
    newest = chart.state.vitals[-1]
    rate = chart.state.last_values.get(HEART_RATE)
    beats = f"HR {plain_number(rate[0])}" if rate else ""
    return ", ".join(filter(None, [_at(newest.minute, newest.at), beats]))
