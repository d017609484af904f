"""Readiness: what must be so on the day, and the bands before the dose at every boundary."""

from datetime import timedelta

import pytest

from mooring.rules import readiness
from mooring.rules.screening import Setting
from mooring.rules.verdict import Effect, Fact, Override
from mooring.sentences.findings import words_of
from tests.rules.knowledge import NOON, confirmed, measured, pack, reported

RULES = pack()


def ready(**changed: object) -> list[Fact]:
    values = {
        "last_food": NOON - timedelta(hours=6),
        "last_drink": NOON - timedelta(hours=3),
        "escort_confirmed": "yes",
        "escort_named": "yes",
        "medicines_held": "yes",
        "new_medicine": "no",
        "substances_last_24h": "no",
        "ketamine_elsewhere": "no",
        "suicidal_since_last": "no",
        "mania_signs_today": "no",
        "psychosis_signs_today": "no",
        "pregnancy_possible_today": "no",
        "pregnancy_excluded": "no",
        "urgent_concern_open": "no",
        "integration_owed": "no",
        "consent_current": "yes",
        "weight_fresh_days": 7,
        "weight_kg": 70,
        "unwell_today": "no",
        "alcohol_last_24h": "no",
        "systolic_mmhg": 120,
        "diastolic_mmhg": 75,
        "heart_rate_per_min": 70,
        "spo2_percent": 98,
        **changed,
    }
    return [confirmed(key, value) for key, value in values.items() if value is not None]


def finding(facts: list[Fact], rule: str, setting: Setting | None = None):
    verdict = readiness.assess(facts, RULES, NOON, setting)
    return next((each for each in verdict.findings if each.rule == rule), None)


def test_everything_in_order_opens_the_gate():
    verdict = readiness.assess(ready(), RULES, NOON)
    assert verdict.findings == ()
    assert verdict.allowed


@pytest.mark.parametrize("key", [fact.key for fact in ready() if fact.key != "pregnancy_excluded"])
def test_each_missing_fact_closes_it(key: str):
    verdict = readiness.assess(ready(**{key: None}), RULES, NOON)
    assert not verdict.allowed
    assert key in verdict.missing


@pytest.mark.parametrize("key", ["last_food", "last_drink"])
def test_when_somebody_last_ate_is_asked_again_after_eight_hours(key: str):
    told = [fact for fact in ready() if fact.key != key]
    for hours, missing in ((8, False), (8.1, True), (20, True)):
        at = NOON - timedelta(hours=hours)
        verdict = readiness.assess([*told, confirmed(key, at - timedelta(hours=1), at)], RULES, NOON)
        assert (key in verdict.missing) is missing, hours


@pytest.mark.parametrize(
    ("sign", "value", "effect", "override"),
    [
        ("systolic_mmhg", 89, Effect.HOLD, Override.PRESCRIBER),
        ("systolic_mmhg", 90, None, None),
        ("systolic_mmhg", 140, None, None),
        ("systolic_mmhg", 140.5, Effect.CAUTION, Override.PRESCRIBER),
        ("systolic_mmhg", 141, Effect.CAUTION, Override.PRESCRIBER),
        ("systolic_mmhg", 160, Effect.CAUTION, Override.PRESCRIBER),
        ("systolic_mmhg", 161, Effect.HOLD, Override.PRESCRIBER),
        ("systolic_mmhg", 180, Effect.HOLD, Override.PRESCRIBER),
        ("systolic_mmhg", 181, Effect.BLOCK, Override.NOBODY),
        ("diastolic_mmhg", 90, None, None),
        ("diastolic_mmhg", 91, Effect.CAUTION, Override.PRESCRIBER),
        ("diastolic_mmhg", 100, Effect.CAUTION, Override.PRESCRIBER),
        ("diastolic_mmhg", 101, Effect.BLOCK, Override.NOBODY),
        ("heart_rate_per_min", 49, Effect.HOLD, Override.PRESCRIBER),
        ("heart_rate_per_min", 110, None, None),
        ("spo2_percent", 93, Effect.HOLD, Override.PRESCRIBER),
        ("spo2_percent", 93.5, Effect.HOLD, Override.PRESCRIBER),
        ("spo2_percent", 94, None, None),
        ("spo2_percent", 89, Effect.BLOCK, Override.NOBODY),
    ],
)
def test_bands_before_the_dose(sign: str, value: float, effect: Effect | None, override: Override | None):
    found = finding(ready(**{sign: value}), f"THRESHOLDS-ADULT@2/{sign}")
    assert (found and found.effect, found and found.override) == (effect, override)


def test_from_65_years_in_the_union_the_label_s_150_counts():
    facts = [*ready(systolic_mmhg=150), confirmed("age_years", 70)]
    assert finding(facts, "THRESHOLDS-ADULT@2/systolic_mmhg", Setting(jurisdiction="PT")) is None
    assert finding(facts, "THRESHOLDS-ADULT@2/systolic_mmhg", Setting(jurisdiction="US-OR")) is not None


def test_the_weight_is_as_old_as_the_site_allows():
    old = [fact for fact in ready() if fact.key != "weight_kg"]
    assert finding([*old, measured("weight_kg", 70, NOON - timedelta(days=7))], "READY-WEIGHT@1") is None
    late = finding([*old, measured("weight_kg", 70, NOON - timedelta(days=8))], "READY-WEIGHT@1")
    assert late.settled
    assert late.override == Override.NOBODY


def test_fasting_differs_by_product():
    facts = ready(last_food=NOON - timedelta(hours=3))
    assert finding(facts, "READY-FOOD@2").settled
    nasal = Setting("esketamine", "intranasal", "US")
    assert finding(facts, "READY-ESK-FOOD@1", nasal) is None


def test_a_reported_answer_holds_until_somebody_confirms_it():
    facts = [*(fact for fact in ready() if fact.key != "unwell_today"), reported("unwell_today", "yes")]
    assert finding(facts, "READY-UNWELL@1").missing == ("unwell_today",)


def test_what_is_not_measured_is_said_in_words():
    found = finding(ready(spo2_percent=None), "THRESHOLDS-ADULT@2/spo2_percent")
    assert found is not None
    assert words_of(found.says) == "Not measured before this dose: Oxygen saturation."
