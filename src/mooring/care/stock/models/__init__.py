"""The tables of this room: what is held, the ledger, and what two people hold against it."""

from mooring.care.stock.models.checks import (
    BlindCount,
    ClosedDay,
    CountKind,
    CountLine,
    Discrepancy,
    DiscrepancyState,
    Witnessed,
    WitnessRequest,
)
from mooring.care.stock.models.containers import (
    Container,
    ContainerState,
    DrugRegistration,
    Lot,
    Safe,
    SafeKey,
    StockPolicy,
    Supplier,
)
from mooring.care.stock.models.entries import DoseGiven, EntryNote, LedgerEntry, WasteMethod
from mooring.care.stock.models.statements import (
    InventoryMoment,
    ReorderPoint,
    StatementKind,
    StockStatement,
)

__all__ = [
    "BlindCount",
    "ClosedDay",
    "Container",
    "ContainerState",
    "CountKind",
    "CountLine",
    "Discrepancy",
    "DiscrepancyState",
    "DoseGiven",
    "DrugRegistration",
    "EntryNote",
    "InventoryMoment",
    "LedgerEntry",
    "Lot",
    "ReorderPoint",
    "Safe",
    "SafeKey",
    "StatementKind",
    "StockPolicy",
    "StockStatement",
    "Supplier",
    "WasteMethod",
    "WitnessRequest",
    "Witnessed",
]
