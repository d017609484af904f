"""The end of dosing. It is not the end of the session: recovery begins, and the follow-up gets its window."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.sessions.actions.follow_up import move_follow_up
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.kinds.kind import volume_words
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.actions import move_cycle
from mooring.care.treatments.models import Cycle, Phase
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind, in_utc
from mooring.rules.verdict import Refused
from mooring.words.times import clock


@recorded("care.sessions.dosing-ended")
def end_dosing(
    *, session: Session, given_ml: Decimal, happened_at: datetime, key: UUID, by: Person, at: datetime
) -> LogEntry:
    """Write the end and how much was given (mL), move the cycle to RECOVERY, give the follow-up its window."""
    if not 0 < given_ml <= session.order.volume_ml:
        raise Refused(
            _("The volume given is more than 0 and at most the {volume} of the order.").format(
                volume=volume_words(session.order.volume_ml)
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
    started_at = chart_of(session, at).state.started_at
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
    move_follow_up(session, happened_at, by=by, at=at)
    note(target=entry, given_ml=str(given_ml), whole=given_ml == session.order.volume_ml)
    return entry
