"""Alerts that steer: the second reading, worsening, lasting, every band and symptom (cases A1, A2, A10)."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.content.schema.monitoring import SignBands
from mooring.rules.bands import band_of, rank
from mooring.rules.episodes import alerts_of, cued, second_readings
from mooring.rules.monitoring import AlertCode, ObservationState, TimedObservation, evaluate
from tests.rules.knowledge import NOON, minutes, pack

pytestmark = pytest.mark.pure

TABLE = pack().thresholds["THRESHOLDS-ADULT@2"]
QUIET_WHEN_SEVERE = {"blunted", "eye-jerks", "taste", "dry-mouth", "frequent-urine", "tired", "poor-sleep"}
"""Unwelcome and never urgent: no act of the room depends on them."""


def seen(minute: float, **values: float) -> TimedObservation:
    return TimedObservation(NOON + minutes(minute), values)


def levels(series: list[TimedObservation], until: float = 240) -> list[tuple[str, str, int]]:
    found = alerts_of(cued(TABLE, series), NOON + minutes(until))
    return [(alert.level, alert.code.value, (alert.at - NOON).seconds // 60) for alert in found]


def test_case_a1_the_second_high_reading_is_red_and_a_missed_one_too() -> None:
    """Case A1: 185, 190, 195, 198 at ten-minute observations."""
    series = [seen(10 * place, systolic_mmhg=value) for place, value in enumerate((185, 190, 195, 198), 1)]
    assert levels(series) == [
        ("amber", "confirm", 10),
        ("red", "not-confirmed", 15),
        ("red", "band", 20),
        ("red", "band", 30),
        ("red", "band", 40),
    ]


def test_case_a1_the_second_reading_is_a_due_observation_with_a_clock() -> None:
    """Case A1: the confirmation is due at 5 minutes, and overdue after that."""
    series = [seen(10, systolic_mmhg=185)]

    def second(now: float) -> list[tuple[int, str]]:
        moment = NOON + minutes(now)
        found = second_readings(alerts_of(cued(TABLE, series), moment), series, NOON, moment)
        return [(each.minute, each.state.value) for each in found if each.confirms]

    assert second(12) == [(15, "due")]
    assert second(16) == [(15, ObservationState.OVERDUE)]
    series.append(seen(17, systolic_mmhg=150))
    assert second(18) == []


def test_case_a2_worsening_cues_again_and_duration_counts() -> None:
    """Case A2: SpO2 94, 92, 91; MOAA/S 3 for 30 minutes."""
    falling = [seen(1, spo2_percent=94), seen(2, spo2_percent=92), seen(3, spo2_percent=91)]
    assert [found[:2] for found in levels(falling, until=4)] == [
        ("amber", "band"),
        ("amber", "band"),
        ("amber", "confirm"),
    ]
    asleep = [seen(minute, moaas=3) for minute in range(0, 31, 5)]
    assert levels(asleep)[0] == ("amber", "band", 0)
    assert levels(asleep)[1] == ("red", "lasting", 10)


@pytest.mark.parametrize(
    ("code", "severity", "level"),
    [("slurred-speech", 3, "red"), ("faint", 1, "red"), ("confused", 2, "amber"), ("confused", 3, "red")],
)
def test_case_a10_symptoms_have_bands(code: str, severity: int, level: str) -> None:
    """Case A10: severe slurred speech, faint, confusion."""
    found = evaluate(TABLE, TimedObservation(NOON, {}, {code: severity}))
    assert [alert.level for alert in found] == [level]


def test_every_unwanted_symptom_alerts_when_it_is_severe() -> None:
    for symptom in pack().symptoms.values():
        if symptom.nature in ("unwanted", "crisis") and symptom.code not in QUIET_WHEN_SEVERE:
            assert evaluate(TABLE, TimedObservation(NOON, {}, {symptom.code: 3})), symptom.code


def test_every_sign_of_every_plan_has_bands_before_and_during_the_dose() -> None:
    knowledge = pack()
    for plan in knowledge.monitoring.values():
        measured = {sign for part in (*plan.points, *plan.repeats) for sign in part.signs}
        for phase in ("before", "during"):
            assert measured <= {table.sign for table in TABLE.signs if table.phase == phase}, plan.id


def test_every_red_leads_to_a_script() -> None:
    for table in TABLE.signs:
        for band in table.bands:
            if band.level == "red" and table.sign != "heart_rate_per_min":
                assert band.script or table.script, (table.sign, band.says)


def amber_signs() -> list[SignBands]:
    return [table for table in TABLE.signs if table.phase == "during" and table.sign != "nausea_severity"]


@given(st.sampled_from(amber_signs()), st.data())
def test_a_worse_band_is_never_silent(table: SignBands, data: st.DataObject) -> None:
    """For any two readings of a sign, the second in a worse band than the first always alerts."""
    low, high = -20, 260
    values = st.integers(low, high)
    first, second = data.draw(values), data.draw(values)
    if rank(band_of(table, second)) <= rank(band_of(table, first)):
        return
    series = [seen(0, **{table.sign: first}), seen(30, **{table.sign: second})]
    assert any(alert.at == NOON + timedelta(minutes=30) for alert in alerts_of(cued(TABLE, series)))


@given(st.lists(st.integers(150, 199), min_size=2, max_size=8))
def test_two_readings_in_a_confirm_band_are_red_however_far_apart(values: list[int]) -> None:
    series = [seen(10 * place, systolic_mmhg=value) for place, value in enumerate(values)]
    reds = {
        alert.at for alert in alerts_of(cued(TABLE, series)) if alert.sounds and alert.code == AlertCode.BAND
    }
    for earlier, later in itertools.pairwise(series):
        if earlier.values["systolic_mmhg"] >= 180 and later.values["systolic_mmhg"] >= 180:
            assert later.at in reds


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(80, 210)), max_size=12), st.data())
def test_what_is_worked_on_is_what_is_worked_out_at_once(
    readings: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Also where a reading comes late, or another log is gone on from by mistake."""
    series = [seen(minute, systolic_mmhg=value) for minute, value in readings]
    before = cued(TABLE, series[: data.draw(st.integers(0, len(series)))])
    assert cued(TABLE, series, before=before) == cued(TABLE, series)
    other = cued(TABLE, [seen(3, systolic_mmhg=188)])
    assert cued(TABLE, series, before=other) == cued(TABLE, series)
