"""The log of a dosing session, folded: everything that is shown of a session is read out of its entries.

An entry says what happened (`kind`, `facts`, `text`), when it happened (`at`), when the server had it
(`stored_at`) and who wrote it (`by`). Entries are only ever added. A correction is an entry that names the
one it replaces (`corrects`); the replaced entry stays, struck. `fold` does not care in which order entries
arrive, and an entry that comes twice (same `key`) counts once.

All times are kept in UTC, so that minutes since the start stay right when the clocks change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from mooring.content.schema.monitoring import MonitoringPlan, Thresholds
from mooring.rules import monitoring

MINUTE = timedelta(minutes=1)
WITHDRAWN = "withdrawn"
"""The fact by which a correction says that the entry it names should not have been written at all."""


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a time without a zone is refused with `ValueError`.

    Two times in one zone are subtracted by Python on the wall clock, an hour wrong across a clock change.
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a session's times need a time zone")
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class Entry:
    """One entry of the log. `key` names it; `corrects` is the key of the entry that it replaces, or empty."""

    key: str
    kind: str
    at: datetime
    stored_at: datetime
    by: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    corrects: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", in_utc(self.at))
        object.__setattr__(self, "stored_at", in_utc(self.stored_at))
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        """By when it happened, then by when it was stored."""
        return self.at, self.stored_at, self.key

    @property
    def withdrawn(self) -> bool:
        return self.facts.get(WITHDRAWN) is True


@dataclass(frozen=True)
class Line:
    """One entry as the log shows it: `struck` when another replaced it, `corrected` when it replaces one."""

    entry: Entry
    struck: bool
    corrected: bool
    minute: int | None


@dataclass(frozen=True)
class TimeOut:
    """One person's reading of the volume (mL) at the time-out, and whether it agreed with the order."""

    by: str
    at: datetime
    volume_ml: str
    agrees: bool


@dataclass(frozen=True)
class Reading:
    """Vital signs at one moment, by key with the unit in the name (`systolic_mmhg`)."""

    key: str
    at: datetime
    by: str
    minute: int | None
    values: Mapping[str, float]


@dataclass(frozen=True)
class Sighting:
    """A symptom by its code, severity 1 (mild) to 3 (severe)."""

    key: str
    at: datetime
    by: str
    minute: int | None
    code: str
    severity: int


@dataclass(frozen=True)
class Deed:
    """Something that was done for the patient, by its code, with the words that were written."""

    key: str
    at: datetime
    by: str
    minute: int | None
    what: str
    text: str


@dataclass(frozen=True)
class SessionState:
    """What the log says. `lines` holds every entry, struck or not; all else only what stands."""

    lines: tuple[Line, ...]
    time_outs: tuple[TimeOut, ...]
    started_at: datetime | None
    ended_at: datetime | None
    discharged_at: datetime | None
    signed_off_at: datetime | None
    given_ml: str
    readings: tuple[Reading, ...]
    sightings: tuple[Sighting, ...]
    deeds: tuple[Deed, ...]
    checks: tuple[Entry, ...]

    @cached_property
    def confirmed_by(self) -> tuple[str, ...]:
        """Who has re-entered the volume of the order rightly; each person's last reading counts."""
        last = {each.by: each.agrees for each in self.time_outs}
        return tuple(person for person, agrees in last.items() if agrees)

    @cached_property
    def observations(self) -> tuple[monitoring.Observation, ...]:
        """Readings and symptoms since the start, as the rules of monitoring read them."""
        seen = [monitoring.Observation(each.at, values=each.values) for each in self.readings]
        seen += [
            monitoring.Observation(each.at, symptoms={each.code: each.severity}) for each in self.sightings
        ]
        return tuple(sorted(seen, key=lambda each: each.at))

    @cached_property
    def baseline(self) -> Mapping[str, float]:
        """The last value of every sign that was read before the start."""
        before = (each for each in self.readings if self.started_at is None or each.at < self.started_at)
        return {sign: value for each in before for sign, value in each.values.items()}

    @cached_property
    def last_values(self) -> Mapping[str, tuple[float, Reading]]:
        """The newest value of every sign, with the reading that it stands in."""
        return {sign: (value, each) for each in self.readings for sign, value in each.values.items()}

    def minute(self, at: datetime) -> int | None:
        """Whole minutes since the start (negative before it); None while nothing has started."""
        return _minute(self.started_at, in_utc(at))


