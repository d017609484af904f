"""What a treatment asks its patient for: its lines and doses as the rule reads them, and what became of each."""

from datetime import datetime

from mooring.care.treatments.models import (
    AskedWhen,
    Cycle,
    MeasureDue,
    Phase,
    PlannedMeasure,
    Treatment,
    TreatmentOutcome,
    TreatmentState,
)
from mooring.rules.asking import AskingLine, DoseMoment


def planned_measures_of(treatment: Treatment) -> list[PlannedMeasure]:
    """The lines that stand, those before a dose first, each in the order of its time."""
    lines = treatment.planned_measures.filter(ended_at__isnull=True).select_related("by")
    return sorted(lines, key=lambda line: (line.when == AskedWhen.AFTER, line.hours, line.instrument))


def asking_ended(treatment: Treatment) -> bool:
    """Withdrawn, or the patient left for other care; one who moved to another site of ours is still asked."""
    state, outcome, planned_at, site = Treatment.objects.values_list(
        "state", "outcome", "pack__site", "patient__site"
    ).get(pk=treatment.pk)
    return state == TreatmentState.WITHDRAWN or (outcome == TreatmentOutcome.MOVED and planned_at == site)


def lines_for_asking(treatment: Treatment) -> list[AskingLine]:
    """None of a draft; after the end of a treatment only what follows its last dose (the doses left are cancelled)."""
    if treatment.state == TreatmentState.DRAFT or asking_ended(treatment):
        return []
    return [
        AskingLine(
            key=line.pk,
            before=line.when == AskedWhen.BEFORE,
            hours=line.hours,
            every_doses=line.every_doses,
            since=line.at,
        )
        for line in planned_measures_of(treatment)
    ]


def doses_for_asking(treatment: Treatment) -> list[DoseMoment]:
    """Every dose but the cancelled ones; one that is planned begins when the site opens on its day."""
    site = treatment.patient.site
    return [
        DoseMoment(
            cycle=cycle.pk,
            number=cycle.number,
            planned_at=datetime.combine(cycle.target_date, site.opens_at, site.zone),
            given_at=cycle.dosed_at,
        )
        for cycle in Cycle.objects.filter(treatment=treatment).exclude(phase=Phase.VOID).order_by("number")
    ]


def measures_due_of(treatment: Treatment) -> list[MeasureDue]:
    """What became due by the plan and was not dropped, by its moment."""
    rows = (
        MeasureDue.objects.filter(planned__treatment=treatment, dropped_at__isnull=True)
        .select_related("planned", "cycle", "asked__filled")
        .order_by("due_at", "pk")
    )
    for row in rows:
        row.planned.treatment = treatment
    return list(rows)
