"""The parts in which a dose is given: each device, each injection, each spray, each unit; an infusion has none.

What was given is read out of the session's log. `faults_of` says what speaks against one more part: what can never be
(a part that is not ordered, one that was given already) and what may have happened and is then recorded with a reason
(a rest cut short).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from mooring.rules.verdict import RuleMessage


@dataclass(frozen=True)
class DosePart:
    """One part as ordered. `rest_min` is the least time after the part before.

    `until_min` is the last minute after the first part at which an `optional` one (a booster) may begin.
    """

    number: int
    kind: str
    mg: Decimal
    ml: Decimal | None = None
    rest_min: int = 0
    until_min: int | None = None
    optional: bool = False


@dataclass(frozen=True)
class PartGiven:
    """One part as the log tells it. One that `failed` gave nothing and may be replaced."""

    key: str
    number: int
    at: datetime
    by: str
    mg: Decimal
    ml: Decimal | None = None
    failed: bool = False
    lot: str = ""


def read_part(key: str, at: datetime, by: str, figures: Mapping[str, Any]) -> PartGiven:
    """A part as an entry of the log holds it."""
    ml = figures.get("ml")
    return PartGiven(
        key=key,
        number=int(figures["number"]),
        at=at,
        by=by,
        mg=Decimal(str(figures["mg"])),
        ml=None if ml is None else Decimal(str(ml)),
        failed=figures.get("failed") is True,
        lot=str(figures.get("lot", "")),
    )


@dataclass(frozen=True)
class PartFault:
    """What speaks against a part; with a reason it is `recordable` as a deviation."""

    says: RuleMessage
    recordable: bool = False


def worked(given: Iterable[PartGiven]) -> tuple[PartGiven, ...]:
    """The parts that gave something, in the order of time."""
    return tuple(sorted((part for part in given if not part.failed), key=lambda part: part.at))


def next_part(parts: Sequence[DosePart], given: Iterable[PartGiven]) -> DosePart | None:
    """The next part of the order that was not given yet."""
    done = {part.number for part in worked(given)}
    return next((part for part in parts if part.number not in done), None)


def not_before(part: DosePart, given: Iterable[PartGiven]) -> datetime | None:
    """When a part may be given at the earliest: after the rest that follows the part before; None: at once."""
    before = worked(given)
    if not before or not part.rest_min:
        return None
    anchor = before[0] if part.optional else before[-1]
    return anchor.at + timedelta(minutes=part.rest_min)


def complete(parts: Sequence[DosePart], given: Iterable[PartGiven]) -> bool:
    """Whether every part that is not optional was given."""
    done = {part.number for part in worked(given)}
    return all(part.number in done for part in parts if not part.optional)


def given_mg(given: Iterable[PartGiven]) -> Decimal:
    return sum((part.mg for part in worked(given)), Decimal(0))


def faults_of(
    parts: Sequence[DosePart], before: Iterable[PartGiven], new: PartGiven, ended_at: datetime | None = None
) -> tuple[PartFault, ...]:
    """What speaks against recording `new` after the parts `before`."""
    ordered = {part.number: part for part in parts}
    part, done = ordered.get(new.number), worked(before)
    if part is None:
        return (PartFault(RuleMessage("part.not_ordered", number=new.number, ordered=len(parts))),)
    found = []
    same = next((each for each in done if each.number == new.number), None)
    if same is not None:
        found.append(PartFault(RuleMessage("part.given_already", number=new.number, at=same.at)))
    missing = [n for n in range(1, new.number) if n not in {each.number for each in done}]
    if missing:
        found.append(PartFault(RuleMessage("part.earlier_first", number=new.number, missing=missing[0])))
    if ended_at is not None and new.at > ended_at:
        found.append(PartFault(RuleMessage("part.dosing_ended", at=ended_at)))
    if new.mg > part.mg:
        found.append(PartFault(RuleMessage("part.above_order", given_mg=new.mg, ordered_mg=part.mg)))
    return (*found, *_untimely(part, done, new))


def _untimely(part: DosePart, done: Sequence[PartGiven], new: PartGiven) -> list[PartFault]:
    """A rest cut short and a booster too late: what happened is recorded, with its reason."""
    found, earliest = [], not_before(part, [each for each in done if each.number < new.number])
    if earliest is not None and new.at < earliest:
        says = RuleMessage("part.rest_not_over", rest_min=part.rest_min, at=earliest)
        found.append(PartFault(says, recordable=True))
    if part.until_min is not None and done and new.at > done[0].at + timedelta(minutes=part.until_min):
        says = RuleMessage("part.too_late", until_min=part.until_min)
        found.append(PartFault(says, recordable=True))
    return found
