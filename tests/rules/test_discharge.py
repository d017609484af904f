"""Discharge: the floor and every criterion; each one missing or unmet keeps the door shut."""

import pytest

from mooring.rules import discharge
from mooring.rules.verdict import Effect, Fact, Override
from tests.rules.knowledge import NOON, confirmed, measured, minutes, pack

RULES = pack()
CRITERIA, PLAN = RULES.discharge["DISCHARGE-CLINIC@2"], RULES.monitoring["MON-IV@1"]
END = NOON + minutes(40)
LEAVE = END + minutes(60)
SIMPLE = {
    "oriented": "yes",
    "spo2_percent": 97,
    "gait_steady": "yes",
    "dissociation_over": "yes",
    "nausea_severity": 1,
    "vomited_last_30min": "no",
    "new_suicidal_thoughts": "no",
    "escort_present": "yes",
    "advice_given": "yes",
    "systolic_mmhg": 128,
    "diastolic_mmhg": 80,
    "heart_rate_per_min": 74,
    "respiratory_rate_per_min": 14,
    "standing_drop_mmhg": 4,
    "cannula_removed": "yes",
}


def well(without: str = "", **changed: object) -> list[Fact]:
    values = {**SIMPLE, **changed}
    facts = [confirmed(key, value, LEAVE - minutes(5)) for key, value in values.items() if key != without]
    return [*facts, measured("moaas", 5, LEAVE - minutes(20)), measured("moaas", 5, LEAVE - minutes(5))]


def assess(facts: list[Fact], now=LEAVE, ended=END):
    return discharge.assess(
        facts,
        CRITERIA,
        PLAN,
        now,
        started_at=NOON,
        ended_at=ended,
        baseline={"systolic_mmhg": 125, "diastolic_mmhg": 84, "spo2_percent": 98},
    )


def codes(facts: list[Fact], now=LEAVE, ended=END) -> list[str]:
    return sorted(each.rule.partition("/")[2] for each in assess(facts, now, ended).findings)


def test_everything_met_opens_the_door():
    assert codes(well()) == []


def test_the_floor_stands_whatever_else_is_met():
    early = LEAVE - minutes(1)
    found = assess(well(), early).findings
    assert [each.rule for each in found] == ["MON-IV@1/floor"]
    assert found[0].override == Override.NOBODY
    assert dict(found[0].values) == {"minutes": 60, "left_min": 1}


def test_what_was_measured_before_the_dose_ended_is_not_taken():
    quick = {"fresh_min": 600, "twice_apart_min": None}
    lax = CRITERIA.model_copy(
        update={"criteria": tuple(each.model_copy(update=quick) for each in CRITERIA.criteria)}
    )
    late = [each for each in well() if each.key != "oriented"]
    for at, missing in ((NOON - minutes(20), True), (END - minutes(1), True), (END, False)):
        seen = [*late, confirmed("oriented", "yes", at)]
        verdict = discharge.assess(seen, lax, PLAN, LEAVE, started_at=NOON, ended_at=END)
        assert ("oriented" in verdict.missing) is missing, at


def test_a_pressure_from_before_the_dose_is_no_earlier_reading_to_fall_from():
    high = [each for each in well() if each.key not in ("systolic_mmhg", "diastolic_mmhg")]
    high += [measured("systolic_mmhg", 150, NOON - minutes(10)), measured("diastolic_mmhg", 80, LEAVE)]
    high += [measured("systolic_mmhg", 142, LEAVE - minutes(1))]
    assert "pressure" in codes(high)
    again = [*high, measured("systolic_mmhg", 144, LEAVE - minutes(10))]
    assert "pressure" not in codes(again)


def test_an_unknown_end_is_no_end():
    verdict = assess(well(), ended=None)
    assert verdict.missing == ("dosing_ended_at",)


@pytest.mark.parametrize("key", list(SIMPLE))
def test_each_missing_fact_keeps_the_door_shut(key: str):
    verdict = assess(well(without=key))
    assert verdict.worst_possible == Effect.HOLD
    assert not verdict.allowed


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"oriented": "no"}, "oriented"), ({"spo2_percent": 93}, "oxygen"), ({"gait_steady": "no"}, "gait"),
        ({"dissociation_over": "no"}, "dissociation"), ({"nausea_severity": 4}, "nausea"),
        ({"vomited_last_30min": "yes"}, "nausea"), ({"new_suicidal_thoughts": "yes"}, "risk"),
        ({"escort_present": "no"}, "escort"), ({"advice_given": "no"}, "advice"),
    ],
)  # fmt: skip
def test_each_unmet_criterion_is_named(changed: dict[str, object], code: str):
    assert codes(well(**changed)) == [code]


def test_awake_needs_two_checks_fifteen_minutes_apart():
    rest = [fact for fact in well() if fact.key != "moaas"]
    last = measured("moaas", 5, LEAVE - minutes(5))
    assert codes([*rest, last]) == ["awake"]
    assert codes([*rest, measured("moaas", 5, LEAVE - minutes(19)), last]) == ["awake"]
    assert codes([*rest, measured("moaas", 5, LEAVE - minutes(20)), last]) == []
    dip = measured("moaas", 4, LEAVE - minutes(12))
    assert codes([*rest, measured("moaas", 5, LEAVE - minutes(20)), dip, last]) == ["awake"]
    assert codes([*rest, measured("moaas", 5, LEAVE - minutes(20)), measured("moaas", 4, LEAVE)]) == ["awake"]


def test_pressure_near_its_start_and_falling_will_do():
    rest = [fact for fact in well() if fact.key not in ("systolic_mmhg", "diastolic_mmhg")]

    def readings(*pairs: tuple[float, float]) -> list[Fact]:
        return [
            measured(key, value, LEAVE - minutes(before))
            for before, systolic in pairs
            for key, value in (("systolic_mmhg", systolic), ("diastolic_mmhg", 92))
        ]

    assert codes([*rest, *readings((20, 150), (5, 144))]) == []
    assert codes([*rest, *readings((20, 142), (5, 144))]) == ["pressure"]
    assert codes([*rest, *readings((20, 160), (5, 146))]) == ["pressure"]


def test_an_old_reading_is_no_reading():
    rest = [fact for fact in well() if fact.key != "spo2_percent"]
    old = measured("spo2_percent", 98, LEAVE - minutes(31))
    assert codes([*rest, old]) == ["oxygen"]
