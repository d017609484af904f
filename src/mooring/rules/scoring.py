"""Scoring of questionnaires and scales: total, subscales, band, missing items, watched items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mooring.content import trigger as language
from mooring.content.schema.instruments import Instrument, Part, Scale
from mooring.rules.facts import read
from mooring.rules.verdict import Fact, RuleMessage
from mooring.words.numbers import number_range, plain_number

Answers = Mapping[str, float | None]
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # triggers over items look at no times


class BadAnswer(ValueError):
    """An answer that the instrument does not know; `message` names the item and the allowed values."""

    def __init__(self, message: RuleMessage) -> None:
        super().__init__(repr(message))
        self.message = message


@dataclass(frozen=True)
class Watched:
    """An item that acts by itself, such as the ninth of the PHQ-9."""

    item: str
    value: float
    name: str
    says: str
    asks: str


@dataclass(frozen=True)
class Score:
    """What a filled instrument says. `total` is None when too much is missing to score it.

    `estimated`: missing items were filled with the mean of the others, as the instrument allows.
    """

    instrument: str
    total: float | None
    most: float
    band: str
    complete: bool
    missing: tuple[str, ...]
    estimated: bool = False
    scales: Mapping[str, float | None] = field(default_factory=dict)
    watched: tuple[Watched, ...] = ()
    flags: tuple[str, ...] = ()


def score(instrument: Instrument, answers: Answers, *, of: str = "") -> Score:
    """The score of these answers (item code → value; missing or None where not answered).

    `of` chooses the bands where they differ between groups ("men", "women"). `BadAnswer` for a value or an
    item that the instrument does not have.

    >>> score(phq9, {f"q{n}": 1 for n in range(1, 10)}).total  # doctest: +SKIP
    9.0
    """
    values = _checked(instrument, answers)
    values |= dict.fromkeys(skipped_by(instrument, values) - values.keys(), 0.0)
    scales = {scale.code: _scale(scale, values) for scale in instrument.scales}
    total = scales[instrument.total.code]
    scored = [item.code for item in instrument.items if item.scored]
    missing = tuple(code for code in scored if code not in values)
    needed = {code for part in instrument.total.parts for code in part.items}
    return Score(
        instrument=instrument.key,
        total=total,
        most=instrument.total.most,
        band=_band(instrument, total, of),
        complete=not missing,
        missing=missing,
        estimated=total is not None and any(code in needed for code in missing),
        scales=scales,
        watched=watched(instrument, answers),
        flags=_flags(instrument, values, scales),
    )


def skipped_by(instrument: Instrument, answers: Answers) -> frozenset[str]:
    """The items that are not asked after these answers; they count as 0, but an answer that is there counts.

    Of the C-SSRS screener, items 3 to 5 follow a yes to item 2, and the last three months a lifetime yes.
    """
    facts = {
        code.replace("-", "_"): Fact(code, value) for code, value in answers.items() if value is not None
    }
    return frozenset(
        item.code
        for item in instrument.items
        if item.only_if is not None and read(language.parse(item.only_if), facts, _NO_DATE) is False
    )


def band_of_total(instrument: Instrument, total: float, *, of: str = "") -> str:
    """The band of a total that was entered without its items."""
    return _band(instrument, total, of)


def watched(instrument: Instrument, answers: Answers) -> tuple[Watched, ...]:
    """The items of a draft, however incomplete, that act by themselves."""
    found = []
    for watch in instrument.watch:
        value = answers.get(watch.item)
        if value is not None and value >= watch.at_least:
            found.append(Watched(watch.item, value, watch.name, watch.says, watch.asks))
    return tuple(found)


def _checked(instrument: Instrument, answers: Answers) -> dict[str, float]:
    """The answers as they are scored: known items only, in their range, reversed ones turned round."""
    values: dict[str, float] = {}
    for code, value in answers.items():
        item = instrument.allowed.get(code)
        if item is None:
            raise BadAnswer(RuleMessage("score.no_item", instrument=instrument.short, item=code))
        if value is None:
            continue
        if (item.values and value not in item.values) or not item.least <= value <= item.most:
            choices = ", ".join(plain_number(each) for each in sorted(item.values))
            expected = choices or number_range(item.least, item.most)
            raise BadAnswer(
                RuleMessage(
                    "score.not_allowed",
                    instrument=instrument.short,
                    item=code,
                    expected=expected,
                    entered=value,
                )
            )
        values[code] = float(item.least + item.most - value if item.reversed else value)
    return values


def _scale(scale: Scale, values: Mapping[str, float]) -> float | None:
    named = [code for part in scale.parts for code in part.items]
    present = [values[code] for code in named if code in values]
    absent = len(named) - len(present)
    if absent > scale.missing_allowed or not present:
        return None
    filled = values if not absent else {**dict.fromkeys(named, sum(present) / len(present)), **values}
    return sum(_part(part, filled) for part in scale.parts) * scale.times


def _part(part: Part, values: Mapping[str, float]) -> float:
    found = [values[code] for code in part.items]
    if part.take == "sum":
        return sum(found)
    if part.take == "mean":
        return sum(found) / len(found)
    if part.take == "highest":
        return max(found)
    return float(sum(1 for value in found if value >= (part.reach or 0)))


def _band(instrument: Instrument, total: float | None, of: str) -> str:
    """The band of the total; a total between two whole ones (estimated) counts as the next whole one up."""
    if total is None:
        return ""
    for band in instrument.bands:
        if band.of in ("", of) and band.least <= total <= band.most:
            return band.label
    upward = [band for band in instrument.bands if band.of in ("", of) and band.least >= total]
    return min(upward, key=lambda band: band.least).label if upward else ""


def _flags(
    instrument: Instrument, values: Mapping[str, float], scales: Mapping[str, float | None]
) -> tuple[str, ...]:
    if not instrument.flags:
        return ()
    facts = {
        code.replace("-", "_"): Fact(code, value)
        for code, value in {**scales, **values}.items()
        if value is not None
    }
    return tuple(
        flag.says for flag in instrument.flags if read(language.parse(flag.when), facts, _NO_DATE) is True
    )
