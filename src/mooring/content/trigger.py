"""The small language of triggers: when does a rule speak?

    resting_systolic_mmhg > 180 or resting_diastolic_mmhg > 100
    stroke is yes and not (days since stroke_cleared < 365)
    route in (oral, sublingual)
    days since weight_kg > weight_fresh_days

Comparisons are joined by `and`, `or`, `not` and parentheses. The left side is a fact, or the time since
a fact; the right side a number, a word or another fact. Nothing is ever executed: the text is parsed into
the frozen classes below, at most `LONGEST` characters and `DEEPEST` levels, and `rules` walks them.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import timedelta

LONGEST = 800
DEEPEST = 12
_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z][A-Za-z0-9_-]*)|(?P<op><=|>=|<|>)|(?P<mark>[(),]))"
)
_RESERVED = frozenset(["and", "or", "not", "is", "in", "since"])
UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


class BadTrigger(ValueError):
    """A trigger that cannot be read: what was found, where, and what was expected."""


@dataclass(frozen=True)
class FactValue:
    """The value of a fact."""

    key: str


@dataclass(frozen=True)
class TimeSince:
    """How long ago a fact was dated, or the moment that it holds, in whole or part `unit`s."""

    key: str
    unit: str


@dataclass(frozen=True)
class Compare:
    """`left op right`: op is one of < <= > >= with a number or a fact on the right."""

    left: FactValue | TimeSince
    op: str
    right: float | FactValue


@dataclass(frozen=True)
class Is:
    """The fact is one of these words (`is yes`, `in (oral, sublingual)`) or numbers written as words."""

    left: FactValue
    words: tuple[str, ...]


@dataclass(frozen=True)
class Not:
    of: Trigger


@dataclass(frozen=True)
class All:
    of: tuple[Trigger, ...]


@dataclass(frozen=True)
class Any:
    of: tuple[Trigger, ...]


Trigger = Compare | Is | Not | All | Any


class _Reader:
    """A recursive reader over the tokens of one text."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise BadTrigger(f"trigger of {len(text)} characters; at most {LONGEST} are read")
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        self.at = 0
        position = 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if match is None:
                raise BadTrigger(
                    f"cannot read {text[position:].strip()[:20]!r}; expected a fact or a comparison"
                )
            kind = str(match.lastgroup)
            self.tokens.append((kind, match.group(kind)))
            position = match.end()

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self.at += 1
        return token

    def expect(self, word: str) -> None:
        _kind, found = self.take()
        if found != word:
            raise BadTrigger(f"expected {word!r}, found {found or 'the end'!r}")

    def name(self, what: str) -> str:
        kind, found = self.take()
        if kind != "name" or found in _RESERVED:
            raise BadTrigger(f"expected {what}, found {found or 'the end'!r}")
        return found

    def any_of(self, depth: int) -> Trigger:
        parts = [self.all_of(depth)]
        while self.peek()[1] == "or":
            self.take()
            parts.append(self.all_of(depth))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def all_of(self, depth: int) -> Trigger:
        parts = [self.single(depth)]
        while self.peek()[1] == "and":
            self.take()
            parts.append(self.single(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def single(self, depth: int) -> Trigger:
        if depth > DEEPEST:
            raise BadTrigger(f"more than {DEEPEST} levels of parentheses")
        if self.peek()[1] == "not":
            self.take()
            return Not(self.single(depth + 1))
        if self.peek()[1] == "(":
            self.take()
            inner = self.any_of(depth + 1)
            self.expect(")")
            return inner
        return self.comparison()

    def comparison(self) -> Trigger:
        key = self.name("a fact")
        left: FactValue | TimeSince = FactValue(key)
        if key in UNITS:
            self.expect("since")
            left = TimeSince(self.name("a fact"), key)
        kind, word = self.take()
        if kind == "op":
            return Compare(left, word, self.right())
        if isinstance(left, TimeSince):
            raise BadTrigger(f"expected <, <=, > or >= after 'since {left.key}', found {word or 'the end'!r}")
        if word == "is":
            return Is(left, (self.word(),))
        if word == "in":
            return Is(left, self.words())
        raise BadTrigger(f"expected a comparison after {key!r}, found {word or 'the end'!r}")

    def right(self) -> float | FactValue:
        kind, found = self.take()
        if kind == "number":
            return float(found)
        if kind == "name" and found not in _RESERVED:
            return FactValue(found)
        raise BadTrigger(f"expected a number or a fact, found {found or 'the end'!r}")

    def word(self) -> str:
        kind, found = self.take()
        if kind not in ("name", "number") or found in _RESERVED:
            raise BadTrigger(f"expected a word, found {found or 'the end'!r}")
        return found

    def words(self) -> tuple[str, ...]:
        self.expect("(")
        found = [self.word()]
        while self.peek()[1] == ",":
            self.take()
            found.append(self.word())
        self.expect(")")
        return tuple(found)


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> Trigger:
    """The trigger that the text says; `BadTrigger` with what was expected.

    >>> parse("age_years < 18")
    Compare(left=FactValue(key='age_years'), op='<', right=18.0)
    """
    reader = _Reader(text)
    trigger = reader.any_of(0)
    if reader.peek()[0] != "end":
        raise BadTrigger(f"expected the end, 'and' or 'or', found {reader.peek()[1]!r}")
    return trigger


@functools.lru_cache(maxsize=4096)
def keys(trigger: Trigger) -> tuple[str, ...]:
    """Every fact that the trigger looks at, once, in order."""
    match trigger:
        case Compare(left=left, right=right):
            found = [left.key, *([right.key] if isinstance(right, FactValue) else [])]
        case Is(left=left):
            found = [left.key]
        case Not(of=of):
            found = list(keys(of))
        case All(of=parts) | Any(of=parts):
            found = [key for part in parts for key in keys(part)]
    return tuple(dict.fromkeys(found))
