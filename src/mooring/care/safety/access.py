"""Who may be handed which event of the register: always through the patient's record."""

from django.http import Http404

from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.safety.models import AdverseEvent
from mooring.care.safety.queries import whole
from mooring.identity.models import Person
from mooring.identity.roles import Permission


def get_event_for(person: Person, pk: int, *, to: Permission = Permission.SAFETY_READ) -> AdverseEvent:
    """The event with all its assessments and reports; 404 for a stranger to its patient, 403 as the table says."""
    found = whole(AdverseEvent.objects.filter(pk=pk)).first()
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=to)
    return found


def may_assess(person: Person, event: AdverseEvent) -> bool:
    return may_on(person, event.patient, Permission.SAFETY_ASSESS)
