"""Who may be handed which consent: always through the patient's record."""

from django.http import Http404

from mooring.care.consents.models import Consent
from mooring.care.patients.access import get_patient_for
from mooring.identity.models import Person
from mooring.identity.roles import Permission


def get_consent_for(person: Person, pk: int, *, to: Permission = Permission.CONSENTS_READ) -> Consent:
    """The consent; 404 for a stranger to its patient, 403 for who may open the record but not do this."""
    found = (
        Consent.objects.select_related("patient__person", "patient__site", "pack", "taken_by", "withdrawn_to")
        .defer("pack__body")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=to)
    return found
