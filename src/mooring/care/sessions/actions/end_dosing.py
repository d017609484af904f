"""The end of dosing. It is not the end of the session: recovery begins, and the contact gets its time."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.models import EntryKind, LogEntry, Session
from mooring.care.sessions.queries import contact_window, read
from mooring.care.treatments.actions import move_cycle
from mooring.care.treatments.models import Cycle, Phase
from mooring.identity.models import Person
from mooring.rules.session_log import in_utc
from mooring.rules.verdict import Refused
from mooring.words.numbers import with_unit
from mooring.words.times import clock
from mooring.work.actions import move_task
from mooring.work.queries import open_tasks_about


@recorded("care.sessions.dosing-ended")
def end_dosing(
    *, session: Session, given_ml: Decimal, happened_at: datetime, key: UUID, by: Person, at: datetime
) -> LogEntry:
    """Write the end and how much was given (mL), move the cycle to RECOVERY, give the contact its window."""
    if not 0 < given_ml <= session.order.volume_ml:
        raise Refused(
            _("The volume given is more than 0 and at most the {volume} of the order.").format(
                volume=with_unit(session.order.volume_ml, "mL")
            )
        )
    entry = NewEntry(
        session=session,
        kind=EntryKind.DOSING_ENDED,
        by=by,
        at=at,
        happened_at=happened_at,
        key=key,
        facts={"given_ml": str(given_ml)},
    ).store()
    started_at = read(session, at).state.started_at
    if started_at is None:
        raise Refused(_("Dosing has not started, so it cannot end."))
    if in_utc(happened_at) <= started_at:
        raise Refused(
            _("Dosing started at {time}; it ends after that.").format(
                time=clock(session.patient.site.local(started_at))
            )
        )
    cycle = Cycle.objects.select_related("treatment").get(pk=session.cycle_id)
    move_cycle(cycle=cycle, to=Phase.RECOVERY, by=by, at=at)
    opens_at, until = contact_window(session.patient.site, happened_at, at)
    for task in open_tasks_about(session.cycle, "integration-contact"):
        move_task(task=task, opens_at=opens_at, due_at=until, escalate_at=until, by=by, at=at)
    note(target=entry, given_ml=str(given_ml), whole=given_ml == session.order.volume_ml)
    return entry
