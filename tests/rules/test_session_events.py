"""Calls, emergencies, take-overs and double readings, folded from a log; pure."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from mooring.rules import session_log
from mooring.rules.session_entry import Contribution, LoggedEntry
from mooring.rules.session_events import calls, debrief_due, double_readings, emergencies, watcher

pytestmark = pytest.mark.pure
NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


def entry(
    key: str, kind: str, minute: float, by: str = "Jonas", corrects: str = "", **facts: Any
) -> LoggedEntry:
    at = NOON + timedelta(minutes=minute)
    return LoggedEntry(key, kind, at, at, by, facts, corrects=corrects)


def folded(*entries: LoggedEntry) -> session_log.FoldedSession:
    def contribution(each: LoggedEntry) -> Contribution:
        return Contribution(values=each.facts if each.kind == "vitals" else {})

    return session_log.fold(entries, contribution)


def test_an_answer_counts_for_the_calls_that_it_names_alone() -> None:
    log = (
        entry("a", "call", 1, what="come"),
        entry("b", "call", 2, what="quiet"),
        entry("c", "call-answered", 3, by="Leila", calls=["a"]),
    )
    found = calls(folded(*log).lines)
    assert [(call.what, call.answered_by) for call in found] == [("come", "Leila"), ("quiet", "")]


def test_an_emergency_has_one_script_its_steps_and_an_end_in_any_order_of_arrival() -> None:
    log = (
        entry("e", "emergency", 1, script="S-1"),
        entry("f", "emergency", 2, emergency="e", script="S-2"),
        entry("g", "emergency-step", 3, by="Leila", emergency="e", script="S-2", step=2),
        entry("h", "emergency-step", 4, emergency="e", script="S-1", step=1),
        entry("i", "emergency-over", 9, emergency="e", reason="resolved"),
    )
    for order in permutations(log):
        (found,) = emergencies(folded(*order).lines)
        assert (found.script, list(found.steps), found.next_step) == ("S-2", [2], 1)
        assert (found.over_reason, found.by) == ("resolved", "Jonas")


def test_a_withdrawn_end_leaves_the_emergency_open_and_no_debrief_due() -> None:
    log = [entry("e", "emergency", 1), entry("i", "emergency-over", 9, emergency="e", reason="resolved")]
    assert debrief_due(folded(*log).lines)
    log.append(entry("j", "emergency-over", 9, corrects="i", withdrawn=True))
    assert emergencies(folded(*log).lines)[0].over_at is None
    assert not debrief_due(folded(*log).lines)


def test_a_debrief_counts_for_what_was_over_before_it() -> None:
    first = [entry("e", "emergency", 1), entry("i", "emergency-over", 9, emergency="e", reason="resolved")]
    assert not debrief_due(folded(*first, entry("d", "debrief", 12)).lines)
    later = [
        entry("k", "emergency", 20),
        entry("l", "emergency-over", 22, emergency="k", reason="false-alarm"),
    ]
    assert debrief_due(folded(*first, entry("d", "debrief", 12), *later).lines)


def test_who_took_over_last_takes_the_observations() -> None:
    start, taken = entry("s", "started", 0, by="Jonas"), entry("w", "watch", 10, by="Leila")
    assert watcher(folded().lines) == ""
    assert watcher(folded(start).lines) == "Jonas"
    assert watcher(folded(start, taken).lines) == "Leila"


@pytest.mark.parametrize(
    ("apart_s", "by", "systolic", "found"),
    [(20, "Leila", 150, 1), (20, "Leila", 128, 0), (20, "Jonas", 150, 0), (61, "Leila", 150, 0)],
)
def test_two_readings_for_one_time_are_a_conflict_until_one_is_withdrawn(
    apart_s: int, by: str, systolic: int, found: int
) -> None:
    one = entry("v", "vitals", 10, systolic_mmhg=128)
    other = entry("u", "vitals", 10 + apart_s / 60, by=by, systolic_mmhg=systolic)
    assert len(double_readings(folded(one, other).vitals)) == found
    withdrawn = entry("x", "vitals", 10, corrects="v", withdrawn=True)
    assert not double_readings(folded(one, other, withdrawn).vitals)
