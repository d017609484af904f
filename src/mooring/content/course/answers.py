"""Marks an answer, draws a post-test, and shuffles what is shown. Pure: the seed is passed in and stored.

The same seed gives the same draw and the same order on every machine, whatever the order in the file, so
that an attempt can be shown again exactly as it was taken.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from mooring.content.course.items import (
    ExplorableItem,
    Item,
    MatchItem,
    MultipleItem,
    NumericItem,
    OrderItem,
    PostTestFile,
    SingleItem,
)

LearnerAnswer = str | float | frozenset[str] | tuple[str, ...] | Mapping[str, str]
"""An answer by type of item: an option's key; a number; keys chosen; texts in order; left side to right side."""

StoredAnswer = str | float | list[str] | dict[str, str]
"""An answer as JSON keeps it: what `as_json` gives and `from_json` takes."""

Thing = TypeVar("Thing")


class NotAnAnswer(ValueError):
    """What was given cannot be an answer to this item: another type, or an option that it does not have."""


def is_right(item: Item, given: LearnerAnswer, *, explorable_value: float | None = None) -> bool:
    """Whether an answer is right.

    Args:
        item: the question, in the version that the attempt is pinned to.
        given: see `LearnerAnswer`.
        explorable_value: for an `ExplorableItem` only, the value that the server computed for its settings.

    Raises:
        NotAnAnswer: when `given` has the wrong type or names an option that the item lacks.
    """
    if isinstance(item, SingleItem):
        return _known({_text(given)}, item.options.keys()) == item.key
    if isinstance(item, MultipleItem):
        if not isinstance(given, frozenset):
            raise NotAnAnswer("a set of options is expected")
        return _known(given, item.options.keys()) == item.key
    if isinstance(item, OrderItem):
        if not isinstance(given, tuple) or Counter(given) != Counter(item.steps):
            raise NotAnAnswer("all steps are expected, each once")
        return given == item.steps
    if isinstance(item, MatchItem):
        return _matched(item, given)
    return _close(item, given, explorable_value)


def _text(given: LearnerAnswer) -> str:
    if not isinstance(given, str):
        raise NotAnAnswer("one option is expected")
    return given


def _known(given: Iterable[str], options: Iterable[str]) -> frozenset[str]:
    chosen = frozenset(given)
    if strange := chosen - frozenset(options):
        raise NotAnAnswer(f"no such option: {', '.join(sorted(strange))}")
    return chosen


def _matched(item: MatchItem, given: LearnerAnswer) -> bool:
    right = {pair.left: pair.right for pair in item.pairs}
    if not isinstance(given, Mapping) or given.keys() != right.keys():
        raise NotAnAnswer("a right side is expected for every left side")
    _known(given.values(), right.values())
    return dict(given) == right


def _close(item: NumericItem | ExplorableItem, given: LearnerAnswer, explorable_value: float | None) -> bool:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise NotAnAnswer("a number is expected")
    if isinstance(item, NumericItem):
        return abs(given - item.answer) <= item.tolerance
    if explorable_value is None:
        raise ValueError(f"{item.id}: the computed value is needed to mark it")
    return abs(given - explorable_value) <= item.tolerance * abs(explorable_value)


def as_json(given: LearnerAnswer) -> StoredAnswer:
    """The answer as JSON keeps it; chosen keys in the order of the alphabet, so that equal answers are equal."""
    if isinstance(given, frozenset):
        return sorted(given)
    if isinstance(given, tuple):
        return list(given)
    return dict(given) if isinstance(given, Mapping) else given


def from_json(item: Item, raw: object) -> LearnerAnswer:
    """The answer that was stored for this item.

    Raises:
        NotAnAnswer: when `raw` cannot be an answer to an item of this type.
    """
    given: object = raw
    if isinstance(item, MultipleItem | OrderItem):
        if not isinstance(raw, list) or not all(isinstance(each, str) for each in raw):
            raise NotAnAnswer("a list of texts is expected")
        given = frozenset(raw) if isinstance(item, MultipleItem) else tuple(raw)
    elif isinstance(item, MatchItem):
        if not isinstance(raw, dict) or not all(isinstance(each, str) for each in raw.values()):
            raise NotAnAnswer("a right side is expected for every left side")
        given = dict(raw)
    elif isinstance(item, SingleItem) != isinstance(raw, str):
        raise NotAnAnswer("one option, or a number, is expected")
    is_right(item, given, explorable_value=0.0)  # type: ignore[arg-type]  # refuses what cannot be one
    return given  # type: ignore[return-value]


def shuffled(things: Iterable[Thing], *, seed: str) -> tuple[Thing, ...]:
    """The things in an order that only the seed and their own text decide, never their order in the file."""

    def place(thing: Thing) -> bytes:
        return hashlib.sha256(f"{seed}\n{thing}".encode()).digest()

    return tuple(sorted(things, key=place))


def draw(test: PostTestFile, *, seed: str) -> tuple[Item, ...]:
    """The items of one attempt, in the order in which they are asked.

    Every objective of the pool is asked as evenly as the pool allows; when there are more objectives than
    items to draw, the seed decides which are asked.
    """
    by_id = {item.id: item for item in test.items}
    waiting: dict[str, list[str]] = {}
    for item_id in shuffled(by_id, seed=seed):
        waiting.setdefault(by_id[item_id].objective, []).append(item_id)
    drawn: list[str] = []
    while len(drawn) < test.draw:
        for objective in shuffled(waiting, seed=f"{seed}/{len(drawn)}"):
            if waiting[objective] and len(drawn) < test.draw:
                drawn.append(waiting[objective].pop())
    return tuple(by_id[item_id] for item_id in shuffled(drawn, seed=f"{seed}/order"))


def passed(test: PostTestFile, *, right: int, asked: int) -> bool:
    """Whether so many right answers reach the pass mark that was told beforehand."""
    return asked > 0 and right >= test.pass_mark * asked - 1e-9
