"""What must hold of the fold over any log at all."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mooring.care.sessions.kinds import contribution_of
from mooring.rules import session_log
from mooring.rules.session_entry import LoggedEntry
from mooring.rules.session_log import FoldedSession

START = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
ZONES = (UTC, ZoneInfo("America/Los_Angeles"), ZoneInfo("Europe/Lisbon"))


def fold(entries: Iterable[LoggedEntry]) -> FoldedSession:
    return session_log.fold(entries, contribution_of)


@st.composite
def logs(draw: st.DrawFn) -> list[LoggedEntry]:
    """A log as it can arise: some entries correct an earlier one, each at most once; any zone."""
    entries: list[LoggedEntry] = []
    free: list[LoggedEntry] = []
    for number in range(draw(st.integers(0, 12))):
        minute = draw(st.integers(-30, 240))
        when = (START + timedelta(minutes=minute)).astimezone(draw(st.sampled_from(ZONES)))
        stored = START + timedelta(minutes=300, seconds=number)
        by = draw(st.sampled_from(["Jonas", "Miriam", "Leila"]))
        old = draw(st.sampled_from([None, *free])) if free else None
        kind = old.kind if old else draw(st.sampled_from(["vitals", "symptom", "note", "started"]))
        facts = {
            "vitals": {"systolic_mmhg": draw(st.integers(80, 220))},
            "symptom": {"code": "nausea", "severity": draw(st.integers(1, 3))},
            "note": {},
            "started": {},
        }[kind]
        if old and draw(st.booleans()):
            facts = {"withdrawn": True}
        entry = LoggedEntry(f"k{number}", kind, when, stored, by, facts, corrects=old.key if old else "")
        if old:
            free.remove(old)
        free.append(entry)
        entries.append(entry)
    return entries


@given(logs(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(log: list[LoggedEntry], chance: object) -> None:
    shuffled = list(log)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(log)


@given(logs(), st.data())
def test_a_log_folded_on_says_what_it_says_folded_at_once(
    log: list[LoggedEntry], data: st.DataObject
) -> None:
    known = data.draw(st.integers(0, len(log)))
    before = fold(log[:known])
    on = session_log.fold_on(before, log[known:], contribution_of)
    assert on is None or on == fold(log)
    assert before == fold(log[:known])
    simple = not any(each.corrects or each.kind == "started" for each in log[known:])
    free = {each.corrects for each in log[:known]}.isdisjoint(each.key for each in log[known:])
    last = max((each.order for each in log[:known]), default=None)
    if simple and free and (last is None or all(last < each.order for each in log[known:])):
        assert on is not None


@given(logs(), st.data())
def test_what_comes_twice_counts_once(log: list[LoggedEntry], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(log), max_size=5)) if log else []
    assert fold([*log, *again]) == fold(log)


@given(logs())
def test_every_entry_is_shown_once_and_one_of_a_chain_stands(log: list[LoggedEntry]) -> None:
    state = fold(log)
    assert sorted(line.entry.key for line in state.lines) == sorted(entry.key for entry in log)
    assert [line.entry.order for line in state.lines] == sorted(entry.order for entry in log)
    corrected = {entry.corrects for entry in log}
    for line in state.lines:
        assert line.struck == (line.entry.key in corrected or line.entry.withdrawn)


@given(logs())
def test_tables_hold_exactly_what_stands(log: list[LoggedEntry]) -> None:
    state = fold(log)
    standing = {line.entry.key for line in state.lines if not line.struck}
    shown = {each.key for each in (*state.vitals, *state.symptoms)}
    assert shown == {
        entry.key for entry in log if entry.key in standing and entry.kind in {"vitals", "symptom"}
    }


@given(logs())
def test_minutes_are_the_time_that_passed(log: list[LoggedEntry]) -> None:
    state = fold(log)
    for line in state.lines:
        if state.started_at is None:
            assert line.minute is None
        else:
            passed = line.entry.at.timestamp() - state.started_at.timestamp()
            assert line.minute == passed // 60
