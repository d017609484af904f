"""The one next step of a patient, over all rooms: what is waited for, and the page where it is done."""

from datetime import datetime

from mooring.care.consents import queries as consents
from mooring.care.patients.models import Patient
from mooring.care.patients.timeline import NextStep
from mooring.care.screening import queries as screening
from mooring.care.treatments import record as treatments
from mooring.identity.models import Person

ASKED = (treatments.next_step_of, screening.next_step_of, consents.next_step_of)
"""The furthest room first: it knows whether what stands before it is settled."""


def next_step(person: Person, patient: Patient, at: datetime) -> NextStep | None:
    """The first step that a room answers; None for who reads none of these rooms."""
    steps = (ask(person, patient, at) for ask in ASKED)
    return next((step for step in steps if step is not None), None)
