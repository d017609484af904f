"""Ending a treatment with an outcome."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.treatments.actions import move_cycle
from mooring.care.treatments.actions.asking import lay_out
from mooring.care.treatments.actions.cycles import REVIEW
from mooring.care.treatments.models import (
    BEFORE_DOSING,
    Cycle,
    Phase,
    Treatment,
    TreatmentOutcome,
    TreatmentState,
)
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.actions import close_tasks_about

ON_THE_WAY = (Phase.DOSING, Phase.RECOVERY, Phase.DISCHARGED, Phase.INTEGRATING)


@recorded("care.outcomes.treatment-ended")
def end_treatment(
    *, treatment: Treatment, outcome: str, outcome_note: str, by: Person, at: datetime
) -> Treatment:
    """End a signed treatment with one of `TreatmentOutcome`; doses that were only planned are cancelled.

    Refused while a cycle is anywhere from dosing to integrating, and when somebody ended it meanwhile.
    """
    if outcome not in TreatmentOutcome.values:
        raise Refused(_("Choose the outcome of the treatment."))
    if treatment.state != TreatmentState.SIGNED:
        raise Refused(
            _("This treatment is {state}, so it cannot be ended.").format(state=treatment.get_state_display())
        )
    _refuse_while_on_the_way(treatment)
    reason = _("The treatment ended: {outcome}.").format(outcome=TreatmentOutcome(outcome).label)
    for cycle in Cycle.objects.filter(treatment=treatment, phase__in=BEFORE_DOSING).select_related(
        "treatment__patient"
    ):
        move_cycle(cycle=cycle, to=Phase.VOID, by=by, at=at, reason=reason)
    ended = (
        Treatment.objects.filter(pk=treatment.pk, state=TreatmentState.SIGNED)
        .exclude(cycles__phase__in=ON_THE_WAY)
        .update(
            state=TreatmentState.ENDED, outcome=outcome, outcome_note=outcome_note, ended_by=by, ended_at=at
        )
    )
    if ended != 1:
        _refuse_while_on_the_way(treatment)
        now = Treatment.objects.select_related("ended_by").get(pk=treatment.pk)
        raise Refused(_("{person} ended this treatment a moment ago.").format(person=now.ended_by))
    treatment.refresh_from_db()
    close_tasks_about(treatment, kind=REVIEW, outcome="cancelled", by=by, at=at)
    lay_out(treatment, at)
    note(outcome=outcome, doses=treatment.cycles.filter(administered=True).count())
    return treatment


def _refuse_while_on_the_way(treatment: Treatment) -> None:
    cycle = Cycle.objects.filter(treatment=treatment, phase__in=ON_THE_WAY).order_by("number").first()
    if cycle is not None:
        raise Refused(
            _(
                "Dose {number} is in “{phase}”. Complete and close that cycle first, then end the treatment."
            ).format(number=cycle.number, phase=cycle.get_phase_display())
        )
