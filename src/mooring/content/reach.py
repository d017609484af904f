"""What a trigger or a score can come to at all: small exhaustive searches for the lint."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from mooring.content.schema.instruments import Instrument, Part
from mooring.content.trigger import All, Any, Compare, FactValue, Is, Not, TimeSince, Trigger

_MOST_CASES = 20_000
_OTHER = "some other word"
Value = float | str
Leaf = FactValue | TimeSince


def leaves(of: Trigger) -> Iterator[Compare | Is]:
    """Every comparison of a trigger."""
    match of:
        case Compare() | Is():
            yield of
        case Not(of=inner):
            yield from leaves(inner)
        case All(of=parts) | Any(of=parts):
            for part in parts:
                yield from leaves(part)


def outcomes(of: Trigger) -> tuple[bool, bool]:
    """(can ever be met, is always met), over values just below, at and above every number, and every word.

    A trigger with too many cases to try counts as reachable and not always met.
    """
    candidates: dict[Leaf, set[Value]] = {}
    for leaf in leaves(of):
        mine = candidates.setdefault(leaf.left, set())
        if isinstance(leaf, Is):
            mine |= {*leaf.words, _OTHER}
            if "yes" in leaf.words:
                mine.add("no")
        elif isinstance(leaf.right, FactValue):
            mine |= {-1.0, 0.0, 1.0}
            candidates.setdefault(leaf.right, set()).update({-1.0, 0.0, 1.0})
        else:
            mine |= {leaf.right - 0.001, leaf.right, leaf.right + 0.001}
    cases = 1
    for values in candidates.values():
        cases *= len(values)
    if cases > _MOST_CASES:
        return True, False
    found = {
        _holds(of, dict(zip(candidates, case, strict=True)))
        for case in itertools.product(*candidates.values())
    }
    return True in found, False not in found


def _holds(of: Trigger, values: Mapping[Leaf, Value]) -> bool:
    match of:
        case Is(left=left, words=words):
            return values[left] in words
        case Compare(left=left, op=op, right=right):
            found = values[left]
            limit = values[right] if isinstance(right, FactValue) else right
            if isinstance(found, str) or isinstance(limit, str):
                return False
            return {"<": found < limit, "<=": found <= limit, ">": found > limit, ">=": found >= limit}[op]
        case Not(of=inner):
            return not _holds(inner, values)
        case All(of=parts):
            return all(_holds(part, values) for part in parts)
        case Any(of=parts):
            return any(_holds(part, values) for part in parts)


def part_range(instrument: Instrument, part: Part) -> tuple[float, float]:
    """The least and the most that a part of a score can be."""
    allowed = [instrument.allowed[code] for code in part.items]
    ends = [(each.least, each.most) for each in allowed]
    if part.take == "count":
        return 0.0, float(len(ends))
    least, most = [low for low, _ in ends], [high for _, high in ends]
    if part.take == "sum":
        return sum(least), sum(most)
    if part.take == "mean":
        return sum(least) / len(least), sum(most) / len(most)
    return max(least), max(most)


def loinc_is_sound(code: str) -> bool:
    """Whether the last digit of a LOINC code is its mod-10 check digit (catches typos, not wrong meaning).

    For term codes; lists of answers (LL…) count otherwise and are not checked.

    >>> loinc_is_sound("44261-6"), loinc_is_sound("44261-5")
    (True, False)
    """
    body, dash, digit = code.partition("-")
    if not (dash and body.isdigit() and digit.isdigit() and len(digit) == 1):
        return False
    total = 0
    for at, figure in enumerate(reversed(body)):
        value = int(figure) * (2 if at % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return (10 - total % 10) % 10 == int(digit)
