"""Dose arithmetic by hand-worked examples and properties; every limit with its finding."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mooring.rules.dose_limits import DoseOrder, Weight, amounts, check, check_spacing, of_mg
from mooring.rules.verdict import Effect
from tests.rules.knowledge import DAY, pack

PROTOCOL = pack().protocols["IV-STD-6@1"]
WEIGHT = Weight(Decimal(70), DAY, fresh_days=7)
ORDER = DoseOrder(
    product="racemic ketamine",
    salt_basis="base",
    route="intravenous",
    mg=Decimal(35),
    ml=Decimal(35),
    concentration_mg_per_ml=Decimal(1),
    on=DAY,
    mg_per_kg=Decimal("0.5"),
    duration_min=40,
    rate_ml_per_h=Decimal("52.5"),
)


def codes(order: DoseOrder, weight: Weight | None = WEIGHT) -> list[str]:
    found = check(order, PROTOCOL, weight).findings
    return sorted(each.rule.partition("/")[2] for each in found)


@pytest.mark.parametrize(
    ("per_kg", "kg", "concentration", "mg", "ml", "rate"),
    [
        ("0.5", "70", "1", "35.0", "35.00", "52.5"),
        ("0.5", "82.4", "10", "41.2", "4.12", "6.2"),
        ("0.5", "61.3", "50", "30.6", "0.61", "0.9"),  # 30.65 mg exactly: half to even
        ("0.25", "48.7", "2", "12.2", "6.10", "9.2"),  # 12.175 mg; 6.1 mL in 40 min: 9.15, half to even
    ],
)
def test_worked_examples(per_kg: str, kg: str, concentration: str, mg: str, ml: str, rate: str):
    found = amounts(
        mg_per_kg=Decimal(per_kg),
        weight_kg=Decimal(kg),
        concentration_mg_per_ml=Decimal(concentration),
        duration_min=40,
    )
    assert (found.mg, found.ml, found.rate_ml_per_h) == (Decimal(mg), Decimal(ml), Decimal(rate))


def test_an_order_in_order_has_no_findings():
    assert codes(ORDER) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"product": "esketamine"}, "product"),
        ({"route": "intramuscular"}, "route"),
        ({"salt_basis": "hydrochloride"}, "salt-basis"),
        ({"ml": Decimal(36)}, "volume"),
        ({"ml": Decimal("35.01")}, "volume"),
        ({"rate_ml_per_h": Decimal("52.6")}, "rate"),
        ({"rate_ml_per_h": Decimal(60)}, "rate"),
        ({"duration_min": 20, "rate_ml_per_h": Decimal(105)}, "duration"),
        ({"duration_min": None, "rate_ml_per_h": None}, "duration"),
    ],
)
def test_each_fault_is_named(changed: dict[str, object], code: str):
    assert codes(replace(ORDER, **changed)) == [code]


def test_a_tenfold_dose_is_blocked():
    wrong = replace(ORDER, mg=Decimal(350), ml=Decimal(350), rate_ml_per_h=Decimal(525))
    assert codes(wrong) == ["ceiling", "dose", "mg"]
    assert check(wrong, PROTOCOL, WEIGHT).established == Effect.BLOCK


def test_the_ceiling_holds_a_heavy_patient_s_dose():
    heavy = Weight(Decimal(170), DAY, 7)
    order = replace(ORDER, mg=Decimal(85), ml=Decimal(85), rate_ml_per_h=Decimal("127.5"))
    assert codes(order, heavy) == ["ceiling"]


def test_weight_missing_old_or_of_tomorrow():
    assert codes(ORDER, None) == ["weight"]
    assert codes(ORDER, replace(WEIGHT, measured_on=DAY - timedelta(days=7))) == []
    assert codes(ORDER, replace(WEIGHT, measured_on=DAY - timedelta(days=8))) == ["weight-age"]
    assert codes(ORDER, replace(WEIGHT, measured_on=DAY + timedelta(days=1))) == ["weight-age"]


def spacing(*days_ago: int, of_this_treatment: int | None = None) -> list[str]:
    previous = tuple(DAY - timedelta(days=each) for each in days_ago)
    own = len(previous) if of_this_treatment is None else of_this_treatment
    found = check_spacing(PROTOCOL, DAY, previous_on=previous, of_this_treatment=own).findings
    return sorted(each.rule.partition("/")[2] for each in found)


def test_spacing():
    assert spacing() == []
    assert spacing(2) == []
    assert spacing(1) == ["gap"]
    assert spacing(8) == ["gap-long"]
    assert spacing(*(3 * n for n in range(1, 7))) == ["cycles"]


def test_doses_of_another_treatment_keep_their_distance_and_use_up_none_of_this_one():
    assert spacing(1, of_this_treatment=0) == ["gap"]
    assert spacing(40, of_this_treatment=0) == []
    assert spacing(*(3 * n for n in range(1, 7)), of_this_treatment=0) == []


@pytest.mark.parametrize("value", ["0", "-35", "NaN", "Infinity"])
@pytest.mark.parametrize("field", ["mg", "ml", "concentration_mg_per_ml"])
def test_an_amount_that_cannot_be_blocks_the_order(field: str, value: str):
    assert codes(replace(ORDER, **{field: Decimal(value)})) == ["positive"]


def test_nothing_below_zero():
    with pytest.raises(ValueError, match="above 0"):
        of_mg(Decimal("NaN"), Decimal(10))
    with pytest.raises(ValueError, match="above 0"):
        amounts(mg_per_kg=Decimal(0), weight_kg=Decimal(70), concentration_mg_per_ml=Decimal(1))
    with pytest.raises(ValueError, match="above 0"):
        of_mg(Decimal(35), Decimal(10), 0)


kilograms = st.decimals(min_value=35, max_value=160, places=1)
strengths = st.sampled_from([Decimal(1), Decimal(2), Decimal(10), Decimal(50)])


@given(kg=kilograms, strength=strengths, per_kg=st.sampled_from([Decimal("0.25"), Decimal("0.5")]))
@example(kg=Decimal("111.1"), strength=Decimal(1), per_kg=Decimal("0.5"))
def test_what_is_computed_always_passes_the_check(kg: Decimal, strength: Decimal, per_kg: Decimal):
    found = amounts(mg_per_kg=per_kg, weight_kg=kg, concentration_mg_per_ml=strength, duration_min=40)
    order = replace(
        ORDER,
        mg=found.mg,
        ml=found.ml,
        concentration_mg_per_ml=strength,
        mg_per_kg=per_kg,
        rate_ml_per_h=found.rate_ml_per_h,
    )
    assert codes(order, Weight(kg, DAY, 7)) == []
    assert abs(found.mg - found.exact_mg) <= Decimal("0.05")
