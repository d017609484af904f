"""Facts that a rule asks for and a room measures: each one, recorded, closes the gate by its own rule."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from mooring.care.measures.actions import answer_concern, enter_measure
from mooring.care.measures.models import Concern, RiskAssessment
from mooring.care.observations.actions import record_observation, record_result
from mooring.care.observations.models import LaboratoryResult, Observation
from mooring.care.treatments.actions import close_finding
from mooring.care.treatments.gate import gate_of
from mooring.care.treatments.models import Cycle, Phase, Treatment
from mooring.rules.verdict import ClosureKind
from tests.care.measures.questionnaires import filled
from tests.care.treatments.before_dosing import asked, ready
from tests.care.treatments.rows import cycle_in
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
AN_HOUR_AGO = NOW - timedelta(hours=1)


def laboratory(cast: Cast, test: str, at: datetime, **fields: object) -> None:
    row = LaboratoryResult(patient=cast.patient, test=test, at=at, **fields)
    record_result(result=row, by=cast.monitor, at=max(at, NOW), reason="Read twice from the report.")


def dosed_before(cast: Cast, days: int) -> None:
    """A dose that was given so many days ago."""
    treatment = Treatment.objects.get(patient=cast.patient)
    cycle_in(Phase.CLOSED, treatment, number=9, at=NOW - timedelta(days=days))


def home_pressure(cast: Cast) -> None:
    row = Observation(patient=cast.patient, kind="home-pressure", value=146, second=88, at=AN_HOUR_AGO)
    record_observation(observation=row, by=cast.monitor, at=NOW)


def liver_doubled(cast: Cast) -> None:
    """21 U/L before treatment, 50 now: within three times normal, and more than twice the value before."""
    dosed_before(cast, 30)
    for value, days in ((21, 60), (50, 1)):
        laboratory(
            cast,
            "alt",
            NOW - timedelta(days=days),
            value=Decimal(value),
            unit="U/L",
            reference_high=Decimal(40),
        )


def breath(cast: Cast) -> None:
    laboratory(cast, "breath-alcohol", AN_HOUR_AGO, value=Decimal("0.2"), unit="‰")


def entered(cast: Cast, instrument: str, at: datetime, **items: float) -> None:
    enter_measure(
        patient=cast.patient,
        instrument=instrument,
        answers=items,
        total=None,
        rated_at=at,
        by=cast.prescriber,
        at=at,
    )


def misuse(cast: Cast) -> None:
    entered(cast, "MISUSE-SIGNS", AN_HOUR_AGO, craving=1, early=1, more=0, test=0, urinary=0)


def memory(cast: Cast) -> None:
    entered(cast, "MOCA", NOW - timedelta(days=180), total=28)
    entered(cast, "MOCA", AN_HOUR_AGO, total=25)


def high_risk(cast: Cast) -> None:
    """The urgent answer is closed by an assessment that finds the risk high: answered, and not safe."""
    filled(cast, at=AN_HOUR_AGO, each=0, q9=3)
    concern = Concern.objects.get(patient=cast.patient)
    answer_concern(
        concern=concern,
        what_was_done="Seen in the room.",
        assessment=RiskAssessment(
            tier="high", means="open", plan="Crisis team today.", told="The crisis team."
        ),
        by=cast.prescriber,
        at=NOW - timedelta(minutes=30),
    )


@pytest.mark.parametrize(
    ("happens", "rule"),
    [
        (home_pressure, "LT-PRESSURE@1"),
        (liver_doubled, "LT-LIVER@1"),
        (breath, "READY-BREATH-ALCOHOL@1"),
        (misuse, "LT-MISUSE@1"),
        (memory, "LT-COGNITION@1"),
        (high_risk, "SUICIDE-RISK@1"),
    ],
)
def test_what_was_measured_closes_the_gate(cast: Cast, happens: Callable[[Cast], None], rule: str) -> None:
    cycle: Cycle = ready(cast)
    before = {finding.rule for finding in gate_of(cycle, NOW).findings}
    happens(cast)
    now = {finding.rule for finding in gate_of(cycle, NOW).findings}
    assert rule not in before
    assert rule in now


def fever(cast: Cast, celsius: str, measured: int, stored: int) -> None:
    """A temperature that was measured so many minutes after the gate of the day, and typed in later."""
    at, now = NOW + timedelta(minutes=measured), NOW + timedelta(minutes=stored)
    row = Observation(patient=cast.patient, kind="temperature", value=Decimal(celsius), at=at)
    record_observation(observation=row, by=cast.monitor, at=now, reason="Read twice.")


def test_a_closing_holds_for_what_was_known_when_it_was_given(cast: Cast) -> None:
    """38.2 °C is overridden at minute 10. 40.1 °C, measured at minute 8 and typed at minute 15, is a new finding."""
    cycle, rule = ready(cast), "READY-FEVER@1"
    fever(cast, "38.2", 5, 6)
    close_finding(
        cycle=cycle,
        rule=rule,
        kind=ClosureKind.OVERRIDDEN,
        reason="A warm room; well.",
        by=cast.prescriber,
        at=NOW + timedelta(minutes=10),
    )
    later = NOW + timedelta(minutes=20)
    assert rule not in {finding.rule for finding in gate_of(cycle, later).findings}
    fever(cast, "40.1", 8, 15)
    assert rule in {finding.rule for finding in gate_of(cycle, later).findings}


def test_a_negative_laboratory_test_answers_the_question_of_the_day(cast: Cast) -> None:
    """Pregnancy possible today: the laboratory's own negative test of today is the test that the rule asks for."""
    cycle = ready(cast)
    asked(cast, cycle, at=NOW - timedelta(minutes=5), pregnancy_possible_today="yes")
    assert "READY-PREGNANCY@1" in {finding.rule for finding in gate_of(cycle, NOW).findings}
    laboratory(cast, "hcg", AN_HOUR_AGO, result="negative")
    assert "READY-PREGNANCY@1" not in {finding.rule for finding in gate_of(cycle, NOW).findings}
