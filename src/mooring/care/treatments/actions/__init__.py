"""The acts of this room; a file for each thing that is acted on."""

from mooring.care.treatments.actions.ceilings import sign_ceiling
from mooring.care.treatments.actions.cycles import move_cycle
from mooring.care.treatments.actions.going_on import Decided, decide_course
from mooring.care.treatments.actions.orders import sign_order, withdraw_order
from mooring.care.treatments.actions.preparing import (
    close_finding,
    make_ready,
    record_readiness,
    settle_fact,
    take_back_to_preparation,
    write_preparation,
)
from mooring.care.treatments.actions.treatments import (
    Intended,
    draft_treatment,
    sign_treatment,
    withdraw_draft,
)

__all__ = [
    "Decided",
    "Intended",
    "close_finding",
    "decide_course",
    "draft_treatment",
    "make_ready",
    "move_cycle",
    "record_readiness",
    "settle_fact",
    "sign_ceiling",
    "sign_order",
    "sign_treatment",
    "take_back_to_preparation",
    "withdraw_draft",
    "withdraw_order",
    "write_preparation",
]
