"""Reads of this room: where a safe stands, the reports, the export."""

from mooring.care.stock.queries.standing import (
    OwedDose,
    covered_mg,
    day_of,
    drawn_mg,
    holds_key,
    keeps_ledger,
    not_counted,
    open_discrepancies,
    open_requests,
    owed_doses,
    policy_of,
    standing_of,
    to_count,
    undrawn_mg,
    unsquared_draws,
    unwitnessed,
)

__all__ = [
    "OwedDose",
    "covered_mg",
    "day_of",
    "drawn_mg",
    "holds_key",
    "keeps_ledger",
    "not_counted",
    "open_discrepancies",
    "open_requests",
    "owed_doses",
    "policy_of",
    "standing_of",
    "to_count",
    "undrawn_mg",
    "unsquared_draws",
    "unwitnessed",
]
