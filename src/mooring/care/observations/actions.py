"""Acts on observations. A measured value is never edited: a correction is a new row that names the old one."""

from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.observations.models import (
    Allergy,
    ChangeReason,
    LaboratoryResult,
    Medicine,
    Observation,
    ResultReason,
)
from mooring.care.observations.queries import (
    change_limits,
    compared_result,
    compared_with_last,
    formulary_of,
    last_result,
    result_saved_before,
    saved_just_now,
)
from mooring.care.patients.models import Patient
from mooring.identity.models import Person
from mooring.rules.change import differs
from mooring.rules.laboratory import TESTS
from mooring.rules.verdict import Refused
from mooring.sentences.times import clock_words, day_words
from mooring.work.moments import settled

Row = TypeVar("Row", Observation, LaboratoryResult)


@recorded("care.observations.measured")
def record_observation(
    *, observation: Observation, by: Person, at: datetime, reason: str = "", measured_again: bool = False
) -> Observation:
    """Append a measured value, given as an unsaved row that a form has checked.

    `reason` says why a value is right that differs much from the last one; `measured_again` that the
    same value as a minute ago is a second reading.
    """
    _refuse_implausible_change(observation, None, reason, at)
    earlier = None if measured_again else saved_just_now(observation, at)
    if earlier is not None:
        raise _saved_already(earlier)
    return _with_reason(_append(observation, by, at), reason)


@recorded("care.observations.corrected")
def correct_observation(
    *, observation: Observation, corrects: Observation, by: Person, at: datetime, reason: str = ""
) -> Observation:
    """Append a value that takes the place of `corrects`, which stays to be read."""
    if observation.patient_id != corrects.patient_id or observation.kind != corrects.kind:
        raise Refused(_("A correction is of the same kind and of the same patient."))
    if Observation.objects.filter(corrects=corrects).exists():
        raise Refused(_("A colleague corrected this value a moment ago. Open the record to see it."))
    _refuse_implausible_change(observation, corrects, reason, at)
    observation.corrects = corrects
    note(corrects=corrects.pk)
    return _with_reason(_append(observation, by, at), reason)


def _saved_already(earlier: Observation | LaboratoryResult) -> Refused:
    return Refused(
        _("{value} was saved at {time} by {name}. Save it again only if you measured it again.").format(
            value=earlier.words, time=clock_words(earlier.stored_at), name=earlier.by
        )
    )


def _with_reason(observation: Observation, reason: str) -> Observation:
    if reason.strip():
        ChangeReason.objects.create(observation=observation, text=reason.strip())
        note(confirmed=True)
    return observation


def _refuse_implausible_change(
    observation: Observation, besides: Observation | None, reason: str, at: datetime
) -> None:
    """A value that differs much from the last one needs a reason, by whichever door it comes."""
    if reason.strip():
        return
    limits = change_limits(observation.patient.site, at)
    for figure in compared_with_last(observation.patient, observation.kind, limits, besides=besides):
        value = getattr(observation, figure.name)
        if value is not None and differs(Decimal(value), figure.last.value, figure.limit):
            raise _too_different(observation.words, figure.last.words)


def _too_different(value: str, last: str) -> Refused:
    return Refused(
        _("{value} differs much from the last value ({last}). Enter it twice, with a reason.").format(
            value=value, last=last
        )
    )


def _refuse_implausible_result(
    result: LaboratoryResult, besides: LaboratoryResult | None, reason: str, at: datetime
) -> None:
    """The same for a number of the laboratory, in whichever unit it was typed."""
    last = last_result(result.patient, result.test, besides=besides)
    if last is None or result.value is None or reason.strip():
        return
    limit = change_limits(result.patient.site, at).of(result.test)
    value = TESTS[result.test].in_first_unit(Decimal(result.value), result.unit)
    compared = compared_result(last)
    if differs(value, compared.value, limit):
        raise _too_different(result.words, compared.words)


