"""The independent double check: two different people, each in their own sign-in, re-enter the volume of the order."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.treatments.models import DoseOrder
from mooring.identity.competence import may_act
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused


@recorded("care.sessions.volume-entered")
def enter_volume(*, session: Session, volume_ml: Decimal, key: UUID, by: Person, at: datetime) -> LogEntry:
    """Write what this person read as the volume (mL), right or wrong: `entry.facts["agrees"]` says which.

    A wrong volume is written as such, confirms nothing and takes back what this person confirmed before.
    """
    competence = may_act(by, "start-session", at=at, site=session.patient.site)
    if not competence.allowed:
        raise Refused(verdict=competence)
    if session.entries.filter(kind=EntryKind.STARTED).exists():
        raise Refused(_("Dosing has started; the double check is closed."))
    order = DoseOrder.objects.get(pk=session.order_id)
    if order.withdrawn_at is not None:
        raise Refused(_("The dose order was withdrawn. Cancel this session; a new order opens a new one."))
    agrees = volume_ml == order.volume_ml
    note(agrees=agrees)
    return NewEntry(
        session=session,
        kind=EntryKind.DOUBLE_CHECK,
        by=by,
        at=at,
        happened_at=at,
        key=key,
        facts={"volume_ml": str(volume_ml), "agrees": agrees},
    ).store()
