"""The panel of a site: what its treatments came to by dose number, and what others published, with caveats."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from mooring.care.measures.models import Filled
from mooring.care.treatments.models import Cycle, Treatment, TreatmentState
from mooring.content.pack import Pack
from mooring.content.schema.instruments import Instrument
from mooring.content.schema.longterm import Benchmark
from mooring.evidence.compare import Comparison, compare, wilson
from mooring.identity.models import Site
from mooring.rules.panel import PanelCell, PanelRow, TreatmentScores, panel

GIVEN = (TreatmentState.SIGNED, TreatmentState.ENDED)


@dataclass(frozen=True)
class Rate:
    """One cell with its interval in whole percent; None where the cell is not shown."""

    cell: PanelCell
    percent: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class ShownRow:
    row: PanelRow
    response: Rate
    remission: Rate


@dataclass(frozen=True)
class Beside:
    """A published result beside the site's row of one dose number; nothing is concluded from few people."""

    benchmark: Benchmark
    response: Comparison | None
    remission: Comparison | None


def panel_of(site: Site, instrument: Instrument, protocols: frozenset[str]) -> tuple[PanelRow, ...]:
    """The rows of a site for one instrument, over the treatments under these protocols (`id@version`)."""
    treatments = dict(
        Treatment.objects.filter(patient__site=site, state__in=GIVEN, protocol__in=protocols).values_list(
            "pk", "patient_id"
        )
    )
    doses: dict[int, list[datetime]] = defaultdict(list)
    given = Cycle.objects.filter(treatment__patient__site=site, dosed_at__isnull=False).order_by("dosed_at")
    for treatment_pk, at in given.values_list("treatment_id", "dosed_at"):
        if treatment_pk in treatments and at is not None:
            doses[treatment_pk].append(at)
    scores: dict[int, list[tuple[datetime, float]]] = defaultdict(list)
    filled = Filled.objects.filter(
        patient__site=site, total__isnull=False, instrument__startswith=f"{instrument.id}@"
    ).order_by("filled_at")
    for patient_pk, at, total in filled.values_list("patient_id", "filled_at", "total"):
        if total is not None:
            scores[patient_pk].append((at, float(total)))
    return panel(
        instrument,
        (
            TreatmentScores(doses[treatment_pk], scores.get(patient_pk, ()))
            for treatment_pk, patient_pk in treatments.items()
            if treatment_pk in doses
        ),
    )


def shown_rows(rows: tuple[PanelRow, ...]) -> list[ShownRow]:
    return [ShownRow(row, _rate(row.response), _rate(row.remission)) for row in rows]


def _rate(cell: PanelCell) -> Rate:
    if cell.events is None or cell.people == 0:
        return Rate(cell)
    low, high = wilson(cell.events, cell.people)
    return Rate(cell, round(cell.events / cell.people * 100), round(low * 100), round(high * 100))


SIX = 6
"""The row beside which published results stand: most of them count after four to eight infusions."""


def beside(
    rows: tuple[PanelRow, ...], pack: Pack, instrument: Instrument, route: str, on: date
) -> list[Beside]:
    """The published results of the same instrument and route beside the row of six doses, or the last one."""
    row = next((each for each in rows if each.number == SIX), rows[-1] if rows else None)
    found = [
        each
        for each in pack.benchmarks.in_force(on)
        if (each.instrument, each.route) == (instrument.short, route)
    ]
    return [
        Beside(each, _compared(row, each, "response"), _compared(row, each, "remission")) for each in found
    ]


def _compared(
    row: PanelRow | None, benchmark: Benchmark, outcome: Literal["response", "remission"]
) -> Comparison | None:
    cell = None if row is None else row.response if outcome == "response" else row.remission
    if cell is None or cell.events is None:
        return None
    return compare(cell.events, cell.people, benchmark, outcome)
