"""Reads of this room: the edition for a day, the board, what a log holds against an answer."""

from mooring.care.rems.queries.board import (
    DosedSession,
    board_of,
    clock_for,
    edition_for,
    forms_of,
    owed_sessions,
    standing_form,
    treated_on,
)
from mooring.care.rems.queries.filling import FilledForm, Monitored, filled, monitored

__all__ = [
    "DosedSession",
    "FilledForm",
    "Monitored",
    "board_of",
    "clock_for",
    "edition_for",
    "filled",
    "forms_of",
    "monitored",
    "owed_sessions",
    "standing_form",
    "treated_on",
]
