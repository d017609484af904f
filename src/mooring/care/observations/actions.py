"""Acts on observations. A measured value is never edited: a correction is a new row that names the old one."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.observations.models import Allergy, Medicine, Observation
from mooring.care.patients.models import Patient
from mooring.identity.models import Person
from mooring.rules.verdict import Refused


@recorded("care.observations.measured")
def record_observation(*, observation: Observation, by: Person, at: datetime) -> Observation:
    """Append a measured value, given as an unsaved row that a form has checked."""
    return _append(observation, by, at)


@recorded("care.observations.corrected")
def correct_observation(
    *, observation: Observation, corrects: Observation, by: Person, at: datetime
) -> Observation:
    """Append a value that takes the place of `corrects`, which stays to be read."""
    if observation.patient_id != corrects.patient_id or observation.kind != corrects.kind:
        raise Refused(_("A correction is of the same kind and of the same patient."))
    if Observation.objects.filter(corrects=corrects).exists():
        raise Refused(_("A colleague corrected this value a moment ago. Open the record and look at theirs."))
    observation.corrects = corrects
    note(corrects=corrects.pk)
    return _append(observation, by, at)


def _append(observation: Observation, by: Person, at: datetime) -> Observation:
    if observation.at > at:
        raise Refused(_("A value is measured before it is written down. Please look at the time."))
    observation.by, observation.stored_at = by, at
    observation.save(force_insert=True)
    note(kind=observation.kind)
    return observation


@recorded("care.observations.medicine-told")
def tell_medicine(*, medicine: Medicine, by: Person, at: datetime) -> Medicine:
    """Write down a medicine that the patient takes, given as an unsaved row."""
    same = Medicine.objects.filter(
        patient=medicine.patient_id, name__iexact=medicine.name, stopped_at__isnull=True
    )
    if same.exists():
        raise Refused(
            _("{name} is on the list already. Stop the old line first if the dose changed.").format(
                name=medicine.name
            )
        )
    medicine.told_at, medicine.told_to = at, by
    medicine.save(force_insert=True)
    return medicine


@recorded("care.observations.medicine-hold-agreed")
def agree_hold(*, medicine: Medicine, hold: str, was: str, by: Person, at: datetime) -> Medicine:
    """What was agreed about the medicine for a dosing day; `was` is what the page showed."""
    changed = Medicine.objects.filter(pk=medicine.pk, hold=was, stopped_at__isnull=True).update(hold=hold)
    if changed != 1:
        raise Refused(_("A colleague changed this line a moment ago. Open it again and look at theirs."))
    medicine.refresh_from_db()
    return medicine


@recorded("care.observations.medicine-stopped")
def stop_medicine(*, medicine: Medicine, by: Person, at: datetime) -> Medicine:
    """The patient takes it no longer; the line stays."""
    if Medicine.objects.filter(pk=medicine.pk, stopped_at__isnull=True).update(stopped_at=at) != 1:
        raise Refused(_("{name} was taken off the list a moment ago.").format(name=medicine.name))
    medicine.refresh_from_db()
    return medicine


@recorded("care.observations.allergy-told")
def tell_allergy(*, allergy: Allergy, by: Person, at: datetime) -> Allergy:
    """Write down an allergy, given as an unsaved row; "none known" holds no longer."""
    _standing(allergy.patient).filter(none_known=True).update(ended_at=at)
    if _standing(allergy.patient).filter(substance__iexact=allergy.substance).exists():
        raise Refused(_("{substance} is on the list already.").format(substance=allergy.substance))
    allergy.told_at, allergy.told_to, allergy.none_known = at, by, False
    allergy.save(force_insert=True)
    return allergy


@recorded("care.observations.no-allergy-known")
def tell_no_allergy(*, patient: Patient, by: Person, at: datetime) -> Allergy:
    """The patient was asked and knows of none: a row of its own, because silence is not "none"."""
    if _standing(patient).exists():
        raise Refused(_("Allergies stand on the list, or it says already that none is known."))
    return Allergy.objects.create(patient=patient, none_known=True, told_at=at, told_to=by)


@recorded("care.observations.allergy-ended")
def end_allergy(*, allergy: Allergy, by: Person, at: datetime) -> Allergy:
    """It turned out not to be one; the line stays."""
    if Allergy.objects.filter(pk=allergy.pk, ended_at__isnull=True).update(ended_at=at) != 1:
        raise Refused(_("This line was ended a moment ago."))
    allergy.refresh_from_db()
    return allergy


def _standing(patient: Patient) -> "QuerySet[Allergy]":
    return Allergy.objects.filter(patient=patient, ended_at__isnull=True)
