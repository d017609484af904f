"""Signing off: the prescriber has read the session; integration begins and the log takes no new entry."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.models import Session, SessionState
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.actions import move_cycle
from mooring.care.treatments.models import Cycle, Phase
from mooring.care.treatments.queries import where_of
from mooring.identity.competence import may_act
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind
from mooring.rules.session_events import debrief_due
from mooring.rules.verdict import Refused
from mooring.work.actions import close_tasks_about


@recorded("care.sessions.signed-off")
def sign_off(*, session: Session, key: UUID, by: Person, at: datetime) -> Session:
    """Sign off a session whose patient has left. The view asks for the signer's password before it."""
    competence = may_act(
        by, "sign-off-session", at=at, site=session.patient.site, where=where_of(session.cycle.treatment)
    )
    if not competence.allowed:
        raise Refused(verdict=competence)
    if not session.entries.filter(kind=EntryKind.DISCHARGED).exists():
        raise Refused(_("The patient has not been discharged. A session is signed off after that."))
    if debrief_due(chart_of(session, at).state.lines):
        raise Refused(_("An emergency has not been debriefed. Record the debrief first, then sign off."))
    NewEntry(session=session, kind=EntryKind.SIGNED_OFF, by=by, at=at, happened_at=at, key=key).store()
    signed = Session.objects.filter(pk=session.pk, state=SessionState.OPEN).update(
        state=SessionState.SIGNED_OFF, signed_off_by=by, signed_off_at=at
    )
    if signed != 1:
        raise Refused(_("A colleague signed this session off a moment ago. Nothing was changed."))
    cycle = Cycle.objects.select_related("treatment").get(pk=session.cycle_id)
    move_cycle(cycle=cycle, to=Phase.INTEGRATING, by=by, at=at)
    close_tasks_about(session, kind="sign-off", outcome="signed off", by=by, at=at)
    session.refresh_from_db()
    note(target=session)
    return session
