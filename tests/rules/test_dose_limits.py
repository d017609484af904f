"""Dose arithmetic by hand-worked examples and properties; every limit with its finding."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.dose_limits import Weight, check, check_spacing
from mooring.rules.doses.basis import Basis
from mooring.rules.doses.infusion import InfusionDose
from mooring.rules.doses.ordered import OrderedDose
from mooring.rules.verdict import Effect
from mooring.sentences.findings import words_of
from tests.rules.knowledge import DAY, pack

PACK = pack()
PROTOCOL = PACK.protocols["IV-STD-6@1"]
PUMP = PACK.pumps["PUMP-GENERAL@1"]
WEIGHT = Weight(Decimal(70), DAY, fresh_days=7)
ORDER = OrderedDose(
    product="racemic ketamine",
    salt_basis="base",
    route="intravenous",
    mg=Decimal(35),
    on=DAY,
    basis=Basis("kg", Decimal("0.5"), Decimal(70)),
    form=InfusionDose(Decimal(1), Decimal(35), 40, Decimal("52.5")),
)


def changed_order(order: OrderedDose = ORDER, **changed: object) -> OrderedDose:
    """The order with other values of its own or of its infusion."""
    form = {name: changed.pop(name) for name in list(changed) if name in InfusionDose.__dataclass_fields__}
    return replace(order, form=replace(order.form, **form), **changed)  # type: ignore[arg-type]


def codes(
    order: OrderedDose,
    weight: Weight | None = WEIGHT,
    *,
    drawn: str = "KETAMINE-50@1",
    protocol: ProtocolTemplate = PROTOCOL,
) -> list[str]:
    found = check(order, protocol, weight, PACK.presentations.get(drawn), PUMP).findings
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
    order = computed(Decimal(per_kg), Decimal(kg), Decimal(concentration))
    assert (order.mg, order.form.volume_ml, order.form.rate_ml_per_h) == tuple(map(Decimal, (mg, ml, rate)))


def test_an_order_in_order_has_no_findings():
    assert codes(ORDER) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"product": "esketamine"}, "presentation product"),
        ({"route": "intramuscular"}, "concentration route"),
        ({"salt_basis": "hydrochloride"}, "presentation salt-basis"),
        ({"volume_ml": Decimal(36)}, "volume"),
        ({"volume_ml": Decimal("35.01")}, "volume"),
        ({"rate_ml_per_h": Decimal("52.6")}, "rate"),
        ({"rate_ml_per_h": Decimal(60)}, "rate"),
        ({"duration_min": 20, "rate_ml_per_h": Decimal(105)}, "duration"),
        ({"duration_min": 0}, "duration"),
    ],
)
def test_each_fault_is_named(changed: dict[str, object], code: str):
    assert codes(changed_order(**changed)) == code.split()


def test_a_tenfold_dose_is_blocked():
    wrong = changed_order(mg=Decimal(350), volume_ml=Decimal(350), rate_ml_per_h=Decimal(525))
    assert codes(wrong) == ["ceiling", "dose", "mg"]
    assert (
        check(wrong, PROTOCOL, WEIGHT, PACK.presentations["KETAMINE-50@1"], PUMP).established == Effect.BLOCK
    )


def test_the_ceiling_holds_a_heavy_patient_s_dose():
    heavy = Weight(Decimal(170), DAY, 7)
    order = computed(Decimal("0.5"), Decimal(170), Decimal(1))
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
@pytest.mark.parametrize("field", ["mg", "volume_ml", "concentration_mg_per_ml"])
def test_an_amount_that_cannot_be_blocks_the_order(field: str, value: str):
    assert codes(changed_order(**{field: Decimal(value)})) == ["positive"]


def test_nothing_below_zero():
    with pytest.raises(ValueError, match="above 0"):
        InfusionDose.of_mg(Decimal("NaN"), Decimal(10), 40)
    with pytest.raises(ValueError, match="above 0"):
        computed(Decimal(0), Decimal(70), Decimal(1))
    with pytest.raises(ValueError, match="above 0"):
        InfusionDose.of_mg(Decimal(35), Decimal(10), 0)


kilograms = st.decimals(min_value=35, max_value=160, places=1)
strengths = st.sampled_from([Decimal(1), Decimal(2), Decimal(10), Decimal(50)])


@given(kg=kilograms, strength=strengths, per_kg=st.sampled_from([Decimal("0.25"), Decimal("0.5")]))
@example(kg=Decimal("111.1"), strength=Decimal(1), per_kg=Decimal("0.5"))
def test_what_is_computed_passes_the_check_or_says_that_rounding_changes_it(
    kg: Decimal, strength: Decimal, per_kg: Decimal
):
    found = computed(per_kg, kg, strength)
    drawn = "KETAMINE-10@1" if strength == 10 else "KETAMINE-50@1"
    said = codes(found, Weight(kg, DAY, 7), drawn=drawn)
    assert set(said) <= {"rate-rounding", "volume-rounding", "pump-rate"}
    exact = found.mg / strength * 60 / 40
    off = abs(found.form.rate_ml_per_h - exact) / exact
    assert ("rate-rounding" in said) == (off > Decimal("0.02"))
    assert abs(found.mg - per_kg * kg) <= Decimal("0.05")


def computed(per_kg: Decimal, kg: Decimal, strength: Decimal, minutes: int = 40) -> OrderedDose:
    basis = Basis("kg", per_kg, kg)
    chosen = {"concentration_mg_per_ml": strength, "duration_min": minutes}
    mg, form = InfusionDose.computed(basis, chosen, PROTOCOL)
    return replace(ORDER, mg=mg, basis=basis, form=form)


@pytest.mark.parametrize("strength", [2000, 500, 100])
@pytest.mark.parametrize("drawn", ["KETAMINE-10@1", "KETAMINE-50@1", "KETAMINE-100@1"])
def test_case_n3_only_concentrations_that_exist_for_the_route(strength: int, drawn: str):
    """Case N3: 2000, 500 and 100 mg/mL into a vein: no presentation is given so, 100 never undiluted."""
    found = codes(computed(Decimal("0.5"), Decimal(70), Decimal(strength)), drawn=drawn)
    own = "undiluted" if (strength, drawn) == (100, "KETAMINE-100@1") else "concentration"
    assert own in found


def test_the_hundred_is_given_diluted():
    assert codes(computed(Decimal("0.5"), Decimal(70), Decimal(2)), drawn="KETAMINE-100@1") == []


def test_without_a_presentation_there_is_no_order():
    assert codes(ORDER, drawn="") == ["presentation"]


def test_case_n4_a_rate_that_rounding_changes_by_more_than_two_percent_is_said():
    """Case N4: 50 kg x 0.5 mg/kg at 50 mg/mL over 40 min is 0.75 mL/h; 0.8 would be 6.7 % more."""
    order = computed(Decimal("0.5"), Decimal(50), Decimal(50))
    assert order.form.rate_ml_per_h == Decimal("0.8")
    found = check(order, PROTOCOL, Weight(Decimal(50), DAY, 7), PACK.presentations["KETAMINE-50@1"], PUMP)
    rounding = next(each for each in found.findings if each.rule.endswith("/rate-rounding"))
    assert rounding.effect == Effect.BLOCK
    assert "differs by 7" in words_of(rounding.says)
    assert any(each.rule.endswith("/pump-rate") for each in found.findings), "below what a pump runs at"
    assert codes(computed(Decimal("0.5"), Decimal(50), Decimal(1)), Weight(Decimal(50), DAY, 7)) == []


@pytest.mark.parametrize(
    ("protocol", "kg", "mg", "minutes", "said"),
    [
        ("PAIN-OP@1", 70, 3000, 150, "dose"),
        ("PAIN-CRPS-10@1", 40, "99.2", 240, "dose"),
        ("PAIN-CRPS-10@1", 40, 56, 240, None),
    ],
)
def test_case_n7_a_dose_per_hour_and_kilogram_has_its_limits(
    protocol: str, kg: int, mg: int | str, minutes: int, said: str | None
):
    """Case N7: 3000 mg over 150 min, and 0.62 mg/kg/h where 0.35 is the most, are outside."""
    weight, mg_given = Weight(Decimal(kg), DAY, 7), Decimal(mg)
    basis = Basis("hour and kg", mg_given * 60 / minutes / kg, Decimal(kg))
    form = InfusionDose.of_mg(mg_given, Decimal(1), minutes)
    order = replace(ORDER, mg=mg_given, basis=basis, form=form)
    outside = "dose" in codes(order, weight, protocol=PACK.protocols[protocol])
    assert outside is (said is not None)


def test_an_order_under_a_protocol_without_a_ceiling_is_blocked():
    assert "no-ceiling" in codes(ORDER, protocol=PACK.protocols["IV-RANGE@1"])
