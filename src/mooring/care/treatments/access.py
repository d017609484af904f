"""Who may be handed which treatment, cycle or order: always through the patient's record."""

from typing import Any

from django.http import Http404

from mooring.audit.prepared import Prepared
from mooring.care.patients.access import get_patient_for
from mooring.care.treatments.models import Cycle, DoseOrder, Treatment
from mooring.identity.models import Person
from mooring.identity.roles import Permission


def get_treatment_for(person: Person, pk: int, *, to: Permission = Permission.TREATMENTS_READ) -> Treatment:
    """The treatment; 404 for a stranger to its patient, 403 for who may open the record but not do this."""
    found: Treatment = _one(TREATMENT.records((pk,)))
    get_patient_for(person, found.patient_id, to=to)
    return found


TREATMENT = Prepared(
    lambda keys, moments: (
        Treatment.objects.select_related("patient__person", "patient__site", "pack", "screening")
        .defer("pack__body")
        .filter(pk__in=keys)
    )
)


def get_cycle_for(person: Person, pk: int, *, to: Permission = Permission.TREATMENTS_READ) -> Cycle:
    """The cycle, with its treatment and patient at hand; 404 and 403 as for the treatment."""
    found: Cycle = _one(CYCLE.records((pk,)))
    get_patient_for(person, found.treatment.patient_id, to=to)
    return found


CYCLE = Prepared(
    lambda keys, moments: (
        Cycle.objects.select_related(
            "treatment__patient__person", "treatment__patient__site", "treatment__pack"
        )
        .defer("treatment__pack__body")
        .filter(pk__in=keys)
    )
)


def get_order_for(person: Person, pk: int, *, to: Permission = Permission.TREATMENTS_READ) -> DoseOrder:
    """The dose order, live or withdrawn; 404 and 403 as for the treatment."""
    found: DoseOrder = _one(ORDER.records((pk,)))
    get_patient_for(person, found.cycle.treatment.patient_id, to=to)
    return found


ORDER = Prepared(
    lambda keys, moments: DoseOrder.objects.select_related(
        "cycle__treatment__patient__person", "cycle__treatment__patient__site", "weight", "signed_by"
    ).filter(pk__in=keys)
)


def _one(found: list[Any]) -> Any:
    if not found:
        raise Http404
    return found[0]
