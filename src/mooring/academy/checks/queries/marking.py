"""Whether an answer is right, and why: decided here, for lessons, post-test and review alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mooring.content.course.answers import LearnerAnswer, is_right
from mooring.content.course.items import (
    ExplorableItem,
    Item,
    MatchItem,
    MultipleItem,
    NumericItem,
    Option,
    OrderItem,
    SingleItem,
)
from mooring.content.course.loader import CourseContent
from mooring.references.bibliography import Reference, bibliography
from mooring.rules.explorables import compute


@dataclass(frozen=True)
class ExplainedLine:
    """One thing that could be answered. `given` is what was answered, where that is more than choosing."""

    text: str
    chosen: bool
    right: bool
    why: str = ""
    given: str = ""
    sources: tuple[Reference, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the answer was right in this line."""
        return self.chosen == self.right


@dataclass(frozen=True)
class Explained:
    """An answer talked through: every line, then why, and the sources of the whole question."""

    right: bool
    lines: tuple[ExplainedLine, ...]
    why: str
    sources: tuple[Reference, ...]
    number: float | None = None
    """The key of a question that asks for a number."""
    margin: float = 0.0
    """How far off an answer may be and still be right, in the unit of `number`."""


def mark(course: CourseContent, item: Item, given: LearnerAnswer) -> bool:
    """Whether an answer is right; the key of an explorable is computed here, from the item's settings.

    Raises `NotAnAnswer` when the answer cannot be one to this item.
    """
    return is_right(item, given, explorable_value=key_of(course, item))


def key_of(course: CourseContent, item: Item) -> float | None:
    """The number that the server computes for an explorable's question; None for every other type."""
    if not isinstance(item, ExplorableItem):
        return None
    return compute(course.explorables[item.explorable], item.settings)[item.output]


def explained(course: CourseContent, item: Item, given: LearnerAnswer) -> Explained:
    """The answer talked through: what was chosen, what is right, why, and by which source."""
    right = mark(course, item, given)
    sources = references(item.cite)
    said: Any = given  # of the item's own type: anything else was refused above
    if isinstance(item, SingleItem | MultipleItem):
        chosen = frozenset({said}) if isinstance(item, SingleItem) else said
        lines = tuple(_option(option, key in chosen, item.cite) for key, option in item.options.items())
        return Explained(right, lines, "", sources)
    if isinstance(item, OrderItem):
        placed = {step: place for place, step in enumerate(said, 1)}
        lines = tuple(
            ExplainedLine(step, placed[step] == place, True, given=str(placed[step]))
            for place, step in enumerate(item.steps, 1)
        )
        return Explained(right, lines, item.why, sources)
    if isinstance(item, MatchItem):
        lines = tuple(
            ExplainedLine(
                f"{pair.left}: {pair.right}", said[pair.left] == pair.right, True, pair.why, said[pair.left]
            )
            for pair in item.pairs
        )
        return Explained(right, lines, "", sources)
    key = item.answer if isinstance(item, NumericItem) else key_of(course, item)
    assert key is not None
    if isinstance(item, NumericItem):
        return Explained(right, (), item.why, sources, key, item.tolerance)
    return Explained(right, (), item.why, sources, _rounded(key), _rounded(item.tolerance * abs(key)))


def _rounded(number: float) -> float:
    """Three figures: what can be read off a picture."""
    return float(f"{number:.3g}")


def _option(option: Option, chosen: bool, cite: tuple[str, ...]) -> ExplainedLine:
    own = references(option.cite) if option.cite and option.cite != cite else ()
    return ExplainedLine(option.text, chosen, option.right, option.why, sources=own)


def references(ids: Iterable[str]) -> tuple[Reference, ...]:
    """The records of the bibliography; the lint has refused ids that it lacks."""
    known = bibliography()
    return tuple(known[each] for each in ids if each in known)