def _append(row: Row, by: Person, at: datetime) -> Row:
    row.at = settled(row.at, at)
    if row.at > at:
        raise Refused(_("A value cannot be measured in the future. Check the day and the time."))
    born = row.patient.birth_date
    if row.patient.site.local(row.at).date() < born:
        raise Refused(
            _("This is before the date of birth, {day}. Check the year.").format(day=day_words(born))
        )
    row.by, row.stored_at = by, at
    row.save(force_insert=True)
    note(kind=row.kind if isinstance(row, Observation) else row.test)
    return row


@recorded("care.observations.laboratory-recorded")
def record_result(
    *,
    result: LaboratoryResult,
    by: Person,
    at: datetime,
    reason: str = "",
    measured_again: bool = False,
) -> LaboratoryResult:
    """Append a laboratory value, given as an unsaved row that a form has checked; one sample is entered once.

    `reason` says why a number is right that differs much from the last one; `measured_again` that the same one is a
    second reading.
    """
    earlier = None if measured_again else result_saved_before(result, at)
    if earlier is not None:
        raise _saved_already(earlier)
    _refuse_implausible_result(result, None, reason, at)
    return _result_with_reason(_append(result, by, at), reason)


def _result_with_reason(result: LaboratoryResult, reason: str) -> LaboratoryResult:
    if reason.strip():
        ResultReason.objects.create(result=result, text=reason.strip())
        note(confirmed=True)
    return result


@recorded("care.observations.laboratory-corrected")
def correct_result(
    *, result: LaboratoryResult, corrects: LaboratoryResult, by: Person, at: datetime, reason: str = ""
) -> LaboratoryResult:
    """Append a laboratory value that takes the place of `corrects`, which stays to be read."""
    if result.patient_id != corrects.patient_id or result.test != corrects.test:
        raise Refused(_("A correction is of the same test and of the same patient."))
    if LaboratoryResult.objects.filter(corrects=corrects).exists():
        raise Refused(_("A colleague corrected this value a moment ago. Open the record to see it."))
    _refuse_implausible_result(result, corrects, reason, at)
    result.corrects = corrects
    note(corrects=corrects.pk)
    return _result_with_reason(_append(result, by, at), reason)


@recorded("care.observations.medicine-told")
def tell_medicine(*, medicine: Medicine, by: Person, at: datetime) -> Medicine:
    """Add a medicine that the patient takes, given as an unsaved row; a name of the list classifies it."""
    same = Medicine.objects.filter(
        patient__in=medicine.patient.records, name__iexact=medicine.name, stopped_at__isnull=True
    )
    if same.exists():
        raise Refused(
            _("{name} is on the list already. Stop the old entry first if the dose changed.").format(
                name=medicine.name
            )
        )
    formulary = formulary_of(medicine.patient, at)
    listed = formulary.medicine_in(medicine.name) if formulary else None
    if listed is not None:
        medicine.substance, medicine.classes = listed.name, list(listed.classes)
        medicine.classified_at, medicine.classified_by = at, by
    medicine.told_at, medicine.told_to = at, by
    medicine.save(force_insert=True)
    note(classified=listed is not None)
    return medicine


@recorded("care.observations.medicine-classified")
def classify_medicine(*, medicine: Medicine, classes: list[str], by: Person, at: datetime) -> Medicine:
    """A clinician says which classes a medicine belongs to; an empty list: to none of them."""
    formulary = formulary_of(medicine.patient, at)
    if formulary is None or not set(classes) <= set(formulary.classes):
        raise Refused(_("Choose among the classes of the signed pack."))
    changed = Medicine.objects.filter(
        pk=medicine.pk, stopped_at__isnull=True, classified_at__isnull=True
    ).update(classes=classes, classified_at=at, classified_by=by)
    if changed != 1:
        raise Refused(_("A colleague classified or stopped this medicine a moment ago. Open the list again."))
    medicine.refresh_from_db()
    note(classes=len(classes))
    return medicine


