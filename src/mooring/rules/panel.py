"""The panel of a site: response and remission by dose number, with every denominator, small cells left out.

A row is what stood after exactly so many doses: the last score before the next dose. Rows are different people, not
one trajectory; who stopped after dose 3 is not in the row of dose 6. Response counts only people whose baseline reached
caseness, as the instrument asks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mooring.content.schema.instruments import Change, Instrument

LEAST_CELL = 5
"""A cell of fewer people is not shown, nor one whose complement is smaller; a design default."""
MOST_DOSES = 24


@dataclass(frozen=True)
class TreatmentScores:
    """One treatment: when its doses were given, and its scores on one instrument, in order of time."""

    doses: Sequence[datetime]
    scores: Sequence[tuple[datetime, float]]


@dataclass(frozen=True)
class PanelCell:
    """So many of so many; `events` is None where showing it would tell of fewer than `LEAST_CELL` people."""

    people: int
    events: int | None

    @property
    def suppressed(self) -> bool:
        return self.events is None


@dataclass(frozen=True)
class PanelRow:
    """After `number` doses: how many were given that many, how many have a score, response and remission of these."""

    number: int
    treated: int
    measured: int
    response: PanelCell
    remission: PanelCell


def cell(people: int, events: int) -> PanelCell:
    """
    >>> cell(4, 1).suppressed, cell(40, 2).suppressed, cell(40, 38).suppressed, cell(40, 20).events
    (True, True, True, 20)
    """
    small = people < LEAST_CELL or 0 < events < LEAST_CELL or 0 < people - events < LEAST_CELL
    return PanelCell(people, None if small else events)


def panel(instrument: Instrument, treatments: Iterable[TreatmentScores]) -> tuple[PanelRow, ...]:
    """A row for every dose number that anybody reached."""
    rules: dict[str, Change] = {change.kind: change for change in instrument.change}
    worse_up = instrument.total.higher_is != "better"
    counts = [[0] * 6 for _number in range(MOST_DOSES + 1)]
    for treatment in treatments:
        _count(counts, treatment, rules, worse_up=worse_up)
    return tuple(
        PanelRow(number, treated, measured, cell(judged, responded), cell(remission_of, remitted))
        for number, (treated, measured, judged, responded, remission_of, remitted) in enumerate(counts)
        if number and treated
    )


def _count(
    counts: list[list[int]], treatment: TreatmentScores, rules: dict[str, Change], *, worse_up: bool
) -> None:
    doses = treatment.doses
    for number in range(1, min(len(doses), MOST_DOSES) + 1):
        counts[number][0] += 1
    if not doses or not treatment.scores:
        return
    baseline, after = None, {}
    for at, total in treatment.scores:
        number = bisect_right(doses, at)
        if number == 0:
            baseline = total
        else:
            after[min(number, MOST_DOSES)] = total
    if baseline is None:
        return
    response, remission, caseness = (rules.get(kind) for kind in ("response", "remission", "caseness"))
    judged = (
        response is not None
        and response.fraction is not None
        and worse_up
        and baseline > 0
        and not (caseness is not None and caseness.at_least is not None and baseline < caseness.at_least)
    )
    for number, total in after.items():
        row = counts[number]
        row[1] += 1
        if judged and response is not None:
            row[2] += 1
            row[3] += (baseline - total) / baseline >= (response.fraction or 0)
        remitted = _remitted(remission, total)
        if remitted is not None:
            row[4] += 1
            row[5] += remitted


def _remitted(rule: Change | None, total: float) -> bool | None:
    if rule is None:
        return None
    if rule.at_most is not None:
        return total <= rule.at_most
    return None if rule.at_least is None else total >= rule.at_least
