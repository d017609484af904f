"""Reads over observations: the newest value that stands, and what is known about a patient today."""

from datetime import datetime

from django.db.models import QuerySet

from mooring.care.observations.models import Allergy, Medicine, Observation, ObservationKind
from mooring.care.patients.models import Patient


def standing_values(patient: Patient, kind: str) -> "QuerySet[Observation]":
    """The values of a kind that no correction replaced, newest first."""
    values = Observation.objects.filter(patient=patient, kind=kind, corrected_by__isnull=True)
    return values.select_related("by").order_by("-at", "-pk")


def newest(patient: Patient, kind: str, *, until: datetime | None = None) -> Observation | None:
    """The newest value that stands (measured at or before `until`), or None."""
    values = standing_values(patient, kind)
    return (values.filter(at__lte=until) if until else values).first()


def newest_weight(patient: Patient, *, until: datetime | None = None) -> Observation | None:
    """The newest weight that stands, in kg as `value`."""
    return newest(patient, ObservationKind.WEIGHT, until=until)


def newest_blood_pressure(patient: Patient, *, until: datetime | None = None) -> Observation | None:
    """The newest blood pressure that stands, in mmHg, `value` over `second`."""
    return newest(patient, ObservationKind.BLOOD_PRESSURE, until=until)


def medicines_of(patient: Patient) -> "QuerySet[Medicine]":
    """The medicines that the patient takes now."""
    return Medicine.objects.filter(patient=patient, stopped_at__isnull=True).order_by("name", "pk")


def allergies_of(patient: Patient) -> "QuerySet[Allergy]":
    """The allergies that stand; a row with `none_known` says that none is known, no row says nothing."""
    return Allergy.objects.filter(patient=patient, ended_at__isnull=True).order_by("substance", "pk")


def allergies_in_words(allergies: list[Allergy]) -> str:
    """`penicillin (rash)`, `none known`, or `not asked yet`."""
    if not allergies:
        return "not asked yet"
    if any(each.none_known for each in allergies):
        return "none known"
    return ", ".join(
        f"{each.substance} ({each.reaction})" if each.reaction else each.substance for each in allergies
    )
