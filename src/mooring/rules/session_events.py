"""Calls, emergencies and take-overs, folded from the lines of a session's log; pure, and in any order of arrival."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from mooring.rules.session_entry import EntryKind, LoggedEntry
from mooring.rules.session_log import LogLine, VitalSigns


@dataclass(frozen=True)
class Call:
    """What the patient asked for (`what`), and when and by whom it was answered, if it was."""

    key: str
    at: datetime
    what: str
    answered_at: datetime | None = None
    answered_by: str = ""


@dataclass(frozen=True)
class StepDone:
    at: datetime
    by: str


@dataclass(frozen=True)
class Emergency:
    """One emergency: since when, called by whom, along which script, which steps (from 1) were done."""

    key: str
    at: datetime
    by: str
    script: str = ""
    steps: Mapping[int, StepDone] = field(default_factory=dict)
    over_at: datetime | None = None
    over_reason: str = ""

    @property
    def next_step(self) -> int:
        """The first step that nobody has done yet; steps are done in any order."""
        return next(number for number in range(1, len(self.steps) + 2) if number not in self.steps)


def standing(lines: Iterable[LogLine]) -> list[LoggedEntry]:
    """The entries that stand, in the order of time."""
    return [line.entry for line in lines if not line.struck]


def calls(lines: Iterable[LogLine]) -> tuple[Call, ...]:
    """The patient's calls, in the order of time. An answer counts for the calls that it names alone."""
    entries = standing(lines)
    answers: dict[str, LoggedEntry] = {}
    for entry in entries:
        if entry.kind == EntryKind.CALL_ANSWERED:
            for key in entry.facts["calls"]:
                answers.setdefault(key, entry)
    found = []
    for entry in entries:
        if entry.kind == EntryKind.CALL:
            answer = answers.get(entry.key)
            found.append(
                Call(
                    entry.key,
                    entry.at,
                    str(entry.facts["what"]),
                    answer.at if answer else None,
                    answer.by if answer else "",
                )
            )
    return tuple(found)


def emergencies(lines: Iterable[LogLine]) -> tuple[Emergency, ...]:
    """The emergencies of a session, in the order of time; the script chosen last is the one that is followed."""
    entries = standing(lines)
    return tuple(
        _emergency(entry, entries)
        for entry in entries
        if entry.kind == EntryKind.EMERGENCY and not entry.facts.get("emergency")
    )


def _emergency(first: LoggedEntry, entries: list[LoggedEntry]) -> Emergency:
    mine = [entry for entry in entries if entry.facts.get("emergency") == first.key]
    scripts = [first, *(entry for entry in mine if entry.kind == EntryKind.EMERGENCY)]
    script = next((str(each.facts["script"]) for each in reversed(scripts) if each.facts.get("script")), "")
    steps: dict[int, StepDone] = {}
    over = None
    for entry in mine:
        if entry.kind == EntryKind.EMERGENCY_STEP and entry.facts["script"] == script:
            steps.setdefault(int(entry.facts["step"]), StepDone(entry.at, entry.by))
        elif entry.kind == EntryKind.EMERGENCY_OVER:
            over = over or entry
    return Emergency(
        first.key,
        first.at,
        first.by,
        script,
        steps,
        over.at if over else None,
        str(over.facts["reason"]) if over else "",
    )


SAME_TIME = timedelta(minutes=1)
"""Two people who read within a minute read the same thing; a design default."""


def double_readings(vitals: Iterable[VitalSigns]) -> list[tuple[VitalSigns, VitalSigns]]:
    """Readings of two people for one time that differ in a sign; settled when one is corrected or withdrawn."""
    in_order = sorted(vitals, key=lambda signs: signs.at)
    return [
        (one, other)
        for one, other in pairwise(in_order)
        if one.by != other.by
        and other.at - one.at < SAME_TIME
        and any(other.values.get(sign, value) != value for sign, value in one.values.items())
    ]


def watcher(lines: Iterable[LogLine]) -> str:
    """Who takes the observations: who took over last, else who started the dose; empty before that."""
    taken = [entry for entry in standing(lines) if entry.kind in (EntryKind.WATCH, EntryKind.STARTED)]
    return taken[-1].by if taken else ""


def sitter(lines: Iterable[LogLine]) -> str:
    """Who sits with the patient: who sat down last; empty while nobody said so."""
    seated = [entry for entry in standing(lines) if entry.kind == EntryKind.SITTING]
    return seated[-1].by if seated else ""


def patient_state(lines: Iterable[LogLine]) -> str:
    """How the patient was when a colleague looked last, as a code; empty while nobody said so."""
    seen = [entry for entry in standing(lines) if entry.kind == EntryKind.STATE]
    return str(seen[-1].facts["what"]) if seen else ""


def debrief_due(lines: Iterable[LogLine]) -> bool:
    """Whether an emergency is over and nobody has recorded a debrief since."""
    entries = standing(lines)
    over = [entry.at for entry in entries if entry.kind == EntryKind.EMERGENCY_OVER]
    debriefs = [entry.at for entry in entries if entry.kind == EntryKind.DEBRIEF]
    return bool(over) and (not debriefs or max(debriefs) < max(over))
