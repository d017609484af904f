"""Reads over observations: the newest value that stands, the lists of the chart, and the facts that rules hear."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, CharField, DateTimeField, DecimalField, Q, QuerySet, Value
from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.care.observations.models import (
    Allergy,
    LaboratoryResult,
    Medicine,
    Observation,
    ObservationKind,
)
from mooring.care.patients.models import Patient
from mooring.content.loader import load
from mooring.content.pack import Pack
from mooring.identity.models import Site
from mooring.identity.packs import pack_in_force
from mooring.rules.body import Body, body_of
from mooring.rules.change import ChangeLimit, ChangeLimits, limits_in
from mooring.rules.laboratory import TESTS, LabValue, outside
from mooring.rules.medicines import (
    Formulary,
    formulary,
)
from mooring.rules.verdict import Refused
from mooring.sentences.times import day_words
from mooring.work.fields import LastValue

PRESSURE = ("systolic_mmhg", "diastolic_mmhg")
LIMITS = {
    ObservationKind.WEIGHT: ("weight_kg",),
    ObservationKind.HEIGHT: ("height_cm",),
    ObservationKind.TEMPERATURE: ("temperature_c",),
    ObservationKind.BLOOD_PRESSURE: PRESSURE,
    ObservationKind.HOME_PRESSURE: PRESSURE,
}
"""The keys of the limits by which the figures of a kind are compared with the last ones; pain has none."""


def change_limits(site: Site, at: datetime) -> ChangeLimits:
    """What the site's signed pack says of unlikely changes.

    Without a pack, or under one from before the limits were content, those that this program brings along count: a
    weight is asked about in any case.
    """
    on = site.today(at)
    try:
        limits = limits_in(pack_in_force(site), on)
    except Refused:
        limits = None
    return limits or limits_in(load(), on) or ChangeLimits()


def standing_values(patient: Patient, kind: str) -> "QuerySet[Observation]":
    """The values of a kind that no correction replaced, newest first."""
    return _standing(kind, patient.records)


def _standing(kind: str, records: Iterable[int]) -> "QuerySet[Observation]":
    values = Observation.objects.filter(patient__in=records, kind=kind, corrected_by__isnull=True)
    return values.select_related("by", "change_reason").order_by("-at", "-pk")


def _newest(keys: Sequence[Any], moments: Sequence[datetime]) -> "QuerySet[Observation]":
    values = _standing(keys[0], keys[1:])
    return (values.filter(at__lte=moments[0]) if moments else values)[:1]


NEWEST = Prepared(_newest)


def newest(patient: Patient, kind: str, *, until: datetime | None = None) -> Observation | None:
    """The newest value that stands (measured at or before `until`), or None."""
    moments = [until] if until else []
    return next(iter(NEWEST.records((str(kind), *patient.records), *moments)), None)


def newest_weight(patient: Patient, *, until: datetime | None = None) -> Observation | None:
    """The newest weight that stands, in kg as `value`."""
    return newest(patient, ObservationKind.WEIGHT, until=until)


@dataclass(frozen=True)
class ComparedFigure:
    """A figure beside the last one of its kind: the name of its field, and by how much it may differ, if anything."""

    name: str
    last: LastValue
    limit: ChangeLimit | None


def compared_with_last(
    patient: Patient, kind: str, limits: ChangeLimits, *, besides: Observation | None = None
) -> list[ComparedFigure]:
    """The figures of the newest value that stands, other than the one being corrected; nothing for a first one."""
    values = standing_values(patient, kind)
    last = (values.exclude(pk=besides.pk) if besides else values).first()
    if last is None:
        return []
    words = f"{last.words}, {day_words(last.at)}"
    keys = LIMITS.get(ObservationKind(kind), ())
    figures = (("value", last.value), ("second", last.second))
    return [
        ComparedFigure(name, LastValue(figure, words), limits.of(keys[place]) if place < len(keys) else None)
        for place, (name, figure) in enumerate(figures)
        if figure is not None
    ]


def saved_just_now(observation: Observation, at: datetime) -> Observation | None:
    """The same value of the same kind, saved within the last minutes; a page sent twice looks like this."""
    within = change_limits(observation.patient.site, at).same_within
    same = standing_values(observation.patient, observation.kind).filter(
        value=observation.value, second=observation.second, stored_at__gte=at - within
    )
    return same.first()


def standing_results(patient: Patient) -> "QuerySet[LaboratoryResult]":
    """The laboratory values that no correction replaced, newest first."""
    results = LaboratoryResult.objects.filter(patient__in=patient.records, corrected_by__isnull=True)
    return results.select_related("by", "change_reason").order_by("-at", "-pk")


def last_result(
    patient: Patient, test: str, *, besides: LaboratoryResult | None = None
) -> LaboratoryResult | None:
    """The newest result of a test that stands, other than the one being corrected."""
    results = standing_results(patient).filter(test=test)
    return (results.exclude(pk=besides.pk) if besides else results).first()


def compared_result(last: LaboratoryResult) -> LastValue:
    """A number of the laboratory as the next one is compared with it: in the test's first unit."""
    value = TESTS[last.test].in_first_unit(last.value or Decimal(0), last.unit)
    return LastValue(value, f"{last.words}, {day_words(last.at)}")


