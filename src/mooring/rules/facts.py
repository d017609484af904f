"""What is known, and reading a trigger over it in three values: true, false, not known.

One key may have several facts. The latest confirmed or measured one counts, until a clinician says otherwise; a
patient's report counts only where nothing is confirmed. A report that is newer than the confirmation and says
something else opens the matter again where that is worse; it never clears what was confirmed. What speaks of one
day is gone with that day. "Not sure", an empty answer, a stale fact, a fact from the future and a number that cannot
be (a wrong unit, a slip of the hand) are missing.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from mooring.content.schema.data import Datum, DatumType
from mooring.content.trigger import UNITS, All, Compare, FactValue, Is, Not, TimeSince, Trigger
from mooring.content.trigger import Any as AnyOf
from mooring.rules.verdict import Fact, Standing

NOT_ASKED = "not-asked"
"""The value of an optional datum that nobody has measured: no comparison with it is met."""
_UNKNOWN_WORDS = frozenset({"", "not sure", "not-sure", "unsure", "unknown", "don't know"})


@dataclass(frozen=True)
class Known:
    """The facts that count at one moment: `settled` confirmed or measured, `claimed` with reports added.

    `claimed` differs from `settled` where a report speaks of what nobody has confirmed, or contradicts an older
    confirmation; `disputed` names the keys of the latter. A gate works it out once and hands it to every rule; it
    holds then what is planned, too (`Setting.facts`).
    """

    settled: Mapping[str, Fact]
    claimed: Mapping[str, Fact]
    now: datetime
    disputed: frozenset[str] = frozenset()

    def shown(self, keys: Iterable[str]) -> tuple[Fact, ...]:
        """The facts behind these keys, for a finding to show."""
        found: dict[Fact, None] = {}
        for key in keys:
            for source in (self.settled, self.claimed):
                if key in source and source[key].value != NOT_ASKED:
                    found[source[key]] = None
        return tuple(found)


def moment(on: date | datetime) -> datetime:
    """The end of a day (UTC), or the aware moment itself; a naive time is refused."""
    if isinstance(on, datetime):
        if on.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return on
    return datetime.combine(on, time.max, tzinfo=UTC)


def known(facts: Iterable[Fact], on: date | datetime, dictionary: Mapping[str, Datum] | None = None) -> Known:
    """The facts that count on a day or at a moment.

    >>> from datetime import date
    >>> known([Fact("stroke", "yes")], date(2026, 3, 1)).settled["stroke"].value
    'yes'
    """
    now = moment(on)
    confirmed: dict[str, Fact] = {}
    reported: dict[str, Fact] = {}
    for fact in facts:
        datum = (dictionary or {}).get(fact.key)
        if _missing(fact) or _from_the_future(fact, now) or not _plausible(fact, datum):
            continue
        shelf = reported if fact.standing == Standing.REPORTED else confirmed
        if fact.key not in shelf or _dated(fact) >= _dated(shelf[fact.key]):
            shelf[fact.key] = fact
    # The newest word first, then its age: a "no" that refuted an older "yes" does not give it back by growing old.
    confirmed, reported = (
        {key: fact for key, fact in shelf.items() if _fresh(fact, now, (dictionary or {}).get(key))}
        for shelf in (confirmed, reported)
    )
    absent = _not_asked(dictionary or {}, confirmed)
    settled, claimed = {**absent, **confirmed}, {**absent, **confirmed}
    disputed = set()
    for key, report in reported.items():
        stands = confirmed.get(key)
        if stands is None:
            claimed[key] = report
            settled.pop(key, None)
        elif _dated(report) > _dated(stands) and word(report.value) != word(stands.value):
            claimed[key] = report
            disputed.add(key)
    return Known(settled, claimed, now, frozenset(disputed))


@functools.lru_cache(maxsize=64)
def _absent(keys: frozenset[str]) -> Mapping[str, Fact]:
    return {key: Fact(key, NOT_ASKED) for key in keys}


def _not_asked(dictionary: Mapping[str, Datum], confirmed: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """The optional data without a fact, each with a value that meets nothing."""
    return _absent(
        frozenset(key for key, datum in dictionary.items() if datum.optional and key not in confirmed)
    )


def _missing(fact: Fact) -> bool:
    return fact.value is None or (
        isinstance(fact.value, str) and fact.value.strip().lower() in _UNKNOWN_WORDS
    )


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _dated(fact: Fact) -> datetime:
    if fact.dated is None:
        return _LONG_AGO
    if fact.dated.tzinfo is None:
        raise ValueError(f"the fact {fact.key} needs a time zone")
    return fact.dated


def _from_the_future(fact: Fact, now: datetime) -> bool:
    return fact.dated is not None and _dated(fact) > now


def _fresh(fact: Fact, now: datetime, datum: Datum | None) -> bool:
    """Not older than the dictionary allows, and of today where it speaks of a day (today in the zone of `now`).

    An undated fact is taken as fresh only where the dictionary sets no age.
    """
    if datum is None or (datum.stale_after is None and not datum.same_day):
        return True
    if datum.stands and fact.standing != Standing.REPORTED and word(fact.value) == "yes":
        return True
    if fact.dated is None:
        return False
    if datum.same_day and _dated(fact).astimezone(now.tzinfo).date() != now.date():
        return False
    return datum.stale_after is None or now - _dated(fact) <= datum.stale_after


def _plausible(fact: Fact, datum: Datum | None) -> bool:
    """A number that its datum can be; what is no number where one is due is no fact."""
    if datum is None or datum.type != DatumType.NUMBER:
        return True
    value = number(fact.value)
    if value is None:
        return False
    return (datum.least is None or value >= datum.least) and (datum.most is None or value <= datum.most)


def word(value: object) -> str:
    """A value as the language of triggers writes it: True is "yes", 5.0 is "5"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}"
    return str(value).strip().lower()


