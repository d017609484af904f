"""What happened to a patient, over all rooms, newest first: only what the reader may read."""

from mooring.care.consents import queries as consents
from mooring.care.integration import queries as integration
from mooring.care.measures import queries as measures
from mooring.care.patients import queries as patients
from mooring.care.patients.models import Patient
from mooring.care.patients.timeline import TimelineEntry, newest
from mooring.care.safety import queries as safety
from mooring.care.screening import queries as screening
from mooring.care.treatments import record as treatments
from mooring.identity.models import Person

ASKED = (
    patients.timeline_of,
    screening.timeline_of,
    consents.timeline_of,
    measures.timeline_of,
    treatments.timeline_of,
    safety.timeline_of,
    integration.timeline_of,
)


def happened_to(person: Person, patient: Patient, *, most: int) -> list[TimelineEntry]:
    """The newest `most` entries of what `person` may read about the patient."""
    return newest((entry for ask in ASKED for entry in ask(person, patient, most)), most)
