"""Reads over observations: the newest value that stands, and what is known about a patient today."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, CharField, DateTimeField, DecimalField, Q, QuerySet, Value

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


@dataclass(frozen=True)
class Chart:
    """What stands about a patient's body and medicines, read in one statement."""

    weight: Observation | None
    blood_pressure: Observation | None
    allergies: tuple[Allergy, ...]
    medicines: tuple[Medicine, ...]


def chart_of(patient: Patient) -> Chart:
    """The newest weight and blood pressure, the allergies and medicines that stand, unsaved copies of their rows.

    One statement over three tables: the record page shows all of it, always.
    """
    observed = Observation.objects.filter(patient=patient, corrected_by__isnull=True)
    newest_of = [
        observed.filter(kind=kind).order_by("-at", "-pk").values("pk")[:1]
        for kind in (ObservationKind.WEIGHT, ObservationKind.BLOOD_PRESSURE)
    ]
    text, amount, moment, flag = CharField(), DecimalField(), DateTimeField(), BooleanField()
    nothing = Value(None, amount), Value(None, amount), Value(None, moment)
    of_observations = observed.filter(Q(pk__in=newest_of[0]) | Q(pk__in=newest_of[1])).values_list(
        Value("observation", text), "kind", Value("", text), "value", "second", "at", Value(False, flag)
    )
    of_allergies = (
        allergies_of(patient)
        .order_by()
        .values_list(Value("allergy", text), "substance", "reaction", *nothing, "none_known")
    )
    of_medicines = (
        medicines_of(patient)
        .order_by()
        .values_list(Value("medicine", text), "name", "dose", *nothing, Value(False, flag))
    )
    weight = pressure = None
    allergies, medicines = [], []
    for table, first, second, value, other, at, none_known in of_observations.union(
        of_allergies, of_medicines, all=True
    ):
        if table == "allergy":
            allergies.append(
                Allergy(patient=patient, substance=first, reaction=second, none_known=none_known)
            )
        elif table == "medicine":
            medicines.append(Medicine(patient=patient, name=first, dose=second))
        elif first == ObservationKind.WEIGHT:
            weight = Observation(patient=patient, kind=first, value=value, at=at)
        else:
            pressure = Observation(patient=patient, kind=first, value=value, second=other, at=at)
    allergies.sort(key=lambda allergy: allergy.substance)
    medicines.sort(key=lambda medicine: medicine.name)
    return Chart(weight, pressure, tuple(allergies), tuple(medicines))
