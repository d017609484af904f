"""What is asked for a second time: the limits are content, and any sequence of weights keeps to them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from mooring.content.pack import Pack
from mooring.rules.change import ChangeLimits, changed_by, differs, limits_in, pulse_pressure_unlikely
from tests.packs import changed
from tests.rules.knowledge import DAY, pack

KG = st.decimals(min_value=20, max_value=400, places=1, allow_nan=False, allow_infinity=False)


def limits(of: Pack | None = None) -> ChangeLimits:
    found = limits_in(of or pack(), DAY)
    assert found is not None
    return found


def test_the_limits_are_those_of_the_pack_and_say_that_no_source_gives_them() -> None:
    assert limits().of("weight_kg").share == Decimal("0.1")  # type: ignore[union-attr]
    assert limits().of("dose_mg").share == Decimal("0.25")  # type: ignore[union-attr]
    assert limits().same_within == timedelta(minutes=10)
    table = pack().changes["CHANGE-LIMITS@2"]
    assert all("No source gives a number" in limit.basis for limit in table.limits)


def test_a_site_that_signs_other_limits_is_asked_by_those() -> None:
    table = pack().changes["CHANGE-LIMITS@2"]
    strict = [limit.model_copy(update={"most_percent": Decimal(2)}) for limit in table.limits]
    own = changed(pack(), "changes", table.key, limits=tuple(strict), same_value_within_min=3)
    assert differs(Decimal("74"), Decimal("72"), limits(own).of("weight_kg"))
    assert not differs(Decimal("74"), Decimal("72"), limits().of("weight_kg"))
    assert limits(own).same_within == timedelta(minutes=3)


def test_a_pack_from_before_the_limits_were_content_has_none() -> None:
    older = Pack(
        data=pack().data,
        shelves={kind: shelf for kind, shelf in pack().shelves.items() if kind != "changes"},
        references=pack().references,
    )
    assert limits_in(older, DAY) is None


def test_the_pulse_pressure_is_that_of_the_thresholds() -> None:
    assert pulse_pressure_unlikely(300, 25, limits())
    assert not pulse_pressure_unlikely(134, 78, limits())
    assert not pulse_pressure_unlikely(300, 25, replace(limits(), pulse_pressure_mmhg=None))


@given(st.lists(KG, min_size=2, max_size=12))
def test_no_sequence_of_weights_moves_by_more_than_a_tenth_unasked(weights: list[Decimal]) -> None:
    """The kind of case N1: each weight is compared with the last one that stands, in whichever direction."""
    tenth = limits().of("weight_kg")
    last: Decimal | None = None
    for weight in weights:
        if differs(weight, last, tenth):
            assert last is not None
            assert abs(weight - last) > last / 10
            continue  # typed again with a reason, or not stored
        if last is not None:
            assert last * Decimal("0.9") <= weight <= last * Decimal("1.1")
        last = weight


@given(KG)
def test_pounds_taken_for_kilograms_are_always_asked_about(kg: Decimal) -> None:
    """The kind of case N1: a person's own weight in the other unit never passes, from the first to the heaviest."""
    tenth = limits().of("weight_kg")
    pounds = (kg * Decimal("2.20462262")).quantize(Decimal("0.1"))
    assert differs(pounds, kg, tenth)
    assert differs(kg, pounds, tenth)
    assert changed_by(pounds, kg) > 1
