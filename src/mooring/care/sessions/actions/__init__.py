"""The acts of this room, a file an act.

Times: `at` is now, when the server has it; `happened_at` is when it happened. An act that begins a step
refuses when the person is not competent for it today; writing down what happens in a running session is
never refused for that.
"""

from mooring.care.sessions.actions.correct_entry import correct_entry
from mooring.care.sessions.actions.discharge import discharge
from mooring.care.sessions.actions.end_dosing import end_dosing
from mooring.care.sessions.actions.enter_volume import enter_volume
from mooring.care.sessions.actions.log import (
    log_discharge_check,
    log_intervention,
    log_note,
    log_symptom,
    log_vitals,
)
from mooring.care.sessions.actions.open_session import open_session
from mooring.care.sessions.actions.sign_off import sign_off
from mooring.care.sessions.actions.start_dosing import start_dosing
from mooring.care.sessions.actions.void_session import void_session

__all__ = [
    "correct_entry",
    "discharge",
    "end_dosing",
    "enter_volume",
    "log_discharge_check",
    "log_intervention",
    "log_note",
    "log_symptom",
    "log_vitals",
    "open_session",
    "sign_off",
    "start_dosing",
    "void_session",
]
