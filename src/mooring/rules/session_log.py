"""The log of a dosing session, folded: everything that is shown of a session is read out of its entries.

An entry says what happened (`kind`, `facts`, `text`), when it happened (`at`), when the server had it
(`stored_at`) and who wrote it (`by`). Entries are only ever added. A correction is an entry that names the
one it replaces (`corrects`); the replaced entry stays, struck. `fold` does not care in which order entries
arrive, and an entry that comes twice (same `key`) counts once.

What an entry of a kind contributes is said in the file of that kind, not here: `fold` asks `contribution_of`.

All times are kept in UTC, so that minutes since the start stay right when the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from mooring.content.schema.monitoring import MonitoringPlan
from mooring.rules import episodes, monitoring
from mooring.rules.doses.parts import PartGiven, read_part
from mooring.rules.infusion import Pause, RateChange
from mooring.rules.session_entry import Contribution, ContributionOf, EntryKind, LoggedEntry, in_utc

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class LogLine:
    """One entry as the log shows it: `struck` when another replaced it, `corrected` when it replaces one."""

    entry: LoggedEntry
    struck: bool
    corrected: bool
    minute: int | None


@dataclass(frozen=True)
class DoubleCheck:
    """What one person read at the double check, a volume (mL) or a number, and whether it agreed with the order."""

    by: str
    at: datetime
    reading: str
    agrees: bool


@dataclass(frozen=True)
class VitalSigns:
    """Signs at one moment, by key with the unit in the name (`systolic_mmhg`)."""

    key: str
    at: datetime
    by: str
    minute: int | None
    values: Mapping[str, float]


@dataclass(frozen=True)
class SymptomSeen:
    """A symptom by its code, severity 1 (mild) to 3 (severe)."""

    key: str
    at: datetime
    by: str
    minute: int | None
    code: str
    severity: int


@dataclass(frozen=True)
class InterventionDone:
    """Something that was done for the patient, by its code, with the words that were written."""

    key: str
    at: datetime
    by: str
    minute: int | None
    what: str
    text: str


@dataclass(frozen=True)
class DischargeAnswers:
    """What was asked for the discharge at one moment, by key."""

    at: datetime
    by: str
    answers: Mapping[str, object]


@dataclass(frozen=True)
class FoldedSession:
    """What the log says. `lines` holds every entry, struck or not; all else only what stands."""

    lines: tuple[LogLine, ...]
    double_checks: tuple[DoubleCheck, ...]
    started_at: datetime | None
    ended_at: datetime | None
    discharged_at: datetime | None
    signed_off_at: datetime | None
    given_ml: str
    vitals: tuple[VitalSigns, ...]
    symptoms: tuple[SymptomSeen, ...]
    interventions: tuple[InterventionDone, ...]
    discharge_answers: tuple[DischargeAnswers, ...]
    acknowledged: frozenset[str] = frozenset()
    parts_given: tuple[PartGiven, ...] = ()
    rates: tuple[RateChange, ...] = ()

    @cached_property
    def confirmed_by(self) -> tuple[str, ...]:
        """Who has read what the order says; each person's last reading counts."""
        last = {check.by: check.agrees for check in self.double_checks}
        return tuple(person for person, agrees in last.items() if agrees)

    @cached_property
    def observations(self) -> tuple[monitoring.TimedObservation, ...]:
        """Signs and symptoms, as the rules of monitoring read them."""
        observed = [monitoring.TimedObservation(signs.at, values=signs.values) for signs in self.vitals]
        observed += [
            monitoring.TimedObservation(symptom.at, symptoms={symptom.code: symptom.severity})
            for symptom in self.symptoms
        ]
        return tuple(sorted(observed, key=lambda observation: observation.at))

    @cached_property
    def baseline(self) -> Mapping[str, float]:
        """The last value of every sign that was measured before the start."""
        before = (signs for signs in self.vitals if self.started_at is None or signs.at < self.started_at)
        return {sign: value for signs in before for sign, value in signs.values.items()}

    @cached_property
    def last_values(self) -> Mapping[str, tuple[float, VitalSigns]]:
        """The newest value of every sign, with the signs that it stands among."""
        return {sign: (value, signs) for signs in self.vitals for sign, value in signs.values.items()}

    @cached_property
    def pauses(self) -> tuple[Pause, ...]:
        """When dosing was paused, as the interventions tell it."""
        pauses: list[Pause] = []
        for done in self.interventions:
            if done.what == "paused" and (not pauses or pauses[-1][1] is not None):
                pauses.append((done.at, None))
            elif done.what == "resumed" and pauses and pauses[-1][1] is None:
                pauses[-1] = (pauses[-1][0], done.at)
        return tuple(pauses)

    def minute(self, at: datetime) -> int | None:
        """Whole minutes since the start (negative before it); None while nothing has started."""
        return _minute(self.started_at, in_utc(at))


