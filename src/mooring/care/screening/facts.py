"""What this room knows of a patient: what they stated in any screening, and what clinicians settled."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.care.patients.facts import BY
from mooring.care.patients.models import Patient
from mooring.care.screening.models import FactSource, StatedFact
from mooring.rules.verdict import Fact, Standing
from mooring.words.names import name_in_use

ROOM = "screening"
STATED = Prepared(
    lambda keys, moments: (
        StatedFact.objects.filter(screening__patient__in=keys, at__lte=moments[0])
        .order_by("id")
        .values_list("key", "value", "source", "at", *BY)
    )
)


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """Every stated fact of every screening: what was confirmed once is not lost when a new one is sent."""
    found = []
    the_patient = _("the patient")
    for key, value, source, when, chosen, legal in STATED.rows(patient.records, at):
        if source == FactSource.PATIENT:
            found.append(Fact(key, value, when, the_patient, Standing.REPORTED, ROOM))
        else:
            who = name_in_use(chosen=chosen, legal=legal)
            found.append(Fact(key, value, when, who, Standing.CONFIRMED, ROOM))
    return found
