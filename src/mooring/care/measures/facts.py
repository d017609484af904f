"""What this room knows of a patient: whether an answer that must not wait still waits for a clinician."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from mooring.care.measures.models import Concern
from mooring.care.patients.models import Patient
from mooring.rules.verdict import Fact

ROOM = "measures"


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """`urgent_concern_open`: an answer new or worse than the last time, that no clinician has closed yet."""
    raised_at = (
        Concern.objects.filter(Q(answered_at__isnull=True) | Q(answered_at__gt=at), patient=patient)
        .filter(urgent=True, raised_at__lte=at)
        .order_by("raised_at", "pk")
        .values_list("raised_at", flat=True)
        .first()
    )
    if raised_at is None:
        return [Fact("urgent_concern_open", "no", at, _("the record"), room=ROOM)]
    return [Fact("urgent_concern_open", "yes", raised_at, _("the questionnaire"), room=ROOM)]
