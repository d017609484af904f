"""What this room knows of a patient: an urgent answer that waits for a clinician, and the bladder checklist."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from mooring.care.measures.models import Concern, Filled
from mooring.care.patients.models import Patient
from mooring.rules.verdict import Fact, Standing

ROOM = "measures"


BLADDER = "BLADDER-8"
BLOOD, PAIN, OFTEN = "q6", "q4", 2
"""The items of the bladder checklist that its stop rule looks at: any blood, or pain "sometimes" or more often."""


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """`urgent_concern_open`: an answer new or worse than the last time, that no clinician has closed yet.

    `bladder_total` and `bladder_blood_or_pain`: the newest bladder checklist.
    """
    return [_concern(patient, at), *_bladder(patient, at)]


def _bladder(patient: Patient, at: datetime) -> list[Fact]:
    newest = (
        Filled.objects.filter(
            patient__in=patient.records, instrument__startswith=f"{BLADDER}@", filled_at__lte=at
        )
        .order_by("-filled_at", "-pk")
        .values_list("answers", "total", "filled_at")
        .first()
    )
    if newest is None:
        return []
    answers, total, filled_at = newest
    stops = float(answers.get(BLOOD) or 0) > 0 or float(answers.get(PAIN) or 0) >= OFTEN
    who = _("the questionnaire")
    found = [Fact("bladder_blood_or_pain", "yes" if stops else "no", filled_at, who, Standing.MEASURED, ROOM)]
    if total is not None:
        found.append(Fact("bladder_total", float(total), filled_at, who, Standing.MEASURED, ROOM))
    return found


def _concern(patient: Patient, at: datetime) -> Fact:
    raised_at = (
        Concern.objects.filter(
            Q(answered_at__isnull=True) | Q(answered_at__gt=at), patient__in=patient.records
        )
        .filter(urgent=True, raised_at__lte=at)
        .order_by("raised_at", "pk")
        .values_list("raised_at", flat=True)
        .first()
    )
    if raised_at is None:
        return Fact("urgent_concern_open", "no", at, _("the record"), room=ROOM)
    return Fact("urgent_concern_open", "yes", raised_at, _("the questionnaire"), room=ROOM)
