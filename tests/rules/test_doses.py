"""Each shape of a dose: its figures by hand, its data and back, its parts and what speaks against one more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.content.schema.giving import Booster, InjectionGiving
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.rules.dose_limits import Treated, Weight, check
from mooring.rules.doses.basis import Basis, WeightUsed, read_basis
from mooring.rules.doses.ordered import SHAPES, OrderedDose, computed, read_form
from mooring.rules.doses.parts import PartGiven, complete, faults_of, next_part, not_before
from mooring.sentences.findings import words_of
from tests.rules.knowledge import DAY, pack

pytestmark = pytest.mark.pure
PACK = pack()
NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
KG = Decimal("64.4")


def order(
    protocol: str, amount: str, drawn: str, weight: Decimal | None = KG, **chosen: Any
) -> tuple[OrderedDose, list[str]]:
    """An order under a protocol of the package, and the codes of what is found."""
    known: ProtocolTemplate = PACK.protocols[f"{protocol}@1"]
    basis = Basis(known.dose.per, Decimal(amount), weight if known.dose.per != "session" else None)
    product, pump = PACK.presentations[f"{drawn}@1"], PACK.pumps["PUMP-GENERAL@1"]
    made = computed(basis, chosen, protocol=known, presentation=product, pump=pump, on=DAY)
    dated = None if weight is None else Weight(weight, DAY, 7)
    found = check(made, known, dated, product, pump, ceiling_mg=Decimal(100), treated=Treated())
    return made, sorted(each.rule.partition("/")[2] for each in found.findings)


def test_an_injection_split_over_two_sites_with_a_booster() -> None:
    """0.9 mg/kg × 64.4 kg = 57.96, 58.0 mg; at 50 mg/mL 1.16 mL, 0.58 mL in each arm; 25 mg more is 0.5 mL."""
    made, found = order(
        "IM-KAP",
        "0.9",
        "KETAMINE-50",
        concentration_mg_per_ml=Decimal(50),
        sites=2,
        booster_mg=Decimal(25),
    )
    assert found == []
    assert (made.mg, made.quantity.ml, made.total_mg) == (Decimal("58.0"), Decimal("1.66"), Decimal("83.0"))
    assert [(part.kind, part.ml, part.rest_min) for part in made.parts] == [
        ("injection", Decimal("0.58"), 0),
        ("injection", Decimal("0.58"), 0),
        ("booster", Decimal("0.50"), 10),
    ]
    assert next(words_of(line.how) for line in made.lines).replace("\xa0", " ") == "0.9 mg/kg × 64.4 kg"


def test_84_mg_of_esketamine_are_three_devices_and_six_sprays() -> None:
    made, found = order("IN-ESK-TRD", "84", "ESKETAMINE-DEVICE-28")
    assert (found, made.mg, made.quantity.count, made.form.planned_min) == ([], 84, 3, 10)
    assert [int(line.value) for line in made.lines] == [84, 3, 6, 10]


def test_50_mg_of_the_spray_are_five_and_300_mg_three_tablets() -> None:
    made, found = order("IN-RAC-50", "50", "KETAMINE-NASAL-SPRAY", mg_each=Decimal(10))
    assert (found, made.quantity.count, made.form.planned_min) == ([], 5, 20)
    made, found = order(
        "SL-LOZ", "300", "KETAMINE-LOZENGE", mg_each=Decimal(100), hold_min=12, afterwards="spit"
    )
    assert (found, made.quantity.count, made.form.data()["hold_min"]) == ([], 3, 12)


@pytest.mark.parametrize(
    ("protocol", "amount", "drawn", "chosen", "code"),
    [
        ("IM-KAP", "1.6", "KETAMINE-50", {"concentration_mg_per_ml": 50, "sites": 1}, "dose"),
        ("IM-KAP", "0.9", "KETAMINE-50", {"concentration_mg_per_ml": 50, "sites": 3}, "sites"),
        ("IM-KAP", "0.9", "KETAMINE-50", {"concentration_mg_per_ml": 1, "sites": 1}, "concentration"),
        ("SC-KADS", "0.5", "KETAMINE-50", {"concentration_mg_per_ml": 50, "booster_mg": 10}, "booster"),
        ("IM-KAP", "1.4", "KETAMINE-50", {"concentration_mg_per_ml": 50, "booster_mg": 20}, "dose"),
        ("IM-KAP", "0.9", "KETAMINE-LOZENGE", {"concentration_mg_per_ml": 50}, "presentation-route"),
        ("IN-ESK-TRD", "70", "ESKETAMINE-DEVICE-28", {}, "mg-rounding"),
        ("IN-RAC-50", "50", "KETAMINE-NASAL-SPRAY", {"mg_each": 60}, "each-unusual"),
        ("SL-LOZ", "120", "KETAMINE-LOZENGE", {"mg_each": 100, "hold_min": 10}, "mg-rounding"),
        ("SL-LOZ", "100", "KETAMINE-LOZENGE", {"mg_each": 100}, "hold"),
        ("SL-HOME-4", "300", "KETAMINE-RAPID-TABLET", {"mg_each": 100, "hold_min": 10}, "ceiling"),
        (
            "SL-LOZ",
            "100",
            "KETAMINE-LOZENGE",
            {"mg_each": 100, "hold_min": 9, "afterwards": "chew"},
            "afterwards",
        ),
    ],
)
def test_each_fault_of_a_shape_is_named(
    protocol: str, amount: str, drawn: str, chosen: dict[str, Any], code: str
) -> None:
    assert code in order(protocol, amount, drawn, **chosen)[1]


def test_the_first_dose_follows_age_and_law() -> None:
    known = PACK.protocols["IN-ESK-TRD@1"]
    made, _found = order("IN-ESK-TRD", "56", "ESKETAMINE-DEVICE-28")
    device = PACK.presentations["ESKETAMINE-DEVICE-28@1"]

    def first(age: int, law: str) -> bool:
        treated = Treated(age=age, jurisdiction=law, first=True)
        found = check(made, known, None, device, None, treated=treated).findings
        return not any(each.rule.endswith("/first-dose") for each in found)

    assert first(64, "PT")
    assert not first(65, "PT"), "the EU label says 28 mg from 65 years"
    assert first(70, "US-OR")


def test_a_site_s_ceiling_is_not_overridden_by_anybody() -> None:
    made, found = order(
        "IV-RANGE", "1.0", "KETAMINE-50", Decimal(120), concentration_mg_per_ml=1, duration_min=40
    )
    assert made.mg == 120
    assert found == ["ceiling"]


@pytest.mark.parametrize(
    ("protocol", "amount", "drawn", "chosen"),
    [
        ("IV-STD-6", "0.5", "KETAMINE-50", {"concentration_mg_per_ml": 1, "duration_min": 40}),
        ("IM-KAP", "0.9", "KETAMINE-50", {"concentration_mg_per_ml": 50, "sites": 2, "booster_mg": 20}),
        ("IN-ESK-TRD", "84", "ESKETAMINE-DEVICE-28", {}),
        ("IN-RAC-50", "50", "KETAMINE-NASAL-SPRAY", {"mg_each": 10}),
        ("SL-LOZ", "300", "KETAMINE-LOZENGE", {"mg_each": 100, "hold_min": 12, "afterwards": "spit"}),
    ],
)
def test_what_is_stored_is_read_again(protocol: str, amount: str, drawn: str, chosen: dict[str, Any]) -> None:
    made, _found = order(protocol, amount, drawn, **chosen)
    assert read_form(made.form.code, made.data(), made.mg) == made.form
    assert read_basis(made.data(), KG) == made.basis
    assert SHAPES[made.form.code] is type(made.form)


def test_a_dose_can_be_counted_from_the_ideal_weight_and_says_so() -> None:
    basis = Basis("kg", Decimal("0.5"), Decimal("75.0"), WeightUsed.IDEAL)
    assert basis.data() == {"dose_mg_per_kg": "0.5", "weight_used": "ideal", "weight_used_kg": "75.0"}
    assert read_basis(basis.data(), Decimal(100)) == basis
    assert basis.exact_mg() == Decimal("37.5")


DEVICES = order("IN-ESK-TRD", "84", "ESKETAMINE-DEVICE-28")[0].parts


def sprayed(number: int, minute: float, failed: bool = False) -> PartGiven:
    at = NOON + timedelta(minutes=minute)
    return PartGiven(f"{number}-{minute}", number, at, "Jonas", Decimal(28), failed=failed)


def codes(new: PartGiven, *before: PartGiven, ended: datetime | None = None) -> list[str]:
    return [fault.says.code for fault in faults_of(DEVICES, before, new, ended)]


def test_parts_in_their_order_with_their_rest() -> None:
    assert codes(sprayed(1, 0)) == []
    assert codes(sprayed(2, 5), sprayed(1, 0)) == []
    assert codes(sprayed(2, 4.9), sprayed(1, 0)) == ["part.rest_not_over"]
    assert codes(sprayed(1, 6), sprayed(1, 0)) == ["part.given_already"]
    assert codes(sprayed(3, 9), sprayed(1, 0)) == ["part.earlier_first"]
    assert codes(sprayed(4, 20), *(sprayed(n, 5 * n) for n in (1, 2, 3))) == ["part.not_ordered"]
    assert codes(sprayed(2, 9), sprayed(1, 0), ended=NOON + timedelta(minutes=8)) == ["part.dosing_ended"]


def test_a_device_that_failed_is_replaced_and_counts_for_nothing() -> None:
    before = (sprayed(1, 0), sprayed(2, 5, failed=True))
    following = next_part(DEVICES, before)
    assert following is not None
    assert following.number == 2
    assert codes(sprayed(2, 6), *before) == []
    assert not complete(DEVICES, (*before, sprayed(2, 6)))
    assert complete(DEVICES, (*before, sprayed(2, 6), sprayed(3, 11)))


@given(minutes=st.lists(st.floats(0, 60), min_size=3, max_size=3, unique=True))
def test_devices_given_at_their_earliest_time_are_never_faulted(minutes: list[float]) -> None:
    given_so_far: list[PartGiven] = []
    for part, wait in zip(DEVICES, minutes, strict=True):
        earliest = not_before(part, given_so_far) or NOON
        new = replace(sprayed(part.number, 0), key=str(part.number), at=earliest + timedelta(minutes=wait))
        assert faults_of(DEVICES, given_so_far, new) == ()
        given_so_far.append(new)


def test_a_shape_that_a_route_cannot_have_is_refused_when_it_is_loaded() -> None:
    known = PACK.protocols["IV-STD-6@1"].model_dump(exclude_defaults=True)
    with pytest.raises(ValueError, match="devices cannot be intravenous"):
        ProtocolTemplate.model_validate(
            {**known, "giving": {"shape": "devices", "mg_each": 28, "rest_min": 5}}
        )
    with pytest.raises(ValueError, match="after_min_least"):
        Booster(after_min_least=15, after_min_most=10)
    assert InjectionGiving(shape="injection").booster is None
