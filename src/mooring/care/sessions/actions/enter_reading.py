"""The independent double check: two people, each in their own sign-in, read back what the order says."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.treatments.models import DoseOrder
from mooring.care.treatments.queries import protocol_of, where_of
from mooring.identity.competence import may_act
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused


@recorded("care.sessions.reading-entered")
def enter_reading(*, session: Session, reading: Decimal, key: UUID, by: Person, at: datetime) -> LogEntry:
    """Write what this person read, a volume (mL) or a number: `entry.facts["agrees"]` says whether it is the order's.

    A wrong reading is written as such, confirms nothing and takes back what this person confirmed before. Who signed
    the order saw its figures while signing: the reading is not independent, and is refused unless the protocol lets
    them; then the log says so.
    """
    competence = may_act(
        by,
        "start-session",
        at=at,
        site=session.patient.site,
        where=where_of(session.cycle.treatment),
    )
    if not competence.allowed:
        raise Refused(verdict=competence)
    if session.entries.filter(kind=EntryKind.STARTED).exists():
        raise Refused(_("Dosing has started; the double check is closed."))
    order = DoseOrder.objects.get(pk=session.order_id)
    if order.withdrawn_at is not None:
        raise Refused(_("The dose order was withdrawn. Cancel this session; a new order opens a new one."))
    facts: dict[str, Any] = {}
    if by.pk in (order.signed_by_id, order.second_id):
        if protocol_of(session.cycle.treatment).independent_check:
            raise Refused(
                _(
                    "{name} signed this order, so their reading is not independent. Ask another colleague."
                ).format(name=by)
            )
        facts["signed_order"] = True
    read_back = order.ordered.form.read_back
    agrees = reading == read_back.value
    name = "volume_ml" if read_back.what == "ml" else "count"
    note(agrees=agrees)
    return NewEntry(
        session=session,
        kind=EntryKind.DOUBLE_CHECK,
        by=by,
        at=at,
        happened_at=at,
        key=key,
        facts={name: str(reading), "agrees": agrees, **facts},
    ).store()
