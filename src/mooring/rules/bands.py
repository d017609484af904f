"""Bands of a sign: which table holds for a person, and in which band a value falls."""

from __future__ import annotations

import math

from mooring.content.jurisdictions import within
from mooring.content.schema.monitoring import Band, SignBands, Thresholds

_RANK = {level: rank for rank, level in enumerate(("quiet", "weigh", "amber", "prescriber", "stop", "red"))}


def tables(
    thresholds: Thresholds, phase: str, age: float | None = None, jurisdiction: str = ""
) -> tuple[SignBands, ...]:
    """One table a sign: the one made for this age and jurisdiction, or else the general one.

    `phase` is "before" or "during" (dosing and recovery).
    """
    chosen: dict[str, SignBands] = {}
    for table in thresholds.signs:
        special = table.least_age is not None or bool(table.jurisdictions)
        fits = (table.least_age is None or (age is not None and age >= table.least_age)) and (
            not table.jurisdictions or within(jurisdiction, table.jurisdictions)
        )
        if table.phase == phase and fits and (special or table.sign not in chosen):
            chosen[table.sign] = table
    return tuple(chosen.values())


def band_of(table: SignBands, value: float) -> Band:
    """The band in which a value falls. Between two bands (140.5 of 140 | 141) the worse one counts.

    `ValueError` for what is no number: nothing may look quiet because it was not measured.
    """
    if not math.isfinite(value):
        raise ValueError(f"{table.sign}: expected a number, found {value!r}")
    for at, band in enumerate(table.bands):
        if band.most is None or value <= band.most:
            below = table.bands[at - 1] if band.least is not None and value < band.least else band
            return max(band, below, key=lambda each: (rank(each), each.confirm_within_min is None))
    return table.bands[-1]


def rank(band: Band) -> int:
    """How bad a band is; larger is worse."""
    return _RANK[band.level]
