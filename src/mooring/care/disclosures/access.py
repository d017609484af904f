"""Who may be handed which consent to disclose: always through the patient's record."""

from django.http import Http404

from mooring.care.disclosures.models import DisclosureConsent, RecordCopy
from mooring.care.patients.access import get_patient_for
from mooring.care.patients.models import ExternalAccess
from mooring.identity.models import Person
from mooring.identity.roles import Permission


def get_disclosure_consent_for(person: Person, pk: int, *, to: Permission) -> DisclosureConsent:
    """The consent; 404 for a stranger to its patient, 403 for who may open the record but not do this."""
    found = (
        DisclosureConsent.objects.select_related("patient__person", "patient__site", "taken_by", "revoked_to")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=to)
    return found


def get_copy_for(person: Person, pk: int, *, to: Permission) -> RecordCopy:
    """A copy of a record that was asked for; 404 for a stranger to its patient."""
    found = (
        RecordCopy.objects.select_related(
            "patient__person", "patient__site", "asked_by", "consent", "disclosure"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=to)
    return found


def get_external_for(person: Person, pk: int, *, to: Permission) -> ExternalAccess:
    """An access from outside; 404 for a stranger to its patient."""
    found = ExternalAccess.objects.select_related("patient__site", "person").filter(pk=pk).first()
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=to)
    return found
