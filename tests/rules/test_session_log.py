"""The fold over a session's log: what stands, what is struck, what is due, what a summary says."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mooring.care.sessions.kinds import contribution_of
from mooring.content.grades import EvidenceKind
from mooring.content.schema.monitoring import (
    Band,
    MonitoringPlan,
    Point,
    Repeat,
    SignBands,
    SymptomAlarm,
    Thresholds,
)
from mooring.rules import monitoring, session_alerts, session_log, session_safety
from mooring.rules.session_entry import LoggedEntry
from mooring.rules.session_log import FoldedSession

START = datetime(2026, 11, 12, 14, 6, tzinfo=UTC)
JONAS, MIRIAM = "Jonas Lind", "Miriam Feld"
OPEN = {"evidence": EvidenceKind.DESIGN_DEFAULT, "basis": "made up for this test"}
SAID = {
    "version": 1,
    "title": "A table for this test",
    "effective_from": date(2026, 1, 1),
    "author": "A. Author",
    "checker": "C. Checker",
    "next_review": date(2027, 1, 1),
    **OPEN,
}


def fold(entries: Iterable[LoggedEntry]) -> FoldedSession:
    return session_log.fold(entries, contribution_of)


def alerts(state: FoldedSession, table: Thresholds) -> tuple[monitoring.Alert, ...]:
    return session_alerts.alerts_at(state, session_alerts.cued(state, table), None)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def entry(
    key: str, kind: str, minute: float, by: str = JONAS, corrects: str = "", **facts: Any
) -> LoggedEntry:
    """An entry that the server had twenty seconds later."""
    when = at(minute)
    text = str(facts.pop("text", ""))
    stored = facts.pop("stored_at", when + timedelta(seconds=20))
    return LoggedEntry(key, kind, when, stored, by, facts, text, corrects)


def plan() -> MonitoringPlan:
    signs = ("systolic_mmhg", "diastolic_mmhg")
    return MonitoringPlan(
        id="TEST-PLAN",
        product="racemic ketamine",
        route="intravenous",
        points=(Point(minute=0, signs=signs), Point(minute=10, signs=signs), Point(minute=20, signs=signs)),
        repeats=(Repeat(every_min=20, anchor="end", after_minute=20, until="discharge", signs=signs),),
        early_min=3,
        grace_min=5,
        floor_after_end_min=60,
        thresholds="TEST-TABLE",
        discharge="TEST-DOOR",
        **SAID,
    )


def thresholds() -> Thresholds:
    quiet = Band(level="quiet", most=160, **OPEN)
    amber = Band(level="amber", least=161, most=180, says="High.", asks="Look again.", **OPEN)
    red = Band(level="red", least=181, says="Very high.", asks="Call the prescriber.", **OPEN)
    return Thresholds(
        id="TEST-TABLE",
        signs=(
            SignBands(sign="systolic_mmhg", phase="during", unit="mmHg", step=1, bands=(quiet, amber, red)),
        ),
        symptoms=(SymptomAlarm(symptom="chest-pain", level="red", says="Chest pain.", asks="Stop.", **OPEN),),
        **SAID,
    )


def a_session() -> list[LoggedEntry]:
    return [
        entry("a1", "time-out", -6, volume_ml="7.20", agrees=True),
        entry("a2", "time-out", -5, MIRIAM, volume_ml="7.20", agrees=True),
        entry("b", "vitals", -3, systolic_mmhg=128, diastolic_mmhg=80),
        entry("c", "started", 0),
        entry("d", "vitals", 0.5, systolic_mmhg=130, diastolic_mmhg=82),
        entry("e", "symptom", 12, MIRIAM, code="nausea", severity=1),
        entry("f", "vitals", 10, systolic_mmhg=144, diastolic_mmhg=90),
        entry("g", "intervention", 14, MIRIAM, what="position", text="on the left side"),
        entry("h", "dosing-ended", 40, given_ml="7.20"),
    ]


def test_phases_and_tables_are_read_out_of_the_log() -> None:
    state = fold(a_session())
    assert (state.started_at, state.ended_at, state.discharged_at) == (at(0), at(40), None)
    assert state.confirmed_by == (JONAS, MIRIAM)
    assert state.given_ml == "7.20"
    assert [(each.minute, each.values["systolic_mmhg"]) for each in state.vitals] == [
        (-3, 128),
        (0, 130),
        (10, 144),
    ]
    assert state.baseline == {"systolic_mmhg": 128, "diastolic_mmhg": 80}
    assert state.last_values["systolic_mmhg"][0] == 144
    assert [(each.code, each.minute) for each in state.symptoms] == [("nausea", 12)]
    assert [each.text for each in state.interventions] == ["on the left side"]


def test_a_correction_replaces_and_the_old_line_stays_struck() -> None:
    typed_wrong = entry("f", "vitals", 10, systolic_mmhg=144, diastolic_mmhg=90)
    once = entry("f2", "vitals", 10, corrects="f", stored_at=at(15), systolic_mmhg=114, diastolic_mmhg=90)
    twice = entry("f3", "vitals", 11, corrects="f2", stored_at=at(16), systolic_mmhg=118, diastolic_mmhg=90)
    state = fold([entry("c", "started", 0), typed_wrong, once, twice])
    assert [each.values["systolic_mmhg"] for each in state.vitals] == [118]
    assert [(line.entry.key, line.struck, line.corrected) for line in state.lines] == [
        ("c", False, False),
        ("f", True, False),
        ("f2", True, True),
        ("f3", False, True),
    ]


def test_a_withdrawn_entry_counts_nowhere_and_stays_to_be_read() -> None:
    state = fold([*a_session(), entry("e2", "symptom", 12, corrects="e", stored_at=at(13), withdrawn=True)])
    assert state.symptoms == ()
    assert [line.struck for line in state.lines if line.entry.key in {"e", "e2"}] == [True, True]


def test_a_wrong_volume_takes_back_only_that_persons_confirmation() -> None:
    log = a_session()[:2]
    again = entry("a3", "time-out", -4, MIRIAM, volume_ml="2.70", agrees=False)
    assert fold([*log, again]).confirmed_by == (JONAS,)
    right = entry("a4", "time-out", -3, MIRIAM, volume_ml="7.20", agrees=True)
    assert set(fold([*log, again, right]).confirmed_by) == {JONAS, MIRIAM}


def test_the_same_person_twice_is_one_confirmation() -> None:
    same = entry("a5", "time-out", -4, volume_ml="7.20", agrees=True)
    assert fold([a_session()[0], same]).confirmed_by == (JONAS,)


def test_minutes_stay_right_when_the_clocks_go_back() -> None:
    """On 1 November 2026 at 02:00 in Los Angeles it is 01:00 again: 00:50 to 01:10 the second time is 80 min."""
    zone = ZoneInfo("America/Los_Angeles")
    started = datetime(2026, 11, 1, 0, 50, tzinfo=zone)
    before = datetime(2026, 11, 1, 1, 10, tzinfo=zone, fold=0)
    after = datetime(2026, 11, 1, 1, 10, tzinfo=zone, fold=1)
    assert (after - started) == timedelta(minutes=20), "the trap that the fold has to avoid"
    log = [
        LoggedEntry("s", "started", started, started, JONAS),
        LoggedEntry("v1", "vitals", before, before, JONAS, {"systolic_mmhg": 140}),
        LoggedEntry("v2", "vitals", after, after, JONAS, {"systolic_mmhg": 150}),
    ]
    state = fold(log)
    assert [each.minute for each in state.vitals] == [20, 80]
    assert state.minute(after.replace(minute=11)) == 81
    ordered = [each.values["systolic_mmhg"] for each in fold(reversed(log)).vitals]
    assert ordered == [140, 150]


def test_a_time_without_a_zone_is_refused() -> None:
    naive = START.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        LoggedEntry("x", "note", naive, START, JONAS)
    with pytest.raises(ValueError, match="time zone"):
        fold(a_session()).minute(naive)


def test_what_is_due_is_said_for_every_look() -> None:
    state = fold(a_session())
    found = {look.minute: look.state for look in session_log.schedule(state, plan(), at(26))}
    states = monitoring.ObservationState
    assert (found[0], found[10], found[20]) == (states.DONE, states.DONE, states.OVERDUE)


def test_before_the_start_the_planned_start_counts() -> None:
    unstarted = fold(a_session()[:3])
    assert session_log.schedule(unstarted, plan(), at(-3)) == ()
    planned = session_log.schedule(unstarted, plan(), at(-3), planned_start=at(0))
    assert planned[0].state == monitoring.ObservationState.DONE


def test_after_the_discharge_nothing_new_falls_due() -> None:
    gone = [*a_session(), entry("z", "discharged", 110)]
    looks = session_log.schedule(fold(gone), plan(), at(300))
    assert {look.state for look in looks} <= {
        monitoring.ObservationState.DONE,
        monitoring.ObservationState.LATE,
        monitoring.ObservationState.MISSED,
    }
    assert max(look.minute for look in looks) <= 110


def test_alerts_are_read_only_since_the_start() -> None:
    high_before = entry("b0", "vitals", -2, systolic_mmhg=190)
    assert alerts(fold([high_before, *a_session()]), thresholds()) == ()
    assert alerts(fold([high_before]), thresholds()) == ()
    high = entry("k", "vitals", 20, systolic_mmhg=185)
    pain = entry("m", "symptom", 21, code="chest-pain", severity=1)
    found = alerts(fold([*a_session(), pain, high]), thresholds())
    assert [(alert.sign, alert.level) for alert in found] == [("systolic_mmhg", "red"), ("chest-pain", "red")]


def test_a_corrected_reading_alarms_no_more() -> None:
    high = entry("k", "vitals", 20, systolic_mmhg=185)
    right = entry("k2", "vitals", 20, corrects="k", stored_at=at(22), systolic_mmhg=158)
    assert alerts(fold([*a_session(), high, right]), thresholds()) == ()


def test_the_safety_summary_says_what_the_log_says() -> None:
    log = [
        *a_session(),
        entry("k", "vitals", 21, systolic_mmhg=185, diastolic_mmhg=99),
        entry("n", "symptom", 25, code="nausea", severity=3),
        entry("o", "symptom", 30, code="nausea", severity=2),
    ]
    state = fold(log)
    summary = session_safety.safety(
        state, alerts(state, thresholds()), session_log.schedule(state, plan(), at(70))
    )
    assert [alert.level for alert in summary.alerts] == ["red"]
    assert [(each.code, each.severity) for each in summary.symptoms] == [("nausea", 3)]
    assert [each.what for each in summary.interventions] == ["position"]
    assert summary.extremes["systolic_mmhg"] == (130, 185)
    assert not summary.uneventful


def test_a_quiet_session_is_called_uneventful_only_when_it_was() -> None:
    quiet = [each for each in a_session() if each.kind not in {"symptom", "intervention"}]
    assert session_safety.safety(fold(quiet), (), ()).uneventful
    assert not session_safety.safety(fold(a_session()), (), ()).uneventful
    calm = [*quiet, entry("w", "symptom", 15, code="calm", severity=2)]
    assert session_safety.safety(fold(calm), (), (), wanted={"calm"}).uneventful