def fold(entries: Iterable[LoggedEntry], contribution_of: ContributionOf) -> FoldedSession:
    """What these entries say, in whatever order they come.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 12, 12, tzinfo=UTC)
    >>> signs = LoggedEntry("b", "vitals", noon.replace(minute=10), noon, "Jonas", {"heart_rate_per_min": 82})
    >>> start = LoggedEntry("a", "started", noon, noon, "Jonas")
    >>> fold([signs, start, signs], lambda entry: Contribution(values=entry.facts)).vitals[0].minute
    10
    """
    unique = _unique(entries)
    standing = _standing(unique)
    stand = sorted(
        (entry for entry in standing.values() if not entry.withdrawn), key=lambda entry: entry.order
    )
    parts = _Parts(next((entry.at for entry in stand if entry.kind == EntryKind.STARTED), None))
    for entry in stand:
        parts.add(entry, contribution_of(entry))
    in_order = sorted(unique.values(), key=lambda entry: entry.order)
    return parts.folded(tuple(_line(entry, set(standing), parts.started_at) for entry in in_order))


def fold_on(
    before: FoldedSession, newer: Iterable[LoggedEntry], contribution_of: ContributionOf
) -> FoldedSession | None:
    """What `before` says with these entries, too; `None` where they do not simply come after all that it holds.

    Then they are late, correct another, are sent twice, or are the start, and the whole log is folded anew.
    """
    parts, lines = _Parts.of(before), list(before.lines)
    known = {key for line in lines for key in (line.entry.key, line.entry.corrects)}
    for entry in sorted(newer, key=lambda entry: entry.order):
        starts = entry.kind == EntryKind.STARTED and before.started_at is None
        last = not lines or lines[-1].entry.order < entry.order
        if starts or not last or entry.corrects or entry.withdrawn or entry.key in known:
            return None
        known.add(entry.key)
        parts.add(entry, contribution_of(entry))
        lines.append(_line(entry, known, before.started_at))
    return parts.folded(tuple(lines))


@dataclass
class _Parts:
    """The tables of a session while its entries are added one by one, in the order of time."""

    started_at: datetime | None
    double_checks: list[DoubleCheck] = field(default_factory=list)
    vitals: list[VitalSigns] = field(default_factory=list)
    symptoms: list[SymptomSeen] = field(default_factory=list)
    interventions: list[InterventionDone] = field(default_factory=list)
    rates: list[RateChange] = field(default_factory=list)
    discharge_answers: list[DischargeAnswers] = field(default_factory=list)
    given_ml: str = ""
    acknowledged: set[str] = field(default_factory=set)
    parts_given: list[PartGiven] = field(default_factory=list)
    ended_at: datetime | None = None
    discharged_at: datetime | None = None
    signed_off_at: datetime | None = None

    @classmethod
    def of(cls, state: FoldedSession) -> _Parts:
        """The tables of what was folded before, to be added to."""
        return cls(
            started_at=state.started_at,
            double_checks=list(state.double_checks),
            vitals=list(state.vitals),
            symptoms=list(state.symptoms),
            interventions=list(state.interventions),
            rates=list(state.rates),
            discharge_answers=list(state.discharge_answers),
            given_ml=state.given_ml,
            acknowledged=set(state.acknowledged),
            parts_given=list(state.parts_given),
            ended_at=state.ended_at,
            discharged_at=state.discharged_at,
            signed_off_at=state.signed_off_at,
        )

    def folded(self, lines: tuple[LogLine, ...]) -> FoldedSession:
        return FoldedSession(
            lines=lines,
            double_checks=tuple(self.double_checks),
            started_at=self.started_at,
            ended_at=self.ended_at,
            discharged_at=self.discharged_at,
            signed_off_at=self.signed_off_at,
            given_ml=self.given_ml,
            vitals=tuple(self.vitals),
            symptoms=tuple(self.symptoms),
            interventions=tuple(self.interventions),
            discharge_answers=tuple(self.discharge_answers),
            acknowledged=frozenset(self.acknowledged),
            parts_given=tuple(self.parts_given),
            rates=tuple(self.rates),
        )

    def add(self, entry: LoggedEntry, part: Contribution) -> None:
        minute = _minute(self.started_at, entry.at)
        who = (entry.key, entry.at, entry.by, minute)
        if part.values:
            self.vitals.append(VitalSigns(*who, dict(part.values)))
        self.symptoms += [SymptomSeen(*who, code, severity) for code, severity in part.symptoms.items()]
        if part.rate_ml_per_h:
            self.rates.append((entry.at, Decimal(part.rate_ml_per_h)))
        if part.intervention:
            self.interventions.append(InterventionDone(*who, part.intervention, entry.text))
        if part.answers:
            self.discharge_answers.append(DischargeAnswers(entry.at, entry.by, dict(part.answers)))
        if part.reading:
            self.double_checks.append(DoubleCheck(entry.by, entry.at, part.reading, part.agrees))
        if part.part:
            self.parts_given.append(read_part(entry.key, entry.at, entry.by, part.part))
        self.given_ml = self.given_ml or part.given_ml
        self.acknowledged.update(part.acknowledged)
        if entry.kind == EntryKind.DOSING_ENDED:
            self.ended_at = self.ended_at or entry.at
        elif entry.kind == EntryKind.DISCHARGED:
            self.discharged_at = self.discharged_at or entry.at
        elif entry.kind == EntryKind.SIGNED_OFF:
            self.signed_off_at = self.signed_off_at or entry.at


