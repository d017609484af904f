"""How much can have gone in, and when it can have ended."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.rules.infusion import earliest_end, expected_ml

pytestmark = pytest.mark.pure

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
ORDER = {"rate_ml_per_h": Decimal(54), "volume_ml": Decimal(36)}


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_elapsed_times_rate_and_no_more_than_the_order() -> None:
    assert expected_ml(NOON, after(4), **ORDER) == Decimal("3.6")
    assert expected_ml(NOON, after(90), **ORDER) == Decimal(36)
    assert expected_ml(NOON, after(-1), **ORDER) == 0


def test_a_pause_gives_nothing() -> None:
    assert expected_ml(NOON, after(20), **ORDER, pauses=[(after(5), after(15))]) == Decimal("9.0")
    assert expected_ml(NOON, after(20), **ORDER, pauses=[(after(10), None)]) == Decimal("9.0")


def test_a_bolus_has_no_rate() -> None:
    assert expected_ml(NOON, after(1), rate_ml_per_h=Decimal(0), volume_ml=Decimal(2)) == 2
    assert earliest_end(NOON, Decimal(2), Decimal(0)) == NOON


@given(st.integers(0, 40), st.decimals("0.1", "200", places=1))
def test_what_is_expected_never_ends_later_than_now(minutes: int, rate: Decimal) -> None:
    given_ml = expected_ml(NOON, after(minutes), rate_ml_per_h=rate, volume_ml=Decimal(100))
    slack = timedelta(hours=float(Decimal("0.05") / rate), seconds=1)
    assert earliest_end(NOON, given_ml, rate) <= after(minutes) + slack
