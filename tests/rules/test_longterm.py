"""Long-term checks: what is counted from the doses, the stops, and when a check is due."""

from datetime import date, timedelta
from decimal import Decimal

from mooring.rules.longterm import GivenDose, assess, counted, due
from mooring.rules.screening import Setting
from mooring.rules.verdict import Effect, Fact
from tests.rules.knowledge import DAY, NOON, measured, pack

RULES, HERE = pack(), Setting(jurisdiction="US-OR")


def doses(*days_ago: int, mg: int = 36) -> list[GivenDose]:
    return [GivenDose(DAY - timedelta(days=each), Decimal(mg)) for each in days_ago]


def found(*facts: Fact, given: list[GivenDose] | None = None) -> dict[str, Effect]:
    verdict = assess([*facts, *counted(given or [], NOON)], RULES, NOON, HERE)
    return {each.rule.partition("@")[0]: each.effect for each in verdict.findings}


def test_what_nobody_has_measured_meets_nothing() -> None:
    assert found() == {}
    assert found(given=doses(17, 14, 10, 7, 3)) == {}, "a usual course of twice a week"


def test_the_bladder_and_the_liver_stop() -> None:
    assert found(measured("bladder_total", 9), measured("bladder_blood_or_pain", "no")) == {
        "LT-BLADDER-RED": Effect.BLOCK
    }
    assert found(measured("bladder_total", 5), measured("bladder_blood_or_pain", "yes")) == {
        "LT-BLADDER-RED": Effect.BLOCK
    }
    assert found(measured("alt_times_normal", 3.5)) == {"LT-LIVER": Effect.HOLD}


def test_doses_are_counted_over_all_treatments() -> None:
    many = doses(*range(3, 91, 7))
    assert len(many) == 13
    assert found(given=many) == {"LT-MANY-DOSES": Effect.SPECIALIST_REVIEW}
    risen = [*doses(40), *doses(10, mg=50)]
    assert found(given=risen) == {"LT-MANY-DOSES": Effect.SPECIALIST_REVIEW}


def test_gaps_that_shorten_are_counted() -> None:
    facts = {fact.key: fact.value for fact in counted(doses(80, 52, 38, 31, 27), NOON)}
    assert facts["gap_shortened_times"] == 3
    assert facts["doses_given"] == 5


def test_a_check_is_due_when_its_cadence_has_come() -> None:
    first = DAY - timedelta(days=100)
    assert {each.id for each in due([], RULES, NOON, HERE, first)} >= {"LT-LIVER", "LT-PRESSURE"}
    lately = measured("alt_times_normal", 1, NOON - timedelta(days=20))
    assert "LT-LIVER" not in {each.id for each in due([lately], RULES, NOON, HERE, first)}
    assert due([], RULES, NOON, HERE, date(2026, 3, 1)) == ()