@recorded("care.observations.medicine-updated")
def update_medicine(
    *,
    medicine: Medicine,
    equivalent_mg: Decimal | None,
    last_taken_at: datetime | None,
    by: Person,
    at: datetime,
) -> Medicine:
    """The daily dose in the class's yardstick, and when the medicine was last taken."""
    taken = settled(last_taken_at, at) if last_taken_at else None
    if taken is not None and taken > at:
        raise Refused(_("The last dose cannot lie in the future. Check the day and the time."))
    changed = Medicine.objects.filter(pk=medicine.pk, stopped_at__isnull=True).update(
        equivalent_mg=equivalent_mg, last_taken_at=taken
    )
    if changed != 1:
        raise Refused(_("{name} was taken off the list a moment ago.").format(name=medicine.name))
    medicine.refresh_from_db()
    return medicine


@recorded("care.observations.medicine-hold-agreed")
def agree_hold(*, medicine: Medicine, hold: str, was: str, by: Person, at: datetime) -> Medicine:
    """What was agreed about the medicine for a dosing day; `was` is what the page showed."""
    changed = Medicine.objects.filter(pk=medicine.pk, hold=was, stopped_at__isnull=True).update(hold=hold)
    if changed != 1:
        raise Refused(_("A colleague changed this entry a moment ago. Open it again to see the change."))
    medicine.refresh_from_db()
    return medicine


@recorded("care.observations.medicine-stopped")
def stop_medicine(*, medicine: Medicine, by: Person, at: datetime) -> Medicine:
    """The patient takes it no longer; the entry stays in the record."""
    if Medicine.objects.filter(pk=medicine.pk, stopped_at__isnull=True).update(stopped_at=at) != 1:
        raise Refused(_("{name} was taken off the list a moment ago.").format(name=medicine.name))
    medicine.refresh_from_db()
    return medicine


@recorded("care.observations.allergy-told")
def tell_allergy(*, allergy: Allergy, by: Person, at: datetime) -> Allergy:
    """Add an allergy, given as an unsaved row; "none known" holds no longer. A name of the list classifies it."""
    _standing(allergy.patient).filter(none_known=True).update(ended_at=at)
    if _standing(allergy.patient).filter(substance__iexact=allergy.substance).exists():
        raise Refused(_("{substance} is on the list already.").format(substance=allergy.substance))
    formulary = formulary_of(allergy.patient, at)
    listed = formulary.allergen_in(allergy.substance) if formulary else None
    if listed is not None:
        allergy.code, allergy.classified_at, allergy.classified_by = listed.code, at, by
    allergy.told_at, allergy.told_to, allergy.none_known = at, by, False
    allergy.save(force_insert=True)
    note(classified=listed is not None)
    return allergy


@recorded("care.observations.allergy-classified")
def classify_allergy(*, allergy: Allergy, code: str, by: Person, at: datetime) -> Allergy:
    """A clinician says which listed substance the allergy is to; an empty code: none that matters to a dose."""
    formulary = formulary_of(allergy.patient, at)
    if formulary is None or (code and code not in formulary.allergens):
        raise Refused(_("Choose among the substances of the signed pack."))
    changed = Allergy.objects.filter(pk=allergy.pk, ended_at__isnull=True, classified_at__isnull=True).update(
        code=code, classified_at=at, classified_by=by
    )
    if changed != 1:
        raise Refused(_("A colleague classified or ended this entry a moment ago. Open the list again."))
    allergy.refresh_from_db()
    return allergy


@recorded("care.observations.no-allergy-known")
def tell_no_allergy(*, patient: Patient, by: Person, at: datetime) -> Allergy:
    """The patient was asked and knows of none: a row of its own, because silence is not "none"."""
    if _standing(patient).exists():
        raise Refused(_("Allergies are on the list, or it says already that none is known."))
    return Allergy.objects.create(patient=patient, none_known=True, told_at=at, told_to=by)


@recorded("care.observations.allergy-ended")
def end_allergy(*, allergy: Allergy, by: Person, at: datetime) -> Allergy:
    """It turned out not to be one; the entry stays in the record."""
    if Allergy.objects.filter(pk=allergy.pk, ended_at__isnull=True).update(ended_at=at) != 1:
        raise Refused(_("This entry was ended a moment ago."))
    allergy.refresh_from_db()
    return allergy


def _standing(patient: Patient) -> "QuerySet[Allergy]":
    return Allergy.objects.filter(patient__in=patient.records, ended_at__isnull=True)
