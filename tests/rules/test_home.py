"""Doses at home: visits, supply, silence."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mooring.rules.home import (
    Handed,
    Silence,
    dispensing_faults,
    next_attestation,
    silence,
    visit_due,
    visit_point,
)

SIGNED = datetime(2026, 11, 1, tzinfo=UTC)
DOSES = [SIGNED + timedelta(days=7 * n) for n in range(1, 16)]


def test_before_the_first_after_the_second_then_every_six() -> None:
    assert [visit_point(n) for n in range(16)] == [0, 0, *[2] * 6, *[8] * 6, *[14] * 2]


@pytest.mark.parametrize(
    ("given", "visited_after", "due"),
    [(0, None, True), (0, 0, False), (1, 0, False), (2, 0, True), (2, 2, False), (8, 2, True), (8, 8, False)],
)
def test_a_visit_counts_from_its_point_on(given: int, visited_after: int | None, due: bool) -> None:
    visits = []
    if visited_after is not None:
        visits = [SIGNED if visited_after == 0 else DOSES[visited_after - 1] + timedelta(days=1)]
    assert visit_due(DOSES[:given], visits, SIGNED) is due


def test_supply() -> None:
    on = date(2026, 11, 20)
    handed = [Handed(date(2026, 11, 1), 4)]
    assert dispensing_faults(handed, doses=2, taken=0, returned=0, on=on) == ()
    assert dispensing_faults(handed, doses=3, taken=0, returned=0, on=on) == ("home.too_many",)
    assert dispensing_faults(handed, doses=3, taken=1, returned=0, on=on) == ()
    soon = date(2026, 11, 7)
    assert dispensing_faults(handed, doses=1, taken=0, returned=4, on=soon) == ("home.too_soon",)


def test_silence_is_counted_from_what_was_due() -> None:
    due = next_attestation(SIGNED, [SIGNED + timedelta(minutes=12)])
    assert due == SIGNED + timedelta(minutes=27)
    steps = [silence(due, due + timedelta(minutes=m)) for m in (-5, 0, 2, 3, 6, 9, 12, 400)]
    assert steps == [Silence.NONE] * 3 + [
        Silence.CHAPERONE,
        Silence.PATIENT,
        Silence.CLINICIAN,
        Silence.WELFARE,
        Silence.WELFARE,
    ]
