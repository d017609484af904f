"""Who signs in this room: each person competent for the act, the second one of those who may sign second."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.care.treatments.models import Treatment
from mooring.care.treatments.queries import where_of
from mooring.identity.competence import may_act
from mooring.identity.models import Person
from mooring.identity.queries import second_signers
from mooring.rules.verdict import Refused


def refuse_signers(
    treatment: Treatment, act: str, *, by: Person, second: Person | None, at: datetime
) -> None:
    """Within an act that one or two people sign: `Refused` unless each may sign it here."""
    site, where = treatment.patient.site, where_of(treatment)
    if second is not None and not second_signers(site, at, besides=by).filter(pk=second.pk).exists():
        raise Refused(_("{name} cannot sign second here.").format(name=second))
    for signer in (by, second):
        competent = may_act(signer, act, at=at, site=site, where=where) if signer is not None else None
        if competent is not None and not competent.allowed:
            raise Refused(verdict=competent)
