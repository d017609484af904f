"""A correction is a new entry; the old one stays to be read."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from mooring.audit.models import Event
from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.models import LogEntry
from mooring.care.sessions.queries import chart_of
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.sessions.rows import (
    SIGNS,
    checked,
    discharge,
    left,
    minute,
    recovering,
    signed_off,
    started,
    vitals,
)
from tests.people import Cast

pytestmark = pytest.mark.django_db


def correct(cast: Cast, entry: LogEntry, number: float = 20, **changed: Any) -> LogEntry:
    given: dict[str, Any] = {
        "session": entry.session,
        "kind": EntryKind(entry.kind),
        "corrects": entry,
        "facts": {**SIGNS, "systolic_mmhg": 118},
        "text": "",
        "happened_at": entry.at,
        "withdraw": False,
        "key": uuid4(),
        "by": cast.second_monitor,
        "at": minute(number),
    }
    return write_entry(**{**given, **changed})


def test_the_newer_value_counts_and_the_older_is_struck(cast: Cast) -> None:
    session = started(cast)
    wrong = vitals(cast, session, minute(10), systolic_mmhg=181)
    assert [alert.level for alert in chart_of(session, minute(11)).alerts]
    correct(cast, wrong)
    chart = chart_of(session, minute(21))
    assert chart.state.last_values["systolic_mmhg"][0] == 118
    assert not chart.alerts
    assert [line.struck for line in chart.state.lines if line.entry.key == str(wrong.key)] == [True]
    event = Event.objects.filter(name="care.sessions.entry-written").latest("id")
    assert event.detail["corrects"] == str(wrong.key)


def test_a_correction_can_be_corrected_but_an_entry_only_once(cast: Cast) -> None:
    session = started(cast)
    wrong = vitals(cast, session, minute(10), systolic_mmhg=181)
    right = correct(cast, wrong)
    with pytest.raises(Refused, match="Correct the newer one"):
        correct(cast, LogEntry.objects.get(pk=wrong.pk))
    correct(cast, right, 22, facts={**SIGNS, "systolic_mmhg": 119})
    assert chart_of(session, minute(23)).state.last_values["systolic_mmhg"][0] == 119


def test_an_entry_that_should_not_stand_is_withdrawn(cast: Cast) -> None:
    session = started(cast)
    wrong = vitals(cast, session, minute(10), systolic_mmhg=181)
    correct(cast, wrong, withdraw=True)
    state = chart_of(session, minute(21)).state
    assert state.last_values["systolic_mmhg"][0] == 128
    assert sum(line.struck for line in state.lines) == 2


def test_time_outs_and_signatures_are_not_corrected(cast: Cast) -> None:
    session = started(cast)
    with pytest.raises(Refused, match="cannot be corrected"):
        correct(cast, session.entries.filter(kind="time-out").first())  # type: ignore[arg-type]
    with pytest.raises(Refused, match="cannot be corrected"):
        correct(cast, session.entries.get(kind="started"), withdraw=True)


def test_the_corrected_end_moves_the_contact_window(cast: Cast) -> None:
    session = recovering(cast)
    correct(
        cast,
        session.entries.get(kind="dosing-ended"),
        50,
        happened_at=minute(43),
        facts={"given_ml": "34", "reason": "patient-wish"},
    )
    assert chart_of(session, minute(51)).state.ended_at == minute(43)
    assert Task.objects.get(kind="integration-contact").opens_at == minute(43) + timedelta(hours=24)
    assert chart_of(session, minute(51)).state.given_ml == "34"


def test_start_and_end_keep_their_order(cast: Cast) -> None:
    session = recovering(cast)
    with pytest.raises(Refused, match="double check comes before"):
        correct(cast, session.entries.get(kind="started"), 50, happened_at=minute(1))
    with pytest.raises(Refused, match="ends after it starts"):
        correct(
            cast,
            session.entries.get(kind="dosing-ended"),
            50,
            happened_at=minute(4.5),
            facts={"given_ml": "1"},
        )


def test_after_the_discharge_its_times_stand(cast: Cast) -> None:
    session = checked(cast, recovering(cast))
    discharge(cast, session, minute(105))
    with pytest.raises(Refused, match="discharge rests"):
        correct(
            cast,
            session.entries.get(kind="dosing-ended"),
            110,
            happened_at=minute(30),
            facts={"given_ml": "36"},
        )


def test_once_signed_off_only_the_prescriber_corrects(cast: Cast) -> None:
    session = signed_off(cast)
    entry = session.entries.filter(kind="vitals").first()
    assert entry is not None
    with pytest.raises(Refused, match="Ask the prescriber"):
        correct(cast, entry, 130)
    correct(cast, entry, 130, by=cast.prescriber)


def test_a_correction_still_happens_before_the_discharge(cast: Cast) -> None:
    session = left(cast)
    entry = session.entries.filter(kind="vitals").first()
    assert entry is not None
    with pytest.raises(Refused, match="was discharged at"):
        correct(cast, entry, 130, happened_at=minute(110))
