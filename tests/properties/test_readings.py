"""Any sequence of readings: what the table calls red is never silent, and what is quiet never sounds (cases A1, A2)."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.content.schema.monitoring import SignBands
from mooring.rules.bands import band_of, rank, tables
from mooring.rules.episodes import alerts_of, cued
from mooring.rules.monitoring import Alert, TimedObservation
from tests.rules.knowledge import NOON, pack

pytestmark = pytest.mark.pure

THRESHOLDS = pack().thresholds["THRESHOLDS-ADULT@2"]
MEASURED = [table for table in tables(THRESHOLDS, "during") if pack().data[table.sign].least is not None]
LATER = timedelta(hours=5)


@st.composite
def series(draw: st.DrawFn) -> tuple[SignBands, list[tuple[int, float]]]:
    """One sign, read at rising minutes: any values that it can have."""
    table = draw(st.sampled_from(MEASURED))
    datum = pack().data[table.sign]
    assert datum.least is not None
    assert datum.most is not None
    values = st.integers(int(datum.least), int(datum.most))
    gaps = draw(st.lists(st.integers(1, 40), min_size=1, max_size=10))
    minutes = [sum(gaps[: place + 1]) for place in range(len(gaps))]
    return table, [(minute, float(draw(values))) for minute in minutes]


def alerts(table: SignBands, readings: list[tuple[int, float]]) -> list[Alert]:
    observed = [
        TimedObservation(NOON + timedelta(minutes=minute), {table.sign: value}) for minute, value in readings
    ]
    found = alerts_of(cued(THRESHOLDS, observed), NOON + LATER)
    return [alert for alert in found if alert.sign == table.sign]


def sounding(found: list[Alert], minute: int) -> bool:
    return any(alert.sounds and alert.at == NOON + timedelta(minutes=minute) for alert in found)


@given(series())
def test_a_red_band_is_never_silent(made: tuple[SignBands, list[tuple[int, float]]]) -> None:
    """Red at once; or confirmed by the next reading, however far apart; or red for want of a next reading."""
    table, readings = made
    found = alerts(table, readings)
    for place, (minute, value) in enumerate(readings):
        band = band_of(table, value)
        if band.level != "red":
            continue
        if band.confirm_within_min is None:
            assert sounding(found, minute)
        elif place + 1 == len(readings):
            assert any(alert.sounds and alert.at >= NOON + timedelta(minutes=minute) for alert in found)
        elif rank(band_of(table, readings[place + 1][1])) >= rank(band):
            assert sounding(found, readings[place + 1][0])


@given(series())
def test_a_step_into_a_worse_band_is_always_said(made: tuple[SignBands, list[tuple[int, float]]]) -> None:
    table, readings = made
    found = alerts(table, readings)
    for (_minute, before), (minute, value) in itertools.pairwise(readings):
        worse = rank(band_of(table, value)) > rank(band_of(table, before))
        if worse and band_of(table, value).level != "quiet":
            assert any(alert.at == NOON + timedelta(minutes=minute) for alert in found)


@given(series())
def test_quiet_readings_alone_say_nothing(made: tuple[SignBands, list[tuple[int, float]]]) -> None:
    table, readings = made
    quiet = [(minute, value) for minute, value in readings if band_of(table, value).level == "quiet"]
    assert not alerts(table, quiet)


@given(series(), st.randoms(use_true_random=False))
def test_the_order_in_which_they_arrive_changes_nothing(
    made: tuple[SignBands, list[tuple[int, float]]], chance: object
) -> None:
    table, readings = made
    shuffled = list(readings)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert alerts(table, shuffled) == alerts(table, readings)
