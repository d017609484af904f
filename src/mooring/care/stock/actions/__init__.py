"""The acts of this room, a file an act or a few that belong together.

Times: `at` is now, `happened_at` when it happened; what is recorded late is marked. Every line of a ledger is
written by `lines.NewLine`. Amounts are whole parts (`rules.ledger`).
"""

from mooring.care.stock.actions.counting import cancel_count, start_count, submit_count
from mooring.care.stock.actions.doses import book_dose
from mooring.care.stock.actions.drawing import draw, put_back, waste, waste_remainder
from mooring.care.stock.actions.erasing import erase_ledger_words
from mooring.care.stock.actions.holdings import (
    add_registration,
    add_safe,
    add_supplier,
    give_key,
    recall_lot,
    sign_stock_policy,
    take_key,
)
from mooring.care.stock.actions.receiving import Delivered, destroy, move_container, quarantine, receive
from mooring.care.stock.actions.reversing import adjust, reverse_entry
from mooring.care.stock.actions.settling import close_day, settle
from mooring.care.stock.actions.stating import countersign, set_reorder_point, state
from mooring.care.stock.actions.watching import watch_stock
from mooring.care.stock.actions.witnessing import answer_witness, ask_witness

__all__ = [
    "Delivered",
    "add_registration",
    "add_safe",
    "add_supplier",
    "adjust",
    "answer_witness",
    "ask_witness",
    "book_dose",
    "cancel_count",
    "close_day",
    "countersign",
    "destroy",
    "draw",
    "erase_ledger_words",
    "give_key",
    "move_container",
    "put_back",
    "quarantine",
    "recall_lot",
    "receive",
    "reverse_entry",
    "set_reorder_point",
    "settle",
    "sign_stock_policy",
    "start_count",
    "state",
    "submit_count",
    "take_key",
    "waste",
    "waste_remainder",
    "watch_stock",
]
