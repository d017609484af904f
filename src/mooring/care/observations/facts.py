"""What this room knows of a patient: the newest values and results, and the lists of medicines and allergies."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from mooring.care.observations.models import Allergy, LaboratoryResult, Medicine, Observation, ObservationKind
from mooring.care.observations.queries import formulary_of, lab_value, standing_results
from mooring.care.patients.models import Patient
from mooring.rules.body import body_of
from mooring.rules.laboratory import facts_from
from mooring.rules.medicines import (
    Formulary,
    KnownAllergy,
    TakenMedicine,
    facts_from_allergies,
    facts_from_medicines,
)
from mooring.rules.verdict import Fact, Standing

ROOM = "observations"
FACT_KEYS = {
    ObservationKind.WEIGHT: "weight_kg",
    ObservationKind.HEIGHT: "height_cm",
    ObservationKind.TEMPERATURE: "temperature_c",
    ObservationKind.PAIN: "pain_score",
}


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """Values and results as measured; what the lists mean to the rules; each medicine and allergy by name.

    The lists speak of now: a medicine that is on them is taken, whatever was answered or refuted earlier. What
    nobody had classified by `at`, and the list does not name, is said to be unclassified.
    """
    facts = [
        Fact("sex_at_birth", patient.sex_at_birth),
        *_measured(patient, at),
        *_laboratory(patient, at),
        *_listed(patient, formulary_of(patient, at), at),
    ]
    return [replace(fact, room=ROOM) for fact in facts]


def _measured(patient: Patient, at: datetime) -> list[Fact]:
    """The newest value of each kind, and the body mass index, in one statement."""
    rows = Observation.objects.filter(patient__in=patient.records, corrected_by__isnull=True, at__lte=at)
    newest: dict[str, Observation] = {}
    for row in rows.select_related("by").order_by("at", "pk"):
        newest[row.kind] = row
    facts = [
        _fact(FACT_KEYS[ObservationKind(row.kind)], float(row.value), row)
        for row in newest.values()
        if row.kind in FACT_KEYS
    ]
    pressure = newest.get(ObservationKind.BLOOD_PRESSURE)
    if pressure is not None and pressure.second is not None:
        facts.append(_fact("resting_systolic_mmhg", float(pressure.value), pressure))
        facts.append(_fact("resting_diastolic_mmhg", float(pressure.second), pressure))
    weight, height = newest.get(ObservationKind.WEIGHT), newest.get(ObservationKind.HEIGHT)
    if weight is not None and height is not None:
        body = body_of(float(weight.value), float(height.value), patient.sex_at_birth)
        facts.append(_fact("bmi_kg_per_m2", body.bmi_kg_per_m2, weight))
    return facts


def _fact(key: str, value: float, observation: Observation) -> Fact:
    return Fact(key, value, observation.at, str(observation.by), Standing.MEASURED)


def _laboratory(patient: Patient, at: datetime) -> list[Fact]:
    newest: dict[str, LaboratoryResult] = {}
    for row in reversed(standing_results(patient).filter(at__lte=at)):
        newest[row.test] = row
    return facts_from(lab_value(row) for row in newest.values())


def _listed(patient: Patient, lists: Formulary | None, at: datetime) -> Iterable[Fact]:
    medicines = Medicine.objects.filter(patient__in=patient.records, told_at__lte=at).exclude(
        stopped_at__lte=at
    )
    taken = []
    for medicine in medicines.select_related("told_to").order_by("told_at", "pk"):
        by = str(medicine.told_to)
        classes: tuple[str, ...] | None = tuple(medicine.classes)
        if not _was(medicine.classified_at, at):
            listed = lists.medicine_in(medicine.name) if lists else None
            classes = listed.classes if listed else None
        taken.append(TakenMedicine(medicine.name, classes, medicine.equivalent_mg, by))
        yield Fact("medicine", medicine.name, medicine.told_at, by)
    allergies = Allergy.objects.filter(patient__in=patient.records, told_at__lte=at, none_known=False)
    standing = []
    for allergy in allergies.exclude(ended_at__lte=at).select_related("told_to").order_by("told_at", "pk"):
        by = str(allergy.told_to)
        code: str | None = allergy.code
        if not _was(allergy.classified_at, at):
            named = lists.allergen_in(allergy.substance) if lists else None
            code = named.code if named else None
        standing.append(KnownAllergy(allergy.substance, code, by))
        yield Fact("allergy", allergy.substance, allergy.told_at, by)
    if lists is not None:
        yield from facts_from_medicines(taken, lists, at)
        yield from facts_from_allergies(standing, lists, at)


def _was(done_at: datetime | None, at: datetime) -> bool:
    return done_at is not None and done_at <= at
