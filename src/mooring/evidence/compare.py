"""A clinic's own rate beside a published one: Wilson's interval, and no verdict from few people.

Wilson's score interval (E. B. Wilson, J Am Stat Assoc 1927;22:209-212; method 3 of Newcombe, Stat Med
1998;17:857-872). Below 30 people nothing is concluded (a default of this project). A benchmark is not a target.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from mooring.content.schema.longterm import Benchmark

LEAST_PEOPLE = 30
_Z95 = 1.959963984540054


@dataclass(frozen=True)
class Comparison:
    """Percentages. `reads`: the interval excludes the published rate, holds it, or too few people."""

    percent: float
    low: float
    high: float
    published: float
    benchmark: str
    reads: Literal["above", "below", "in line", "too few to say"]
    caveats: tuple[str, ...]


def wilson(events: int, people: int) -> tuple[float, float]:
    """The 95 % interval of a proportion, from 0 to 1.

    >>> tuple(round(end, 4) for end in wilson(81, 263))
    (0.2553, 0.3662)
    """
    if people <= 0 or not 0 <= events <= people:
        raise ValueError("events lie between 0 and the number of people, which is above 0")
    share, z2 = events / people, _Z95**2
    middle = (share + z2 / (2 * people)) / (1 + z2 / people)
    half = _Z95 * math.sqrt(share * (1 - share) / people + z2 / (4 * people**2)) / (1 + z2 / people)
    return max(0.0, middle - half), min(1.0, middle + half)


def compare(
    events: int, people: int, benchmark: Benchmark, outcome: Literal["response", "remission"]
) -> Comparison | None:
    """The clinic's rate beside a benchmark's; None when the benchmark has no such rate.

    The caller matches instrument, time, number of sessions and route, and counts only people whose baseline
    reaches caseness; the caveats of the benchmark go with every comparison.
    """
    published = benchmark.response_percent if outcome == "response" else benchmark.remission_percent
    if published is None:
        return None
    low, high = (end * 100 for end in wilson(events, people))
    reads: Literal["above", "below", "in line", "too few to say"] = "in line"
    if people < LEAST_PEOPLE:
        reads = "too few to say"
    elif low > published:
        reads = "above"
    elif high < published:
        reads = "below"
    return Comparison(events / people * 100, low, high, published, benchmark.key, reads, benchmark.caveats)
