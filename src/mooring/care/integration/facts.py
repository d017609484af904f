"""What this room knows of a patient: whether what follows the last dose is done."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.care.integration.models import Contact, IntegrationVisit, Reached
from mooring.care.patients.models import Patient
from mooring.care.treatments.models import Cycle, Phase
from mooring.identity.models import Programme
from mooring.rules.verdict import Fact

ROOM = "integration"
LAST_DOSE = Prepared(
    lambda keys, moments: (
        Cycle.objects.filter(treatment__patient__in=keys, dosed_at__lte=moments[0])
        .order_by("-dosed_at", "-pk")
        .values_list("pk", "phase", "dosed_at")[:1]
    )
)
FOLLOWED_UP = Prepared(
    lambda keys, moments: Contact.objects.filter(
        cycle__in=keys, result=Reached.REACHED, is_follow_up=True, at__lte=moments[0]
    ).values_list("pk")[:1]
)
VISITED = Prepared(
    lambda keys, moments: IntegrationVisit.objects.filter(cycle__in=keys, at__lte=moments[0]).values_list(
        "pk"
    )[:1]
)


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """`integration_owed`: after the last dose of any treatment the follow-up or the visit is still due.

    A cycle that was closed owes nothing; one that is closed as lost was tried. A follow-up that reached nobody,
    or came before its window, leaves it due. In an infusion clinic the visit is offered, so only the follow-up is due.
    """
    last = next(iter(LAST_DOSE.rows(patient.records, at)), None)
    if last is None or last[1] == Phase.CLOSED:
        return [Fact("integration_owed", "no", at, _("the record"), room=ROOM)]
    offered_only = patient.site.programme == Programme.INFUSION_CLINIC
    done = FOLLOWED_UP.rows((last[0],), at) and (offered_only or VISITED.rows((last[0],), at))
    owed = "no" if done else "yes"
    return [Fact("integration_owed", owed, last[2], _("the record"), room=ROOM)]