def schedule(
    state: FoldedSession,
    plan: MonitoringPlan,
    now: datetime,
    *,
    planned_start: datetime | None = None,
    alerts: Iterable[monitoring.Alert] = (),
) -> tuple[monitoring.ScheduledObservation, ...]:
    """Every scheduled observation with its state. After the discharge no new one falls due.

    Among them the second readings that `alerts` ask for.
    """
    now = in_utc(now)
    start = state.started_at or (in_utc(planned_start) if planned_start else None)
    if start is None:
        return ()
    until = min(now, state.discharged_at) if state.discharged_at else now
    scheduled = monitoring.due(plan, start, state.observations, until, state.ended_at)
    if state.discharged_at is None:
        second = episodes.second_readings(alerts, state.observations, start, now)
        return tuple(sorted((*scheduled, *second), key=lambda observation: observation.due_at))
    ahead = (
        monitoring.ObservationState.UPCOMING,
        monitoring.ObservationState.DUE,
        monitoring.ObservationState.OVERDUE,
    )
    return tuple(observation for observation in scheduled if observation.state not in ahead)


def _unique(entries: Iterable[LoggedEntry]) -> dict[str, LoggedEntry]:
    """One entry a key; should two differ, the one that was stored first."""
    unique: dict[str, LoggedEntry] = {}
    for entry in entries:
        known = unique.get(entry.key)
        if known is None or _rank(entry) < _rank(known):
            unique[entry.key] = entry
    return unique


def _rank(entry: LoggedEntry) -> tuple[datetime, datetime, str]:
    return entry.stored_at, entry.at, repr((entry.kind, sorted(entry.facts.items()), entry.text))


def _standing(unique: Mapping[str, LoggedEntry]) -> dict[str, LoggedEntry]:
    """The entry that stands of each chain of corrections, by its own key: the one stored last."""
    chains: dict[str, tuple[tuple[datetime, int, str], LoggedEntry]] = {}
    for entry in unique.values():
        root, length = _root(entry, unique)
        rank = (entry.stored_at, length, entry.key)
        if root not in chains or rank > chains[root][0]:
            chains[root] = (rank, entry)
    return {entry.key: entry for _, entry in chains.values()}


def _root(entry: LoggedEntry, unique: Mapping[str, LoggedEntry]) -> tuple[str, int]:
    """The key of the first entry of a chain, and how many corrections lie between."""
    keys = [entry.key]
    while entry.corrects and entry.corrects not in keys:
        keys.append(entry.corrects)
        if entry.corrects not in unique:
            break
        entry = unique[entry.corrects]
    return (min(keys) if entry.corrects in keys[:-1] else keys[-1]), len(keys) - 1


def _line(entry: LoggedEntry, standing: set[str], started_at: datetime | None) -> LogLine:
    return LogLine(
        entry=entry,
        struck=entry.key not in standing or entry.withdrawn,
        corrected=bool(entry.corrects),
        minute=_minute(started_at, entry.at),
    )


def _minute(started_at: datetime | None, at: datetime) -> int | None:
    return None if started_at is None else (at - started_at) // MINUTE