@dataclass(frozen=True)
class SafetySummary:
    """What a reader has to know of the session's safety, out of the log alone.

    `alerts` in the order of time; `sightings` the worst of every effect that is not wanted; `extremes` the
    lowest and highest value of every sign since the start; `missed` the planned looks that nobody took.
    """

    alerts: tuple[monitoring.Alert, ...]
    sightings: tuple[Sighting, ...]
    deeds: tuple[Deed, ...]
    extremes: Mapping[str, tuple[float, float]]
    missed: tuple[monitoring.Look, ...]

    @property
    def uneventful(self) -> bool:
        """Whether the log holds nothing that alarmed, no symptom and nothing that had to be done."""
        return not (self.alerts or self.sightings or self.deeds)


def fold(entries: Iterable[Entry]) -> SessionState:
    """What these entries say, in whatever order they come.

    >>> from datetime import datetime, UTC
    >>> noon = datetime(2026, 11, 12, 12, tzinfo=UTC)
    >>> log = [Entry("b", "vitals", noon.replace(minute=10), noon, "Jonas", {"heart_rate_per_min": 82})]
    >>> fold([*log, Entry("a", "started", noon, noon, "Jonas"), *log]).readings[0].minute
    10
    """
    unique = _each_once(entries)
    standing = _standing(unique)
    stand = sorted((each for each in standing.values() if not each.withdrawn), key=lambda each: each.order)
    started_at = _first(stand, "started")
    return SessionState(
        lines=_lines(unique, set(standing), started_at),
        time_outs=tuple(
            TimeOut(each.by, each.at, str(each.facts["volume_ml"]), each.facts["agrees"] is True)
            for each in stand
            if each.kind == "time-out"
        ),
        started_at=started_at,
        ended_at=_first(stand, "dosing-ended"),
        discharged_at=_first(stand, "discharged"),
        signed_off_at=_first(stand, "signed-off"),
        given_ml=next(
            (str(each.facts.get("given_ml", "")) for each in stand if each.kind == "dosing-ended"), ""
        ),
        readings=tuple(_reading(each, started_at) for each in stand if each.kind == "vitals"),
        sightings=tuple(_sighting(each, started_at) for each in stand if each.kind == "symptom"),
        deeds=tuple(_deed(each, started_at) for each in stand if each.kind == "intervention"),
        checks=tuple(each for each in stand if each.kind == "discharge-check"),
    )


def alerts(
    state: SessionState,
    thresholds: Thresholds,
    *,
    baseline: Mapping[str, float] | None = None,
    age: float | None = None,
    jurisdiction: str = "",
) -> tuple[monitoring.Alert, ...]:
    """What the session called for, in the order of time, under the thresholds that it began with.

    Only what was seen from the start on is read: before it, readiness decides. `baseline` fills in signs
    that the log holds no reading of before the start.
    """
    if state.started_at is None:
        return ()
    since = [each for each in state.observations if each.at >= state.started_at]
    before = {**(baseline or {}), **state.baseline}
    return monitoring.cues(thresholds, since, before, age=age, jurisdiction=jurisdiction)


def looks(
    state: SessionState, plan: MonitoringPlan, now: datetime, *, planned_start: datetime | None = None
) -> tuple[monitoring.Look, ...]:
    """Every planned look with its state. After the discharge no new look falls due."""
    now = in_utc(now)
    start = state.started_at or (in_utc(planned_start) if planned_start else None)
    if start is None:
        return ()
    until = min(now, state.discharged_at) if state.discharged_at else now
    found = monitoring.due(plan, start, state.observations, until, state.ended_at)
    if state.discharged_at is None:
        return found
    ahead = (monitoring.LookState.UPCOMING, monitoring.LookState.DUE, monitoring.LookState.OVERDUE)
    return tuple(each for each in found if each.state not in ahead)


