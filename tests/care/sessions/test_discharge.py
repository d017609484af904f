"""Discharge: the floor to the minute, every criterion, and what may be gone past by whom."""

from typing import Any

import pytest

from mooring.audit.models import Event
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.models import Cycle, Phase
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.sessions.rows import check, checked, discharge, left, minute, recovering, started, vitals
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db

PRESSURE = "DISCHARGE-CLINIC@2/pressure"
ESCORT = "DISCHARGE-CLINIC@2/escort"


def phase_of(session: Session) -> str:
    return Cycle.objects.values_list("phase", flat=True).get(pk=session.cycle_id)


def test_one_minute_before_the_floor_is_refused_at_the_floor_it_is_allowed(cast: Cast) -> None:
    session = checked(cast, recovering(cast), minute(103))
    with pytest.raises(Refused, match="minimum stay is 60 minutes") as refused:
        discharge(cast, session, minute(104))
    assert len(refused.value.reasons) == 1
    assert phase_of(session) == Phase.RECOVERY
    discharge(cast, session, minute(105))
    assert phase_of(session) == Phase.DISCHARGED


def test_every_unmet_criterion_is_told(cast: Cast) -> None:
    session = recovering(cast)
    with pytest.raises(Refused) as refused:
        discharge(cast, session, minute(110))
    chart = chart_of(session, minute(110))
    assert len(refused.value.reasons) == len(chart.knowledge.criteria.criteria)


def test_a_stale_check_counts_no_more(cast: Cast) -> None:
    session = checked(cast, recovering(cast), minute(104))
    with pytest.raises(Refused, match="Fully awake"):
        discharge(cast, session, minute(150))


def test_being_awake_once_is_not_awake_twice(cast: Cast) -> None:
    session = recovering(cast)
    vitals(cast, session, minute(104))
    check(cast, session, minute(104))
    with pytest.raises(Refused, match="two checks") as refused:
        discharge(cast, session, minute(105))
    assert len(refused.value.reasons) == 1


def test_before_the_end_of_dosing_nobody_leaves(cast: Cast) -> None:
    with pytest.raises(Refused, match="end of dosing first"):
        discharge(cast, started(cast), minute(200))


def high_pressure(cast: Cast) -> Session:
    session = recovering(cast)
    for number in (86, 104):
        vitals(cast, session, minute(number), systolic_mmhg=150 + number // 10)
        check(cast, session, minute(number))
    return session


def test_the_prescriber_goes_past_what_the_rule_lets_them_with_a_reason(cast: Cast) -> None:
    session = high_pressure(cast)
    with pytest.raises(Refused, match="Blood pressure"):
        discharge(cast, session, minute(105))
    with pytest.raises(Refused, match="Only a prescriber"):
        discharge(cast, session, minute(105), overrides={PRESSURE: "Usual for this patient."})
    with pytest.raises(Refused, match="Blood pressure"):
        discharge(cast, session, minute(105), overrides={PRESSURE: "  "}, by=cast.prescriber)
    entry = discharge(
        cast, session, minute(105), overrides={PRESSURE: "Usual for this patient."}, by=cast.prescriber
    )
    assert entry.facts["overridden"] == [PRESSURE]
    assert "Usual for this patient." in entry.words.text
    assert "Usual" not in str(Event.objects.get(name="care.sessions.discharged").detail)


def test_what_nobody_may_go_past_stays(cast: Cast) -> None:
    session = recovering(cast)
    for number in (86, 104):
        vitals(cast, session, minute(number))
        check(cast, session, minute(number), oriented="no")
    overrides = {"DISCHARGE-CLINIC@2/oriented": "The escort will watch.", "MON-IV@1/floor": "In a hurry."}
    with pytest.raises(Refused) as refused:
        discharge(cast, session, minute(104.5), overrides=overrides, by=cast.prescriber)
    assert len(refused.value.reasons) == 2


def test_an_absent_escort_needs_two_people(cast: Cast) -> None:
    session = recovering(cast)
    for number in (86, 104):
        vitals(cast, session, minute(number))
        check(cast, session, minute(number), escort_present="no")
    alone: dict[str, Any] = {"overrides": {ESCORT: "The sister is at the door."}, "by": cast.prescriber}
    for second in (None, cast.prescriber):
        with pytest.raises(Refused, match="escort"):
            discharge(cast, session, minute(105), second=second, **alone)
    with pytest.raises(Refused, match="does not work"):
        discharge(cast, session, minute(105), second=cast.stranger, **alone)
    discharge(cast, session, minute(105), second=cast.monitor, **alone)
    assert phase_of(session) == Phase.DISCHARGED


def test_the_discharge_leaves_an_event_and_a_task_for_the_prescriber(cast: Cast) -> None:
    left(cast)
    assert Event.objects.get(name="care.sessions.discharged").subject == cast.patient.subject_ref
    assert Task.objects.get(kind="sign-off").owner == cast.prescriber


def test_somebody_without_credentials_lets_nobody_go(cast: Cast) -> None:
    session = checked(cast, recovering(cast))
    cast.monitor.credentials.all().update(revoked_at=NOW)
    with pytest.raises(Refused, match="not recorded"):
        discharge(cast, session, minute(105))
