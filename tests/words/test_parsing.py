"""Numbers as people type them: a comma is a decimal point or a question, never dropped (case N2)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.words.parsing import Misread, parse_number, parse_quantity

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1,25", "mg/mL", "1.25"),
        ("36,5", "mL", "36.5"),
        ("72,5", "kg", "72.5"),
        ("72,5 kg", "kg", "72.5"),
        ("1.25 mg / ml", "mg/mL", "1.25"),
        ("0,125", "mg/mL", "0.125"),
        ("1234,567", "mg", "1234.567"),
        ("1,250.5", "mg", "1250.5"),
        ("1.250,5", "mg", "1250.5"),
        ("1 250", "mg", "1250"),
        ("1 250,5", "mg", "1250.5"),
        ("1'250", "mg", "1250"),
        ("1,234,567", "mg", "1234567"),
        (".5", "mg", "0.5"),
        (",5", "mg", "0.5"),
        ("−3", "", "-3"),
        ("٣٫٥", "", "3.5"),
        ("  36\u200b", "", "36"),
    ],
)
def test_case_n2_a_number_is_read_as_it_was_meant(text: str, unit: str, value: str) -> None:
    assert parse_number(text, unit) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,250", "two-readings"),
        ("12,500", "two-readings"),
        ("5,", "unfinished"),
        ("5.", "unfinished"),
        ("1,25,", "unfinished"),
        ("1e3", "not-a-number"),
        ("1/2", "not-a-number"),
        ("nan", "not-a-number"),
        ("inf", "not-a-number"),
        ("", "not-a-number"),
        ("7 2", "not-a-number"),
        ("12,34,5", "not-a-number"),
        ("1..2", "not-a-number"),
        ("158 lb", "other-unit"),
        ("1" * 41, "too-long"),
    ],
)
def test_case_n2_what_has_two_readings_or_none_is_a_question(text: str, code: str) -> None:
    with pytest.raises(Misread) as misread:
        parse_number(text, "kg")
    assert misread.value.code == code


def test_a_number_with_two_readings_names_both() -> None:
    with pytest.raises(Misread) as misread:
        parse_number("1,250")
    assert misread.value.values == {"typed": "1,250", "point": "1.250", "thousands": "1250"}


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=2), st.sampled_from(".,"))
def test_any_number_is_read_back_whatever_its_decimal_point(number: Decimal, point: str) -> None:
    assert parse_number(f"{number:f}".replace(".", point)) == number


@given(st.text(alphabet="0123456789,. '", min_size=1, max_size=12))
def test_no_digit_is_ever_dropped(text: str) -> None:
    """The kind of case N2: what is read has all digits that were typed, or it is a question."""
    try:
        number = parse_number(text)
    except Misread:
        return
    typed = "".join(sign for sign in text if sign.isdigit())
    assert "".join(sign for sign in f"{number:f}" if sign.isdigit()).lstrip("0") == typed.lstrip("0")
    if text.count(",") == 1 and "." not in text:
        assert number == Decimal(text.strip().replace(",", ".").replace(" ", "").replace("'", ""))


@pytest.mark.parametrize(
    ("text", "unit", "units", "value", "kept"),
    [
        ("158", "lb", ("kg", "lb"), "71.667594", ("158", "lb")),
        ("158 lbs", "kg", ("kg", "lb"), "71.667594", ("158", "lb")),
        ("71,7", "kg", ("kg", "lb"), "71.7", ("71.7", "kg")),
        ("5 ft 11 in", "cm", ("cm", "ft/in"), "180.34", ("71", "in")),
        ("5'11\"", "cm", ("cm", "ft/in"), "180.34", ("71", "in")),
        ("5 11", "ft/in", ("cm", "ft/in"), "180.34", ("71", "in")),
        ("6 ft", "cm", ("cm", "ft/in"), "182.88", ("72", "in")),
        ("71 in", "cm", ("cm", "ft/in"), "180.34", ("71", "in")),
        ("98,6", "°F", ("°C", "°F"), "37", ("98.6", "°F")),
        ("98.6 F", "°C", ("°C", "°F"), "37", ("98.6", "°F")),
    ],
)
def test_a_unit_is_chosen_or_typed_and_kept(
    text: str, unit: str, units: tuple[str, ...], value: str, kept: tuple[str, str]
) -> None:
    quantity = parse_quantity(text, unit=unit, units=units)
    assert quantity.value == Decimal(value)
    assert (quantity.typed, quantity.unit) == (Decimal(kept[0]), kept[1])


@pytest.mark.parametrize("text", ["5.9", "5'12", "five foot"])
def test_feet_that_are_not_clear_are_a_question(text: str) -> None:
    with pytest.raises(Misread):
        parse_quantity(text, unit="ft/in", units=("cm", "ft/in"))


def test_a_unit_of_another_kind_is_refused() -> None:
    with pytest.raises(Misread) as misread:
        parse_quantity("72 cm", unit="kg", units=("kg", "lb"))
    assert misread.value.code == "other-unit"
