"""What this room knows of a patient: the answers of the day, and every dose that was given, in any treatment."""

from dataclasses import replace
from datetime import datetime

from mooring.care.patients.models import Patient
from mooring.care.treatments.models import Cycle, ReadinessFact
from mooring.rules.verdict import Fact, Standing

ROOM = "treatments"
AT_REST = {"systolic_mmhg": "resting_systolic_mmhg", "diastolic_mmhg": "resting_diastolic_mmhg"}
"""A pressure before the dose is measured at rest, so it is also the newest resting pressure."""


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """The answers and pre-dose signs of this patient's cycles, and `dose_given` with its treatment as value."""
    return [*_asked(patient, at), *_given(patient, at)]


def _asked(patient: Patient, at: datetime) -> list[Fact]:
    rows = ReadinessFact.objects.filter(cycle__treatment__patient=patient, at__lte=at)
    found = []
    for each in rows.select_related("by", "support_person").order_by("at", "id"):
        said = Fact(each.key, _value(each), each.at, str(each.by), Standing(each.standing), ROOM)
        found.append(said)
        if each.key in AT_REST:
            found.append(replace(said, key=AT_REST[each.key]))
    return found


def _value(fact: ReadinessFact) -> object:
    """An escort is confirmed while the person whom it names stands on the record, with a telephone number."""
    if fact.key != "escort_confirmed" or fact.value != "yes":
        return fact.value
    escort = fact.support_person
    return "yes" if escort is not None and escort.ended_at is None and escort.phone else "no"


def _given(patient: Patient, at: datetime) -> list[Fact]:
    given = Cycle.objects.filter(treatment__patient=patient, dosed_at__lte=at).order_by("dosed_at", "pk")
    return [
        Fact("dose_given", treatment_pk, dosed_at, room=ROOM)
        for treatment_pk, dosed_at in given.values_list("treatment_id", "dosed_at")
    ]
