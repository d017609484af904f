"""The acts of this room, a file an act.

Times: `at` is now, when the server has it; `happened_at` is when it happened. An act that begins a step
refuses when the person is not competent for it today; recording what happens in a running session is never
refused for that. Everything that a person records goes through `write_entry`.
"""

from mooring.care.sessions.actions.cancel_session import cancel_session
from mooring.care.sessions.actions.chaperone import attest, due_at, make_console, pair_console
from mooring.care.sessions.actions.devices import end_device, make_device_code, pair_device, store_readings
from mooring.care.sessions.actions.discharge import discharge
from mooring.care.sessions.actions.end_dosing import end_dosing
from mooring.care.sessions.actions.enter_reading import enter_reading
from mooring.care.sessions.actions.give_part import give_part
from mooring.care.sessions.actions.open_session import open_session
from mooring.care.sessions.actions.sign_off import sign_off
from mooring.care.sessions.actions.start_dosing import start_dosing
from mooring.care.sessions.actions.tablet import make_tablet_code, pair_tablet
from mooring.care.sessions.actions.write_entry import write_entry

__all__ = [
    "attest",
    "cancel_session",
    "discharge",
    "due_at",
    "end_device",
    "end_dosing",
    "enter_reading",
    "give_part",
    "make_console",
    "make_device_code",
    "make_tablet_code",
    "open_session",
    "pair_console",
    "pair_device",
    "pair_tablet",
    "sign_off",
    "start_dosing",
    "store_readings",
    "write_entry",
]
