"""Response and remission of a site by dose number: denominators, small cells, baselines below caseness."""

from datetime import UTC, datetime, timedelta

import pytest

from mooring.content.loader import load
from mooring.rules.panel import TreatmentScores, cell, panel

PHQ9 = load().instruments["PHQ-9@1"]
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DOSES = [START + timedelta(days=3 * n) for n in range(6)]


def treatment(*totals: tuple[float, float], doses: int = 6) -> TreatmentScores:
    """Scores as (days after the first dose, total)."""
    return TreatmentScores(DOSES[:doses], [(START + timedelta(days=day), total) for day, total in totals])


def test_a_row_is_what_stood_before_the_next_dose() -> None:
    people = [treatment((-1, 20), (1, 18), (2, 9), (16, 4)) for _each in range(10)]
    rows = {row.number: row for row in panel(PHQ9, people)}
    assert (rows[1].treated, rows[1].measured) == (10, 10)
    assert (rows[1].response.people, rows[1].response.events) == (10, 10), "the last score before dose 2"
    assert rows[2].measured == 0
    assert (rows[6].remission.people, rows[6].remission.events) == (10, 10)


def test_who_stopped_is_not_in_later_rows() -> None:
    people = [treatment((-1, 20), (4, 9), doses=2)] * 6 + [treatment((-1, 20), (16, 18))] * 6
    rows = {row.number: row for row in panel(PHQ9, people)}
    assert (rows[2].treated, rows[6].treated) == (12, 6)
    assert rows[6].response.events == 0


def test_a_baseline_below_caseness_counts_for_remission_alone() -> None:
    rows = panel(PHQ9, [treatment((-1, 8), (16, 3))] * 6)
    assert rows[-1].response.people == 0
    assert rows[-1].remission.people == 6


def test_without_a_baseline_nothing_is_measured() -> None:
    rows = panel(PHQ9, [treatment((1, 8), (16, 3))] * 6)
    assert all(row.measured == 0 for row in rows)


@pytest.mark.parametrize(
    ("people", "events", "hidden"),
    [
        (4, 2, True),
        (5, 5, False),
        (5, 0, False),
        (30, 4, True),
        (30, 25, False),
        (30, 27, True),
        (30, 15, False),
    ],
)
def test_cells_that_tell_of_few_people_are_not_shown(people: int, events: int, hidden: bool) -> None:
    assert cell(people, events).suppressed is hidden
