"""Reads of this room: the edition for a day, the board, what a log holds against an answer."""

from mooring.care.rems.queries.board import (
    BoardRow,
    board_of,
    clock_for,
    edition_for,
    owed_sessions,
    standing_form,
    treated_on,
)
from mooring.care.rems.queries.filling import Filled, Monitored, filled, monitored

__all__ = [
    "BoardRow",
    "Filled",
    "Monitored",
    "board_of",
    "clock_for",
    "edition_for",
    "filled",
    "monitored",
    "owed_sessions",
    "standing_form",
    "treated_on",
]
