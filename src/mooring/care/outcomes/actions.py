"""Ending a treatment with an outcome."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.treatments.actions import move_cycle
from mooring.care.treatments.models import Cycle, Phase, Treatment, TreatmentOutcome, TreatmentState
from mooring.identity.models import Person
from mooring.rules.verdict import Refused

ON_THE_WAY = (Phase.DOSING, Phase.RECOVERY, Phase.DISCHARGED, Phase.INTEGRATING)
PLANNED = (Phase.PREPARE, Phase.READY)


@recorded("care.outcomes.treatment-ended")
def end_treatment(
    *, treatment: Treatment, outcome: str, outcome_note: str, by: Person, at: datetime
) -> Treatment:
    """End a signed treatment with one of `TreatmentOutcome`; doses that were planned only become void.

    Refused while a cycle is anywhere from dosing to integrating, and when somebody ended it meanwhile.
    """
    if outcome not in TreatmentOutcome.values:
        raise Refused(_("A treatment ends with an outcome. Please say how it ended."))
    if treatment.state != TreatmentState.SIGNED:
        raise Refused(
            _("This treatment is {get_state_display}, so it cannot be ended.").format(
                get_state_display=treatment.get_state_display()
            )
        )
    _refuse_while_on_the_way(treatment)
    reason = f"The treatment ended: {TreatmentOutcome(outcome).label}."
    for cycle in Cycle.objects.filter(treatment=treatment, phase__in=PLANNED).select_related(
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
        raise Refused(
            _("{ended_by} ended this treatment a moment ago. Nothing of yours was lost.").format(
                ended_by=now.ended_by
            )
        )
    treatment.refresh_from_db()
    note(outcome=outcome, doses=treatment.cycles.filter(administered=True).count())
    return treatment


def _refuse_while_on_the_way(treatment: Treatment) -> None:
    cycle = Cycle.objects.filter(treatment=treatment, phase__in=ON_THE_WAY).order_by("number").first()
    if cycle is not None:
        raise Refused(
            _(
                "Dose {number} is in “{get_phase_display}”. Its cycle is carried on and closed first; then the treatment can be ended."
            ).format(number=cycle.number, get_phase_display=cycle.get_phase_display())
        )
