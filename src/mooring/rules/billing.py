"""Which billing codes were valid for what was done on a day, and how many units of each.

A code is looked up for the day of the dose: one that ended cannot be printed for a later day, and one that had not
begun cannot be printed for an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from mooring.content.pack import Pack
from mooring.content.schema.regulation import BillingCode

AN_HOUR = 60


@dataclass(frozen=True)
class Billed:
    """What was done, as codes ask for it: `minutes` are those of the giving, start to stop."""

    on: date
    product: str
    route: str
    jurisdiction: str
    payer: str
    mg: Decimal
    minutes: int


@dataclass(frozen=True)
class BillingLine:
    """One line of a bill: a code with its units."""

    code: BillingCode
    units: int


def lines_for(pack: Pack, done: Billed) -> tuple[BillingLine, ...]:
    """The codes for a visit and its drug, in order of their kind.

    >>> from mooring.content.loader import load
    >>> done = Billed(date(2026, 1, 2), "esketamine", "intranasal", "US-OR", "other", Decimal(84), 15)
    >>> [(line.code.code, line.units) for line in lines_for(load(), done)]
    [('G2083', 1), ('J0013', 84)]
    """
    found = []
    for code in pack.codes.in_force(done.on):
        if code.bills == "longer" or done.payer not in code.payers or not _fits(code, done):
            continue
        units = _units(code, done)
        if units:
            found.append(BillingLine(code, units))
    return tuple(sorted(found, key=lambda line: (line.code.bills != "visit", line.code.code)))


def _fits(code: BillingCode, done: Billed) -> bool:
    if not code.applies.fits(done.product, done.route, done.jurisdiction, ""):
        return False
    mg, minutes = float(done.mg), done.minutes
    if (code.above_mg is not None and mg <= code.above_mg) or (
        code.most_mg is not None and mg > code.most_mg
    ):
        return False
    if code.above_minutes is not None and minutes <= code.above_minutes:
        return False
    return code.most_minutes is None or minutes <= code.most_minutes


def _units(code: BillingCode, done: Billed) -> int:
    if code.unit == "mg":
        return int(done.mg.to_integral_value(ROUND_CEILING))
    if code.unit == "hour" and code.above_minutes is not None:
        return 1 + (done.minutes - code.above_minutes - 1) // AN_HOUR
    return 1
