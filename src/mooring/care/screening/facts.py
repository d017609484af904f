"""What this room knows of a patient: what they stated in any screening, and what clinicians settled."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.care.patients.models import Patient
from mooring.care.screening.models import FactSource, StatedFact
from mooring.rules.verdict import Fact, Standing

ROOM = "screening"


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """Every stated fact of every screening: what was confirmed once is not lost when a new one is sent."""
    stated = StatedFact.objects.filter(screening__patient=patient, at__lte=at)
    return [
        Fact(
            key=each.key,
            value=each.value,
            dated=each.at,
            by=_("the patient") if each.source == FactSource.PATIENT else str(each.by),
            standing=Standing.REPORTED if each.source == FactSource.PATIENT else Standing.CONFIRMED,
            room=ROOM,
        )
        for each in stated.select_related("by").order_by("id")
    ]
