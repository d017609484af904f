"""Figures, ranges, clock times and names, from plain values."""

from datetime import UTC, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.words.names import name_in_use
from mooring.words.numbers import (
    number_range,
    percentage,
    plain_number,
    rounded_number,
    whole_number,
    with_unit,
)
from mooring.words.times import clock, minute

pytestmark = pytest.mark.pure
SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("least", "most", "unit", "written"),
    [
        (0.5, 1, "mg/kg", f"0.5–1{SPACE}mg/kg"),
        (Decimal("0.50"), Decimal("0.5"), "mg/kg", f"0.5{SPACE}mg/kg"),
        (3, 3.0, "", "3"),
        (None, 89, "mmHg", f"≤{SPACE}89{SPACE}mmHg"),
        (181, None, "", f"≥{SPACE}181"),
        (None, None, "", "–"),
        (0, 4, "1", "0–4"),
    ],
)
def test_a_range_of_one_value_prints_once(least: object, most: object, unit: str, written: str) -> None:
    assert number_range(least, most, unit) == written


@given(st.decimals(min_value=-1000, max_value=1000, places=3))
def test_one_value_is_never_a_range(value: Decimal) -> None:
    assert number_range(value, float(value), "mg") == with_unit(value, "mg")


@pytest.mark.parametrize(
    ("value", "written"),
    [(131.4, "131"), (5.368, "5.37"), (0.053712, "0.0537"), (0, "0"), (2000.0, "2000"), (None, "–")],
)
def test_a_computed_figure_has_three_figures(value: float | None, written: str) -> None:
    assert rounded_number(value) == written


def test_no_figure_is_written_with_a_power_of_ten() -> None:
    assert plain_number(1234567.0) == "1234567"
    assert plain_number(-0.0) == "0"
    assert whole_number(99.6) == "100"
    assert percentage(0.375) == f"38{SPACE}%"


def test_the_clock_has_24_hours_and_refuses_a_naive_moment() -> None:
    assert clock(datetime(2026, 11, 29, 14, 6, 7, tzinfo=UTC)) == "14:06"
    assert clock(time(7, 30), seconds=True) == "07:30:00"
    with pytest.raises(ValueError, match="time zone"):
        clock(datetime(2026, 11, 29, 14, 6))  # noqa: DTZ001


def test_minutes_since_a_start_carry_their_sign() -> None:
    assert [minute(each) for each in (30, 0, -0.5, None)] == ["+30", "0", "−1", "–"]


def test_a_chosen_name_is_used() -> None:
    assert name_in_use(chosen="Alex", legal="Alexandra Reyes") == "Alex"
    assert name_in_use(chosen="", legal="Sam Lee") == "Sam Lee"
