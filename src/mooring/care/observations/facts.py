"""What this room knows of a patient: the newest values and results, and the lists of medicines and allergies."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from mooring.audit.prepared import Prepared
from mooring.care.observations.models import (
    Allergy,
    LaboratoryResult,
    LaboratoryTest,
    Medicine,
    Observation,
    ObservationKind,
)
from mooring.care.observations.queries import formulary_of
from mooring.care.patients.facts import BY, stored_by
from mooring.care.patients.models import Patient
from mooring.rules.body import body_of
from mooring.rules.laboratory import LabValue, facts_from
from mooring.rules.longterm import ALT_SERIES
from mooring.rules.medicines import (
    Formulary,
    KnownAllergy,
    TakenMedicine,
    facts_from_allergies,
    facts_from_medicines,
)
from mooring.rules.verdict import Fact, Standing
from mooring.words.names import name_in_use

ROOM = "observations"
FACT_KEYS = {
    ObservationKind.WEIGHT: "weight_kg",
    ObservationKind.HEIGHT: "height_cm",
    ObservationKind.TEMPERATURE: "temperature_c",
    ObservationKind.PAIN: "pain_score",
}
PAIRS = {
    ObservationKind.BLOOD_PRESSURE: ("resting_systolic_mmhg", "resting_diastolic_mmhg"),
    ObservationKind.HOME_PRESSURE: ("home_systolic_mean_mmhg", "home_diastolic_mean_mmhg"),
}

TO = ("told_to__chosen_name", "told_to__legal_name")
VALUES = Prepared(
    lambda keys, moments: (
        Observation.objects.filter(patient__in=keys, corrected_by__isnull=True, at__lte=moments[0])
        .order_by("at", "pk")
        .values_list("kind", "value", "second", "at", "stored_at", *BY)
    )
)
RESULTS = Prepared(
    lambda keys, moments: (
        LaboratoryResult.objects.filter(patient__in=keys, corrected_by__isnull=True, at__lte=moments[0])
        .order_by("at", "pk")
        .values_list(
            "test", "at", "value", "unit", "reference_low", "reference_high", "result", "stored_at", *BY
        )
    )
)
MEDICINES = Prepared(
    lambda keys, moments: (
        Medicine.objects.filter(patient__in=keys, told_at__lte=moments[0])
        .exclude(stopped_at__lte=moments[0])
        .order_by("told_at", "pk")
        .values_list("name", "classes", "classified_at", "equivalent_mg", "last_taken_at", "told_at", *TO)
    )
)
ALLERGIES = Prepared(
    lambda keys, moments: (
        Allergy.objects.filter(patient__in=keys, told_at__lte=moments[0], none_known=False)
        .exclude(ended_at__lte=moments[0])
        .order_by("told_at", "pk")
        .values_list("substance", "code", "classified_at", "told_at", *TO)
    )
)


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
    newest: dict[str, _Measured] = {}
    for kind, value, second, when, stored_at, chosen, legal in VALUES.rows(patient.records, at):
        by = name_in_use(chosen=chosen, legal=legal)
        newest[kind] = _Measured(value, second, when, by, stored_by(stored_at, at))
    facts = []
    for kind, key in FACT_KEYS.items():
        if kind in newest:
            facts.append(newest[kind].fact(key, newest[kind].value))
    for kind, keys in PAIRS.items():
        if kind in newest:
            for key, figure in zip(keys, (newest[kind].value, newest[kind].second), strict=True):
                if figure is not None:
                    facts.append(newest[kind].fact(key, figure))
    if ObservationKind.WEIGHT in newest and ObservationKind.HEIGHT in newest:
        weight, height = newest[ObservationKind.WEIGHT], newest[ObservationKind.HEIGHT]
        body = body_of(float(weight.value), float(height.value), patient.sex_at_birth)
        facts.append(weight.fact("bmi_kg_per_m2", body.bmi_kg_per_m2))
    return facts


class _Measured(NamedTuple):
    """The newest value of a kind."""

    value: Decimal
    second: Decimal | None
    at: datetime
    by: str
    stored: datetime | None

    def fact(self, key: str, figure: Decimal | float) -> Fact:
        return Fact(key, float(figure), self.at, self.by, Standing.MEASURED, stored=self.stored)


def _laboratory(patient: Patient, at: datetime) -> list[Fact]:
    """The newest result of each test; of ALT every one, since a rule compares it with the value before treatment."""
    newest: dict[str, LabValue] = {}
    series: list[Fact] = []
    rows = RESULTS.rows(patient.records, at)
    for test, when, value, unit, low, high, result, stored_at, chosen, legal in rows:
        by, stored = name_in_use(chosen=chosen, legal=legal), stored_by(stored_at, at)
        newest[test] = LabValue(test, when, value, unit, low, high, result, by, stored)
        if test == LaboratoryTest.ALT and value is not None:
            series.append(Fact(ALT_SERIES, float(value), when, by, Standing.MEASURED, stored=stored))
    return [*facts_from(newest.values()), *series]


def _listed(patient: Patient, lists: Formulary | None, at: datetime) -> Iterable[Fact]:
    taken = []
    for name, codes, classified_at, mg, last_taken, told_at, chosen, legal in MEDICINES.rows(
        patient.records, at
    ):
        by = name_in_use(chosen=chosen, legal=legal)
        classes: tuple[str, ...] | None = tuple(codes)
        if not _was(classified_at, at):
            listed = lists.medicine_in(name) if lists else None
            classes = listed.classes if listed else None
        taken.append(TakenMedicine(name, classes, mg, by, last_taken))
        yield Fact("medicine", name, told_at, by)
    standing = []
    for substance, listed_code, classified_at, told_at, chosen, legal in ALLERGIES.rows(patient.records, at):
        by = name_in_use(chosen=chosen, legal=legal)
        code: str | None = listed_code
        if not _was(classified_at, at):
            named = lists.allergen_in(substance) if lists else None
            code = named.code if named else None
        standing.append(KnownAllergy(substance, code, by))
        yield Fact("allergy", substance, told_at, by)
    if lists is not None:
        yield from facts_from_medicines(taken, lists, at)
        yield from facts_from_allergies(standing, lists, at)


def _was(done_at: datetime | None, at: datetime) -> bool:
    return done_at is not None and done_at <= at
