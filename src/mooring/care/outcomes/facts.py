"""What this room knows of a patient: how much better the open treatment has made them, by its own instrument."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.care.measures.models import Filled
from mooring.care.patients.models import Patient
from mooring.care.treatments.models import Cycle, TreatmentState
from mooring.identity.packs import pack_stored
from mooring.rules.outcomes import ScoreAt, classify
from mooring.rules.verdict import Fact, Standing

ROOM = "outcomes"
DOSED = Prepared(
    lambda keys, moments: (
        Cycle.objects.filter(
            treatment__patient__in=keys, treatment__state=TreatmentState.SIGNED, dosed_at__lte=moments[0]
        )
        .order_by("pk")
        .values_list(
            "treatment_id", "dosed_at", "treatment__measure", "treatment__pack__digest", "treatment__pack_id"
        )
    )
)
SCORED = Prepared(
    lambda keys, moments: (
        Filled.objects.filter(patient__in=keys, filled_at__lte=moments[0], total__isnull=False)
        .order_by("filled_at", "pk")
        .values_list("instrument", "total", "filled_at")
    )
)


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """`improvement_percent`: of the score before the first dose, what has gone by the newest one; below 0 is worse.

    Nothing without a dose, a score before it and a later one, nor for an instrument that states no share.
    """
    dosed = DOSED.rows(patient.records, at)
    if not dosed:
        return []
    treatment_pk, _dosed_at, measure, digest, pack_pk = dosed[0]
    instrument = pack_stored(digest, pack_pk).instruments[measure]
    scores = [
        ScoreAt(filled_at, float(total))
        for filled, total, filled_at in SCORED.rows(patient.records, at)
        if filled.partition("@")[0] == instrument.id
    ]
    outcome = classify(instrument, scores, [row[1] for row in dosed if row[0] == treatment_pk])
    if outcome is None or outcome.improvement is None:
        return []
    percent = round(outcome.improvement * 100, 1)
    who = _("the questionnaire")
    return [Fact("improvement_percent", percent, outcome.latest.at, who, Standing.MEASURED, ROOM)]
