"""What this room knows of a patient: the newest of each measured value, medicines and allergies that stand."""

from datetime import datetime

from mooring.care.observations.models import Allergy, Medicine, Observation, ObservationKind
from mooring.care.patients.models import Patient
from mooring.rules.verdict import Fact, Standing

ROOM = "observations"
KETAMINE = ("ketamin", "ketalar", "spravato")
"""How ketamine and esketamine are named in an allergy; "ketamin" is inside every salt and language of both."""


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """Weight and resting pressure as measured; each medicine and allergy by name."""
    return [*_measured(patient, at), *_medicines(patient, at), *_allergies(patient, at)]


def _measured(patient: Patient, at: datetime) -> list[Fact]:
    standing = Observation.objects.filter(patient=patient, at__lte=at, corrected_by__isnull=True)
    newest: dict[str, Observation] = {}
    for each in standing.select_related("by").order_by("at", "pk"):
        newest[each.kind] = each
    found = []
    weight, pressure = newest.get(ObservationKind.WEIGHT), newest.get(ObservationKind.BLOOD_PRESSURE)
    if weight is not None:
        found.append(_fact("weight_kg", float(weight.value), weight))
    if pressure is not None and pressure.second is not None:
        found.append(_fact("resting_systolic_mmhg", float(pressure.value), pressure))
        found.append(_fact("resting_diastolic_mmhg", float(pressure.second), pressure))
    return found


def _fact(key: str, value: float, observation: Observation) -> Fact:
    return Fact(key, value, observation.at, str(observation.by), Standing.MEASURED, ROOM)


def _medicines(patient: Patient, at: datetime) -> list[Fact]:
    taken = Medicine.objects.filter(patient=patient, stopped_at__isnull=True, told_at__lte=at)
    return [
        Fact("medicine", each.name, each.told_at, str(each.told_to), room=ROOM)
        for each in taken.select_related("told_to").order_by("told_at", "pk")
    ]


def _allergies(patient: Patient, at: datetime) -> list[Fact]:
    standing = Allergy.objects.filter(
        patient=patient, ended_at__isnull=True, none_known=False, told_at__lte=at
    )
    found = []
    for each in standing.select_related("told_to").order_by("told_at", "pk"):
        found.append(Fact("allergy", each.substance, each.told_at, str(each.told_to), room=ROOM))
        if any(name in each.substance.casefold() for name in KETAMINE):
            found.append(Fact("ketamine_allergy", "yes", each.told_at, str(each.told_to), room=ROOM))
    return found
