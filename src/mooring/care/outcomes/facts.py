"""What this room knows of a patient: how much better the open treatment has made them, by its own instrument."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.care.measures.queries import filled_by
from mooring.care.outcomes.queries import course_of
from mooring.care.patients.models import Patient
from mooring.care.treatments.models import Cycle, Treatment, TreatmentState
from mooring.identity.prepared import Prepared
from mooring.rules.verdict import Fact, Standing

ROOM = "outcomes"
DOSED = Prepared(
    lambda keys, moments: (
        Cycle.objects.filter(
            treatment__patient__in=keys, treatment__state=TreatmentState.SIGNED, dosed_at__lte=moments[0]
        )
        .order_by("pk")
        .values_list("treatment_id")[:1]
    )
)


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """`improvement_percent`: of the score before the first dose, what has gone by the newest one; below 0 is worse.

    Nothing without a dose, a score before it and a later one, nor for an instrument that states no share.
    """
    dosed = next(iter(DOSED.rows(patient.records, at)), None)
    if dosed is None:
        return []
    treatment = Treatment.objects.select_related("pack").defer("pack__body").get(pk=dosed[0])
    cycles = list(Cycle.objects.filter(treatment=treatment, dosed_at__lte=at).order_by("number"))
    treatment.patient = patient
    scores = filled_by(patient, treatment.measure.partition("@")[0])
    outcome = course_of(treatment, cycles, [row for row in scores if row.filled_at <= at]).outcome
    if outcome is None or outcome.improvement is None:
        return []
    percent = round(outcome.improvement * 100, 1)
    who = _("the questionnaire")
    return [Fact("improvement_percent", percent, outcome.latest.at, who, Standing.MEASURED, ROOM)]