def result_saved_before(row: LaboratoryResult, at: datetime) -> LaboratoryResult | None:
    """The same result of the same sample, or of one of the same minutes: a page sent twice looks like this."""
    within = change_limits(row.patient.site, at).same_within
    same = standing_results(row.patient).filter(
        test=row.test, value=row.value, unit=row.unit, result=row.result
    )
    minutes = (row.at - within, row.at + within)
    return same.filter(Q(at=row.at) | Q(stored_at__gte=at - within, at__range=minutes)).first()


def medicines_of(patient: Patient) -> "QuerySet[Medicine]":
    """The medicines that the patient takes now."""
    return Medicine.objects.filter(patient__in=patient.records, stopped_at__isnull=True).order_by(
        "name", "pk"
    )


@dataclass(frozen=True)
class MedicineRow:
    """A medicine as the list shows it: its classes in words, and what a rule still asks about it."""

    medicine: Medicine
    classes: tuple[str, ...]
    asks: bool

    @property
    def unclassified(self) -> bool:
        return self.medicine.classified_at is None


def medicine_rows(medicines: "QuerySet[Medicine]", lists: Formulary | None) -> list[MedicineRow]:
    """The medicines with their classes in the words of the signed pack."""
    rows = []
    for medicine in medicines:
        classes = [lists.classes[code] for code in medicine.classes if lists and code in lists.classes]
        asks = any(each.yardstick or each.last_taken for each in classes)
        rows.append(MedicineRow(medicine, tuple(each.title for each in classes), asks))
    return rows


@dataclass(frozen=True)
class ResultRow:
    """A laboratory result as the list shows it; `outside` is `low`, `high` or nothing."""

    result: LaboratoryResult
    outside: str


def result_rows(patient: Patient) -> list[ResultRow]:
    """The laboratory results that stand, newest first, each beside its own reference."""
    return [ResultRow(row, outside(lab_value(row))) for row in standing_results(patient)]


def allergies_of(patient: Patient) -> "QuerySet[Allergy]":
    """The allergies that stand; a row with `none_known` says that none is known, no row says nothing."""
    return Allergy.objects.filter(patient__in=patient.records, ended_at__isnull=True).order_by(
        "substance", "pk"
    )


def allergies_in_words(allergies: list[Allergy]) -> str:
    """`penicillin (rash)`, `none known`, or `not asked yet`."""
    if not allergies:
        return _("not asked yet")
    if any(allergy.none_known for allergy in allergies):
        return _("none known")
    return ", ".join(
        f"{allergy.substance} ({allergy.reaction})" if allergy.reaction else allergy.substance
        for allergy in allergies
    )


def formulary_of(patient: Patient, at: datetime, pack: Pack | None = None) -> Formulary | None:
    """The lists of medicines and allergens of the site's signed pack; None where no pack is signed."""
    try:
        return formulary(pack or pack_in_force(patient.site), patient.site.today(at))
    except Refused:
        return None


def body_at(patient: Patient, at: datetime | None = None) -> Body | None:
    """Body mass index, ideal and adjusted weight from the newest weight and height; None without both."""
    weight = newest_weight(patient, until=at)
    height = newest(patient, ObservationKind.HEIGHT, until=at)
    if weight is None or height is None:
        return None
    return body_of(float(weight.value), float(height.value), patient.sex_at_birth)


def lab_value(row: LaboratoryResult) -> LabValue:
    """The row as the rules read it."""
    return LabValue(
        test=row.test,
        at=row.at,
        value=row.value,
        unit=row.unit,
        low=row.reference_low,
        high=row.reference_high,
        result=row.result,
        by=str(row.by),
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
    observed = Observation.objects.filter(patient__in=patient.records, corrected_by__isnull=True)
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