def number(value: object) -> float | None:
    """A value as a finite number, or None when it is none."""
    if isinstance(value, bool):
        return None
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def read(trigger: Trigger, facts: Mapping[str, Fact], now: datetime) -> bool | None:
    """Whether the trigger is met: True, False, or None where a missing fact decides.

    >>> from mooring.content.trigger import parse
    >>> read(parse("a is yes or b is yes"), {"a": Fact("a", "yes")}, datetime(2026, 3, 1, tzinfo=UTC))
    True
    """
    match trigger:
        case Is(left=left, words=words):
            fact = facts.get(left.key)
            return None if fact is None else word(fact.value) in words
        case Compare(left=side, op=op, right=right):
            if _unasked(side.key, facts) or (isinstance(right, FactValue) and _unasked(right.key, facts)):
                return False
            found, limit = _left(side, facts, now), _right(right, facts)
            return None if found is None or limit is None else _compare(found, op, limit)
        case Not(of=of):
            inner = read(of, facts, now)
            return None if inner is None else not inner
        case All(of=parts):
            answers = [read(part, facts, now) for part in parts]
            return False if False in answers else (None if None in answers else True)
        case AnyOf(of=parts):
            answers = [read(part, facts, now) for part in parts]
            return True if True in answers else (None if None in answers else False)


def _unasked(key: str, facts: Mapping[str, Fact]) -> bool:
    fact = facts.get(key)
    return fact is not None and fact.value == NOT_ASKED


def _left(side: FactValue | TimeSince, facts: Mapping[str, Fact], now: datetime) -> float | None:
    fact = facts.get(side.key)
    if fact is None:
        return None
    if isinstance(side, FactValue):
        return number(fact.value)
    began = _when(fact)
    return None if began is None else (now - began) / UNITS[side.unit]


def _when(fact: Fact) -> datetime | None:
    """The moment that a fact holds, or else the moment at which it was noted."""
    value = fact.value
    if isinstance(value, datetime):
        return value if value.tzinfo else None
    if isinstance(value, date):
        return datetime.combine(value, time.min, tzinfo=UTC)
    if isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            return fact.dated
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return fact.dated


def _right(right: float | FactValue, facts: Mapping[str, Fact]) -> float | None:
    if isinstance(right, FactValue):
        fact = facts.get(right.key)
        return None if fact is None else number(fact.value)
    return right


def _compare(found: float, op: str, limit: float) -> bool:
    if op == "<":
        return found < limit
    if op == "<=":
        return found <= limit
    if op == ">":
        return found > limit
    return found >= limit


def deciding(trigger: Trigger, facts: Mapping[str, Fact], now: datetime) -> tuple[str, ...]:
    """The keys of the missing facts on which an undecided trigger hangs, once, in order."""
    if read(trigger, facts, now) is not None:
        return ()
    match trigger:
        case Is(left=left):
            found = [left.key]
        case Compare(left=side, right=right):
            found = [side.key] if _left(side, facts, now) is None else []
            if isinstance(right, FactValue) and _right(right, facts) is None:
                found.append(right.key)
        case Not(of=of):
            found = list(deciding(of, facts, now))
        case All(of=parts) | AnyOf(of=parts):
            found = [key for part in parts for key in deciding(part, facts, now)]
    return tuple(dict.fromkeys(found))
