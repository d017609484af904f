"""Everybody of a group on one clock: a lane each, and who is next; made from charts that were folded already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mooring.care.sessions.kinds.kind import Stage
from mooring.care.sessions.queries import SessionChart
from mooring.rules.discharge import earliest
from mooring.rules.monitoring import ObservationState, ScheduledObservation
from mooring.sentences.times import clock_words

BEFORE, AFTER = timedelta(minutes=15), timedelta(minutes=45)
"""How far the clock goes back before the first dose, and at least goes on after the last floor."""
ROOM_FOR_WORDS = 0.45
"""After the last floor so much of the time before it, in which its words stand."""
TICK, WIDE_TICK, WIDE = timedelta(minutes=30), timedelta(minutes=60), timedelta(hours=3)
BESIDE_NOW, AT_EDGE = 8.0, 3.0
"""A tick closer to the time of day, or to an end, than so many percent of the width is left out."""
PRESSING = (ObservationState.DUE, ObservationState.OVERDUE)


@dataclass(frozen=True)
class Clock:
    """The stretch of time that every lane shows."""

    since: datetime
    until: datetime
    now: datetime

    def x(self, moment: datetime) -> str:
        """Where a moment lies, as a part of the width: `42.50%`, in every language."""
        return f"{self._percent(moment):.2f}%"

    def _percent(self, moment: datetime) -> float:
        return 100 * ((moment - self.since) / (self.until - self.since))

    @property
    def here(self) -> str:
        return self.x(self.now)

    @property
    def ticks(self) -> list[tuple[str, datetime]]:
        """Every full hour (on a short clock also the half ones) with its place, unless the time of day covers it."""
        first = self.since.replace(minute=0, second=0, microsecond=0)
        step = WIDE_TICK if self.until - self.since > WIDE else TICK
        moments = [first + step * number for number in range(int((self.until - first) / step) + 1)]
        here = self._percent(self.now)
        return [
            (self.x(moment), moment)
            for moment in moments
            if AT_EDGE < (at := self._percent(moment)) < 100 - AT_EDGE and abs(at - here) > BESIDE_NOW
        ]


@dataclass(frozen=True)
class Lane:
    """One patient's session on that clock: dose, readings taken, readings due, and the minimum stay.

    `floor_at` is said while it is ahead; its mark stays where it was reached.
    """

    dose: str
    now: str
    end: str
    floor: str
    floor_at: datetime | None
    words: str
    seen: list[str] = field(default_factory=list)
    due: list[tuple[str, str]] = field(default_factory=list)


def clock_of(charts: Mapping[int, SessionChart], now: datetime) -> Clock:
    """From before the first dose until after the last floor; an hour and a half where no dose has started."""
    doses = [chart.state.started_at for chart in charts.values() if chart.state.started_at]
    floors = [floor for chart in charts.values() if (floor := floor_of(chart))]
    since, last = min([*doses, now]) - BEFORE, max([*floors, now])
    return Clock(since, last + max(AFTER, (last - since) * ROOM_FOR_WORDS), now)


def floor_of(chart: SessionChart) -> datetime | None:
    """Until when the patient stays at least; None where it cannot be known yet."""
    return earliest(chart.knowledge.plan, chart.state.started_at, chart.state.ended_at)


def lane_of(chart: SessionChart, clock: Clock) -> Lane | None:
    """None before the dose: nothing has its time yet."""
    started_at = chart.state.started_at
    if started_at is None:
        return None
    left_at = chart.state.discharged_at
    floor_at, ahead = None if left_at else floor_of(chart), _ahead(chart)
    last = floor_at or (ahead[-1].due_at if ahead else clock.now)
    return Lane(
        dose=clock.x(started_at),
        now=clock.x(min(clock.now, left_at or clock.now)),
        end=clock.x(max(last, clock.now) if left_at is None else left_at),
        floor=clock.x(floor_at) if floor_at else "",
        floor_at=floor_at if floor_at and floor_at > clock.now else None,
        words=_in_words(chart, ahead, floor_at),
        seen=[clock.x(signs.at) for signs in chart.state.vitals if signs.at >= clock.since],
        due=[(clock.x(each.due_at), str(each.state)) for each in ahead if each.due_at <= clock.until],
    )


def _ahead(chart: SessionChart) -> list[ScheduledObservation]:
    """What is due or will be, the earliest first; nothing once the patient has left."""
    if chart.stage == Stage.DISCHARGED or chart.state.started_at is None:
        return []
    wanted = (*PRESSING, ObservationState.UPCOMING)
    return [each for each in chart.schedule if each.state in wanted]


def _in_words(chart: SessionChart, ahead: list[ScheduledObservation], floor_at: datetime | None) -> str:
    """The lane as a sentence."""
    started_at = chart.state.started_at
    parts = [_("dose at {time}").format(time=clock_words(started_at))] if started_at else []
    if chart.state.vitals:
        parts.append(_("last reading {time}").format(time=clock_words(chart.state.vitals[-1].at)))
    if ahead:
        parts.append(_("next {time}").format(time=clock_words(ahead[0].due_at)))
    if floor_at:
        parts.append(_("minimum stay until {time}").format(time=clock_words(floor_at)))
    return capfirst(", ".join(parts))


def next_words(charts: Mapping[int, SessionChart]) -> str:
    """`Next: place 2 now, place 1 at 14:13`: whose vital signs come next, the earliest first; empty for nobody."""
    firsts = [(ahead[0], place) for place, chart in charts.items() if (ahead := _ahead(chart))]
    firsts.sort(key=lambda found: (found[0].due_at, found[1]))
    said = [
        _("place {place} now").format(place=place)
        if each.state in PRESSING and each.due_at <= charts[place].now
        else _("place {place} at {time}").format(place=place, time=clock_words(each.due_at))
        for each, place in firsts
    ]
    return _("Next: {places}").format(places=", ".join(said)) if said else ""


def who_words(charts: Mapping[int, SessionChart]) -> str:
    """`Jonas Lind measures 1, 2. Miriam Feld sits with 3`: who does it, for those who are still here."""
    here = {place: chart for place, chart in charts.items() if chart.stage != Stage.DISCHARGED}
    measures = _by_person({place: chart.watcher_name for place, chart in here.items()})
    sits = _by_person({place: chart.sitter_name for place, chart in here.items()})
    said = [_("{person} measures {places}").format(person=who, places=places) for who, places in measures]
    said += [_("{person} sits with {places}").format(person=who, places=places) for who, places in sits]
    return ". ".join(said)


def _by_person(names: Mapping[int, str]) -> list[tuple[str, str]]:
    people: dict[str, list[str]] = {}
    for place, name in names.items():
        if name:
            people.setdefault(name, []).append(str(place))
    return [(name, ", ".join(places)) for name, places in people.items()]