def safety(
    state: SessionState,
    found: Iterable[monitoring.Alert],
    planned: Iterable[monitoring.Look],
    wanted: Collection[str] = (),
) -> SafetySummary:
    """The summary of a session from its alerts, its looks and its log; there is no other place to say it.

    `wanted` names the effects (codes) that are part of the treatment and no matter of safety.
    """
    worst: dict[str, Sighting] = {}
    for sighting in state.sightings:
        if sighting.code in wanted:
            continue
        if sighting.code not in worst or sighting.severity > worst[sighting.code].severity:
            worst[sighting.code] = sighting
    extremes: dict[str, tuple[float, float]] = {}
    for reading in state.readings:
        if state.started_at is None or reading.at < state.started_at:
            continue
        for sign, value in reading.values.items():
            low, high = extremes.get(sign, (value, value))
            extremes[sign] = min(low, value), max(high, value)
    return SafetySummary(
        alerts=tuple(sorted(found, key=lambda alert: (alert.at, alert.rule))),
        sightings=tuple(worst.values()),
        deeds=state.deeds,
        extremes=extremes,
        missed=tuple(each for each in planned if each.state == monitoring.LookState.MISSED),
    )


def _each_once(entries: Iterable[Entry]) -> dict[str, Entry]:
    """One entry a key; should two differ, the one that was stored first."""
    unique: dict[str, Entry] = {}
    for entry in entries:
        known = unique.get(entry.key)
        if known is None or _rank(entry) < _rank(known):
            unique[entry.key] = entry
    return unique


def _rank(entry: Entry) -> tuple[datetime, datetime, str]:
    return entry.stored_at, entry.at, repr((entry.kind, sorted(entry.facts.items()), entry.text))


def _standing(unique: Mapping[str, Entry]) -> dict[str, Entry]:
    """The entry that stands of each chain of corrections, by its own key: the one stored last."""
    chains: dict[str, tuple[tuple[datetime, int, str], Entry]] = {}
    for entry in unique.values():
        root, length = _root(entry, unique)
        rank = (entry.stored_at, length, entry.key)
        if root not in chains or rank > chains[root][0]:
            chains[root] = (rank, entry)
    return {entry.key: entry for _, entry in chains.values()}


def _root(entry: Entry, unique: Mapping[str, Entry]) -> tuple[str, int]:
    """The key of the first entry of a chain, and how many corrections lie between."""
    seen = [entry.key]
    while entry.corrects and entry.corrects not in seen:
        seen.append(entry.corrects)
        if entry.corrects not in unique:
            break
        entry = unique[entry.corrects]
    return (min(seen) if entry.corrects in seen[:-1] else seen[-1]), len(seen) - 1


def _lines(unique: Mapping[str, Entry], standing: set[str], started_at: datetime | None) -> tuple[Line, ...]:
    return tuple(
        Line(
            entry=each,
            struck=each.key not in standing or each.withdrawn,
            corrected=bool(each.corrects),
            minute=_minute(started_at, each.at),
        )
        for each in sorted(unique.values(), key=lambda each: each.order)
    )


def _first(stand: Iterable[Entry], kind: str) -> datetime | None:
    return next((each.at for each in stand if each.kind == kind), None)


def _minute(started_at: datetime | None, at: datetime) -> int | None:
    return None if started_at is None else (at - started_at) // MINUTE


def _reading(entry: Entry, started_at: datetime | None) -> Reading:
    values = {sign: float(value) for sign, value in entry.facts.items()}
    return Reading(entry.key, entry.at, entry.by, _minute(started_at, entry.at), values)


def _sighting(entry: Entry, started_at: datetime | None) -> Sighting:
    minute = _minute(started_at, entry.at)
    return Sighting(
        entry.key, entry.at, entry.by, minute, str(entry.facts["code"]), int(entry.facts["severity"])
    )


def _deed(entry: Entry, started_at: datetime | None) -> Deed:
    minute = _minute(started_at, entry.at)
    return Deed(entry.key, entry.at, entry.by, minute, str(entry.facts["what"]), entry.text)
