"""Figures, units and times in the words of the house."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mooring.sentences.times import day_words, until_words
from mooring.web.templatetags import mooring_words as words
from mooring.words.numbers import plain_number, with_unit
from mooring.words.times import minute

NOW = datetime(2026, 11, 12, 14, 32, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "name", "shown"),
    [
        (36, "mg", "36\u00a0mg"),
        (Decimal("0.50"), "mg/kg", "0.5\u00a0mg/kg"),
        (36.0, "mg", "36\u00a0mg"),
        (100, "mL", "100\u00a0mL"),
        (Decimal("1E+2"), "mg", "100\u00a0mg"),
        (0.1 + 0.2, "mL", "0.3\u00a0mL"),
        (None, "kg", "–\u00a0kg"),
        (float("nan"), "kg", "–\u00a0kg"),
        ("144/90", "mm Hg", "144/90\u00a0mm\u00a0Hg"),
    ],
)
def test_unit_has_no_trailing_zero_and_does_not_break(value: object, name: str, shown: str) -> None:
    assert with_unit(value, name) == shown


def test_a_ledger_keeps_its_decimals() -> None:
    assert with_unit(Decimal("414"), "mg", decimals=1) == "414.0\u00a0mg"


@given(st.decimals(min_value=0, max_value=100000, places=4))
def test_a_plain_number_is_the_same_number(value: Decimal) -> None:
    shown = plain_number(value)
    assert Decimal(shown) == value
    assert not (shown.endswith("0") and "." in shown)
    assert not shown.startswith(".")


def test_times_are_shown_in_the_active_zone_with_24_hours() -> None:
    with timezone.override(ZoneInfo("America/Los_Angeles")):
        assert ">06:32</time>" in words.clock_time(NOW)
        assert ">06:32:07</time>" in words.clock_time(NOW, seconds=True)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError):
        words.clock_time(datetime(2026, 11, 12, 14, 32))  # noqa: DTZ001


def test_another_year_is_named() -> None:
    this_year = timezone.localdate().year
    assert day_words(date(this_year - 1, 11, 12)).endswith(str(this_year - 1))
    assert str(this_year) not in day_words(date(this_year, 3, 2))


def test_today_is_named() -> None:
    assert "today" in words.moment(timezone.now())
    assert "yesterday" in words.moment(timezone.now() - timedelta(days=1))


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (timedelta(minutes=28), "in 28\u00a0min"),
        (timedelta(minutes=-42), "42\u00a0min over"),
        (timedelta(hours=-17, minutes=-5), "17\u00a0h over"),
        (timedelta(days=3), "in 3\u00a0days"),
        (timedelta(seconds=40), "now"),
        (timedelta(seconds=-59), "now"),
    ],
)
def test_how_long_until(gap: timedelta, said: str) -> None:
    assert until_words(NOW + gap, NOW) == said


def test_ago_reads_the_moment_of_the_page() -> None:
    assert ">3\u00a0h ago</time>" in words.ago(Context({"now": NOW}), NOW - timedelta(hours=3))


@pytest.mark.parametrize(("minutes", "said"), [(30, "+30"), (0, "0"), (-3, "−3"), (29.9, "+29"), (None, "–")])
def test_minutes_since_the_start(minutes: float | None, said: str) -> None:
    assert minute(minutes) == said
