"""Wilson's interval against published values, and what may be concluded."""

import pytest

from mooring.evidence.compare import compare, wilson
from tests.rules.knowledge import pack

MCINNES = pack().benchmarks["BM-MCINNES@1"]


@pytest.mark.parametrize(
    ("events", "people", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_as_published_by_newcombe(events: int, people: int, low: float, high: float):
    assert wilson(events, people) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("events", "people", "reads"),
    [
        (54, 100, "in line"),
        (75, 100, "above"),
        (30, 100, "below"),
        (29, 29, "too few to say"),
        (30, 30, "above"),
    ],
)
def test_what_may_be_concluded(events: int, people: int, reads: str):
    found = compare(events, people, MCINNES, "response")
    assert found is not None
    assert found.reads == reads
    assert found.caveats[0] == "No control group."


def test_without_a_published_rate_there_is_no_comparison():
    assert compare(10, 50, pack().benchmarks["BM-AHUJA@1"], "response") is None


@pytest.mark.parametrize(("events", "people"), [(1, 0), (-1, 10), (11, 10)])
def test_what_cannot_be_is_refused(events: int, people: int):
    with pytest.raises(ValueError, match="events lie between"):
        wilson(events, people)
