"""Who may be handed which observations: whoever may be handed the patient."""

from django.http import Http404

from mooring.care.observations.models import Allergy, LaboratoryResult, Medicine, Observation
from mooring.care.patients.access import get_patient_for
from mooring.identity.models import Person
from mooring.identity.roles import Permission

WRITE = Permission.OBSERVATIONS_WRITE


def get_observation_for(person: Person, patient_pk: int, pk: int, *, to: Permission = WRITE) -> Observation:
    """One measured value of a patient; 404 where either is a stranger's, 403 where one may only read."""
    patient = get_patient_for(person, patient_pk, to=to)
    found = (
        Observation.objects.filter(patient__in=patient.records, pk=pk)
        .select_related("patient__site", "by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def get_medicine_for(person: Person, patient_pk: int, pk: int, *, to: Permission = WRITE) -> Medicine:
    """One medicine of a patient."""
    patient = get_patient_for(person, patient_pk, to=to)
    found = Medicine.objects.filter(patient__in=patient.records, pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_allergy_for(person: Person, patient_pk: int, pk: int, *, to: Permission = WRITE) -> Allergy:
    """One allergy of a patient."""
    patient = get_patient_for(person, patient_pk, to=to)
    found = Allergy.objects.filter(patient__in=patient.records, pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_result_for(person: Person, patient_pk: int, pk: int, *, to: Permission = WRITE) -> LaboratoryResult:
    """One laboratory result of a patient."""
    patient = get_patient_for(person, patient_pk, to=to)
    found = (
        LaboratoryResult.objects.filter(patient__in=patient.records, pk=pk)
        .select_related("patient__site")
        .first()
    )
    if found is None:
        raise Http404
    return found
