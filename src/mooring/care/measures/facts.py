"""What this room knows of a patient: an urgent answer that waits for a clinician, and scores that rules read."""

from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from mooring.care.measures.models import Concern, Filled
from mooring.care.patients.models import Patient
from mooring.identity.prepared import Prepared
from mooring.rules.verdict import Fact, Standing

ROOM = "measures"
BLADDER = "BLADDER-8"
BLOOD, PAIN, OFTEN = "q6", "q4", 2
"""The items of the bladder checklist that its stop rule looks at: any blood, or pain "sometimes" or more often."""


TOTALS = {"AUDIT-C": "audit_c_total", "DAST-10": "dast10_total"}
"""The instruments whose newest total a rule reads, by its fact."""


SCORED = Prepared(
    lambda keys, moments: (
        Filled.objects.filter(
            reduce(or_, (Q(instrument__startswith=f"{instrument}@") for instrument in (BLADDER, *TOTALS))),
            patient__in=keys,
            filled_at__lte=moments[0],
        )
        .order_by("filled_at", "pk")
        .values_list("instrument", "answers", "total", "filled_at")
    )
)
URGENT = Prepared(
    lambda keys, moments: (
        Concern.objects.filter(Q(answered_at__isnull=True) | Q(answered_at__gt=moments[0]), patient__in=keys)
        .filter(urgent=True, raised_at__lte=moments[0])
        .order_by("raised_at", "pk")
        .values_list("raised_at")
    )
)


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """`urgent_concern_open`: an answer new or worse than the last time, that no clinician has closed yet.

    `bladder_total` and `bladder_blood_or_pain`, `audit_c_total`, `dast10_total`: the newest questionnaire of each.
    """
    return [_concern(patient, at), *_scored(patient, at)]


def _scored(patient: Patient, at: datetime) -> list[Fact]:
    """The newest of each instrument that a rule reads, in one statement."""
    newest = {
        instrument.partition("@")[0]: (answers, total, filled_at)
        for instrument, answers, total, filled_at in SCORED.rows(patient.records, at)
    }
    found = []
    for instrument, (answers, total, filled_at) in newest.items():
        if instrument == BLADDER:
            stops = float(answers.get(BLOOD) or 0) > 0 or float(answers.get(PAIN) or 0) >= OFTEN
            found.append(_measured("bladder_blood_or_pain", "yes" if stops else "no", filled_at))
        if total is not None:
            found.append(_measured(TOTALS.get(instrument, "bladder_total"), float(total), filled_at))
    return found


def _measured(key: str, value: object, filled_at: datetime) -> Fact:
    return Fact(key, value, filled_at, _("the questionnaire"), Standing.MEASURED, ROOM)


def _concern(patient: Patient, at: datetime) -> Fact:
    for (raised_at,) in URGENT.rows(patient.records, at):
        return Fact("urgent_concern_open", "yes", raised_at, _("the questionnaire"), room=ROOM)
    return Fact("urgent_concern_open", "no", at, _("the record"), room=ROOM)
