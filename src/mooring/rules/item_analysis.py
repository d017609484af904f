"""How the questions of a post-test do: difficulty, discrimination, distractors, and how far the test is reliable.

Every figure is taken over the first attempt of each learner: a second attempt was made after the explanations.
A question that was left empty counts as wrong.

- **Difficulty** is the share of right answers (high is easy).
- **Discrimination** is the corrected point-biserial correlation: between the question and the *rest* of the
  attempt, without the question itself. An attempt is drawn from a pool, so the rest is a share, not a sum.
- **KR-20** (Kuder and Richardson 1937, formula 20) for the length that is drawn. Written with mean item variance
  v and mean covariance of two items c it is `k c / (v + (k - 1) c)`, which for a complete table is the textbook
  formula exactly, and which needs no complete table: c is taken over the attempts that were asked both.
- A **distractor** that fewer than 5 % chose does no work.

Sources of the bounds: discrimination .20 to .29 may stay with a change, .30 good, .40 very good, and difficulty
under .30 is hard (BMC Medical Education 2024; 24: 445; Journal of Medical Education, brieflands, jme-103482, which
also gives the 5 %). That statistics are hidden under 30 answers and advised from 100 on is a design default: no
source fixes it. A post-test is a mastery test: it is meant to be passed, so nothing is ever called too easy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

HIDDEN_UNDER = 30
ADVISED_FROM = 100
FUNCTIONS_FROM = 0.05
HARD_UNDER = 0.30
WEAK_UNDER, GOOD_FROM, VERY_GOOD_FROM = 0.20, 0.30, 0.40
Z_95 = 1.959964


@dataclass(frozen=True)
class Sitting:
    """One attempt: whether each question asked was answered rightly, and which options were chosen."""

    right: Mapping[str, bool]
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Reading(StrEnum):
    """What a discrimination says."""

    NEGATIVE = "negative"
    WEAK = "weak"
    FAIR = "fair"
    GOOD = "good"
    VERY_GOOD = "very-good"


@dataclass(frozen=True)
class OptionFacts:
    """How often one option was chosen. `functions` is None for a right option, which is no distractor."""

    key: str
    count: int
    share: float
    functions: bool | None


@dataclass(frozen=True)
class ItemFacts:
    """One question. Without statistics when too few answered it (`hidden`).

    `discrimination` is also None when everybody, or nobody, was right: then nothing tells people apart.
    """

    item: str
    n: int
    difficulty: float | None = None
    discrimination: float | None = None
    interval: tuple[float, float] | None = None
    options: tuple[OptionFacts, ...] = ()

    @property
    def hidden(self) -> bool:
        return self.n < HIDDEN_UNDER

    @property
    def to_be_read_with_caution(self) -> bool:
        return HIDDEN_UNDER <= self.n < ADVISED_FROM

    @property
    def hard(self) -> bool:
        return self.difficulty is not None and self.difficulty < HARD_UNDER

    @property
    def reading(self) -> Reading | None:
        """What the discrimination says; None when there is none."""
        return None if self.discrimination is None else reading_of(self.discrimination)

    @property
    def key_is_doubtful(self) -> bool:
        """Whether those who did well elsewhere chose wrongly here more often: the first thing to look at."""
        return self.reading is Reading.NEGATIVE

    @property
    def may_be_chance(self) -> bool:
        """Whether the interval of the discrimination holds zero: then its sign alone says little."""
        return self.interval is not None and self.interval[0] <= 0 <= self.interval[1]


@dataclass(frozen=True)
class Analysis:
    """A test: how many first attempts it rests on, its reliability, and every question of the pool."""

    n: int
    kr20: float | None
    items: tuple[ItemFacts, ...]


def reading_of(discrimination: float) -> Reading:
    """The band of a discrimination.

    >>> reading_of(0.25).value
    'fair'
    """
    if discrimination < 0:
        return Reading.NEGATIVE
    bands = ((WEAK_UNDER, Reading.WEAK), (GOOD_FROM, Reading.FAIR), (VERY_GOOD_FROM, Reading.GOOD))
    return next((reading for under, reading in bands if discrimination < under), Reading.VERY_GOOD)


def analyse(
    sittings: Sequence[Sitting], options: Mapping[str, Mapping[str, bool]], *, length: int
) -> Analysis:
    """Analyse a pool.

    Args:
        sittings: the first attempt of each learner.
        options: for every item of the pool, its options and whether each is right; empty where it has none.
        length: how many questions an attempt asks; KR-20 is for a test of this length.
    """
    names = list(options)
    scores = score_table(sittings, names)
    enough = len(sittings) >= HIDDEN_UNDER
    return Analysis(
        n=len(sittings),
        kr20=kr20(scores, length=length) if enough else None,
        items=tuple(_item(name, scores, place, sittings, options[name]) for place, name in enumerate(names)),
    )


def score_table(sittings: Sequence[Sitting], names: Sequence[str]) -> NDArray[np.float64]:
    """A row for each sitting, a column for each item: 1 right, 0 wrong, NaN not asked."""
    rows = [
        [float(each.right[name]) if name in each.right else math.nan for name in names] for each in sittings
    ]
    return np.array(rows, dtype=np.float64).reshape(len(sittings), len(names))


def _item(
    name: str,
    scores: NDArray[np.float64],
    place: int,
    sittings: Sequence[Sitting],
    options: Mapping[str, bool],
) -> ItemFacts:
    asked = ~np.isnan(scores[:, place])
    n = int(asked.sum())
    if n < HIDDEN_UNDER:
        return ItemFacts(name, n)
    found = corrected_point_biserial(scores, place)
    chosen = [each.chosen.get(name, frozenset()) for each in sittings if name in each.right]
    return ItemFacts(
        item=name,
        n=n,
        difficulty=float(scores[asked, place].mean()),
        discrimination=found,
        interval=None if found is None else interval(found, n),
        options=tuple(_option(key, right, chosen) for key, right in options.items()),
    )


def _option(key: str, right: bool, chosen: Sequence[frozenset[str]]) -> OptionFacts:
    count = sum(key in each for each in chosen)
    share = count / len(chosen)
    return OptionFacts(key, count, share, None if right else share >= FUNCTIONS_FROM)


def corrected_point_biserial(scores: NDArray[np.float64], place: int) -> float | None:
    """Correlation of one item with the share of right answers among the other items of the same attempt.

    None when either does not vary.
    """
    others = np.delete(scores, place, axis=1)
    counted = (~np.isnan(others)).sum(axis=1)
    used = ~np.isnan(scores[:, place]) & (counted > 0)
    item = scores[used, place]
    rest = np.nansum(others[used], axis=1) / counted[used]
    item, rest = item - item.mean() if item.size else item, rest - rest.mean() if rest.size else rest
    spread = math.sqrt(float(item @ item) * float(rest @ rest))
    return float(item @ rest) / spread if spread > 1e-12 else None


def interval(correlation: float, n: int) -> tuple[float, float]:
    """95 % interval of a correlation by Fisher's transformation (an approximation for right-or-wrong items)."""
    if n <= 3 or abs(correlation) >= 1:
        return (correlation, correlation) if abs(correlation) >= 1 else (-1.0, 1.0)
    middle, half = math.atanh(correlation), Z_95 / math.sqrt(n - 3)
    return math.tanh(middle - half), math.tanh(middle + half)


def kr20(scores: NDArray[np.float64], *, length: int) -> float | None:
    """Kuder-Richardson formula 20 for a test of `length` items; see the module's text.

    None when the length is under two, when no two items were asked together, or when nothing varies.
    """
    seen = ~np.isnan(scores)
    asked = seen.sum(axis=0)
    scores, seen = scores[:, asked > 0], seen[:, asked > 0]
    if length < 2 or scores.shape[1] < 2:
        return None
    difficulty = np.nanmean(scores, axis=0)
    centred = np.where(seen, scores - difficulty, 0.0)
    together = seen.T.astype(np.float64) @ seen
    products = centred.T @ centred
    variance = float(np.trace(products)) / float(np.trace(together))
    pairs = float(together.sum() - np.trace(together))
    if pairs == 0:
        return None
    covariance = float(products.sum() - np.trace(products)) / pairs
    total = variance + (length - 1) * covariance
    return length * covariance / total if total > 1e-12 else None
