"""Looks: due, late, missed. Bands: every boundary, second readings, one amber an episode."""

import itertools

import pytest

from mooring.content.grades import EvidenceKind, Grade
from mooring.content.schema.monitoring import SignBands
from mooring.rules.bands import band_of
from mooring.rules.episodes import alerts_of, cued
from mooring.rules.monitoring import ObservationState, TimedObservation, due, evaluate
from tests.rules.knowledge import NOON, minutes, pack

RULES = pack()
PLAN = RULES.monitoring["MON-IV@1"]
TABLE = RULES.thresholds["THRESHOLDS-ADULT@2"]
FULL = {
    "systolic_mmhg": 120.0,
    "diastolic_mmhg": 75.0,
    "heart_rate_per_min": 70.0,
    "spo2_percent": 98.0,
    "respiratory_rate_per_min": 14.0,
    "moaas": 5.0,
}


def seen(minute: float, **values: float) -> TimedObservation:
    return TimedObservation(NOON + minutes(minute), values or FULL)


def states(at: float, observations: list[TimedObservation], ended: float | None = None) -> dict[int, str]:
    ended_at = None if ended is None else NOON + minutes(ended)
    looks = due(PLAN, NOON, observations, NOON + minutes(at), ended_at)
    return {look.minute: look.state.value for look in looks}


def test_a_quiet_session_is_all_done():
    observations = [seen(minute) for minute in (-15, 0, 10, 20, 30, 40, 60, 80, 100)]
    assert states(101, observations, ended=40) == {
        **dict.fromkeys((-15, 0, 10, 20, 30, 40, 60, 80, 100), "done"),
        130: "upcoming",
    }


@pytest.mark.parametrize(
    ("at", "state"),
    [(6, "upcoming"), (7, "due"), (13, "due"), (13.1, "overdue"), (16.9, "overdue"), (17, "missed")],
)
def test_one_look_through_time(at: float, state: str):
    assert states(at, [seen(-15), seen(0)])[10] == state


def test_a_late_reading_is_late_for_good():
    assert states(30, [seen(14)])[10] == "late"


def test_half_a_look_names_what_is_missing():
    looks = due(PLAN, NOON, [seen(10, systolic_mmhg=120, diastolic_mmhg=80)], NOON + minutes(11))
    look = next(each for each in looks if each.minute == 10)
    assert look.state == ObservationState.DUE
    assert look.missing == ("heart_rate_per_min", "spo2_percent", "respiratory_rate_per_min", "moaas")


def test_looks_go_on_while_an_infusion_runs_long():
    assert 70 in states(65, [])
    assert 70 not in states(65, [], ended=45)


def test_an_end_beside_a_planned_look_is_one_look():
    planned = [minute for minute in states(50, [], ended=41) if 35 < minute < 45]
    assert planned == [40]


@pytest.mark.parametrize(
    ("sign", "value", "level"),
    [
        ("systolic_mmhg", 79, "red"), ("systolic_mmhg", 80, "amber"), ("systolic_mmhg", 90, None),
        ("systolic_mmhg", 164, None), ("systolic_mmhg", 165, "amber"), ("systolic_mmhg", 179, "amber"),
        ("systolic_mmhg", 180, "amber"), ("systolic_mmhg", 200, "red"),
        ("diastolic_mmhg", 99, None), ("diastolic_mmhg", 100, "amber"), ("diastolic_mmhg", 115, "red"),
        ("heart_rate_per_min", 50, None), ("heart_rate_per_min", 49, "amber"), ("heart_rate_per_min", 111, "amber"),
        ("spo2_percent", 95, None), ("spo2_percent", 94, "amber"), ("spo2_percent", 89, "red"),
        ("spo2_percent", 89.5, "red"),
        ("respiratory_rate_per_min", 12, None), ("respiratory_rate_per_min", 11, "amber"),
        ("respiratory_rate_per_min", 9, "red"),
        ("moaas", 4, None), ("moaas", 3, "amber"), ("moaas", 2, "red"),
        ("nausea_severity", 3, None), ("nausea_severity", 4, "amber"),
    ],
)  # fmt: skip
def test_boundaries(sign: str, value: float, level: str | None):
    found = evaluate(TABLE, seen(10, **{sign: value}))
    assert [alert.level for alert in found] == ([level] if level else [])


@pytest.mark.parametrize("table", TABLE.signs, ids=lambda each: f"{each.phase} {each.sign} {each.least_age}")
def test_every_boundary_of_every_band(table: SignBands):
    for lower, upper in itertools.pairwise(table.bands):
        assert band_of(table, lower.most) is lower
        assert band_of(table, upper.least) is upper


def test_only_the_labels_cut_before_the_dose_is_called_a_labels():
    """140/90 (150/90 in the Union from 65 years on) is the label's; every other cut is a default."""
    for table in TABLE.signs:
        for band in table.bands if table.phase == "before" else ():
            labels = table.sign.endswith("stolic_mmhg") and band.level in ("quiet", "weigh")
            assert (band.grade == Grade.A) == labels, (table.sign, band.least)
            assert labels or band.evidence == EvidenceKind.DESIGN_DEFAULT


def test_every_crisis_that_can_be_tapped_alarms():
    for symptom in pack().symptoms.values():
        if symptom.nature == "crisis":
            found = evaluate(TABLE, TimedObservation(NOON, {}, {symptom.code: symptom.alarm_from or 1}))
            assert found, symptom.code


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused_and_never_quiet(value: float):
    with pytest.raises(ValueError, match="expected a number"):
        evaluate(TABLE, seen(10, spo2_percent=value))


def test_a_first_180_asks_for_a_second_and_the_second_sounds():
    first, second = seen(30, systolic_mmhg=182), seen(34, systolic_mmhg=181)
    asked = evaluate(TABLE, first)[0]
    assert asked.second
    assert not asked.sounds
    assert evaluate(TABLE, second, earlier=[first])[0].sounds
    late = seen(50, systolic_mmhg=181)
    assert evaluate(TABLE, late, earlier=[first])[0].sounds, "however far apart"
    assert not evaluate(TABLE, second, earlier=[first, seen(32, systolic_mmhg=150)])[0].sounds


def test_rises_need_the_value_before():
    assert evaluate(TABLE, seen(30, systolic_mmhg=150)) == ()
    assert evaluate(TABLE, seen(30, systolic_mmhg=149), {"systolic_mmhg": 110}) == ()
    found = evaluate(TABLE, seen(30, systolic_mmhg=150), {"systolic_mmhg": 110})
    assert found[0].sign == "systolic_rise_mmhg"


def test_symptoms_alarm_by_severity():
    assert evaluate(TABLE, TimedObservation(NOON, {}, {"fear": 2})) == ()
    assert evaluate(TABLE, TimedObservation(NOON, {}, {"fear": 3}))[0].sounds
    assert evaluate(TABLE, TimedObservation(NOON, {}, {"chest-pain": 1}))[0].sounds


def test_amber_is_one_cue_an_episode_and_red_sounds_each_time():
    series = [seen(10, spo2_percent=94), seen(15, spo2_percent=93), seen(20, spo2_percent=97)]
    series += [seen(25, spo2_percent=94), seen(26, spo2_percent=88), seen(27, spo2_percent=87)]
    given = [(alert.level, (alert.at - NOON).seconds // 60) for alert in alerts_of(cued(TABLE, series))]
    assert given == [("amber", 10), ("amber", 25), ("red", 26), ("red", 27)]
