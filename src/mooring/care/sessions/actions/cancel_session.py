"""Cancelling a session: only before the start, only with a reason."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.sessions.models import Session, SessionState
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused


@recorded("care.sessions.cancelled")
def cancel_session(*, session: Session, reason: str, by: Person, at: datetime) -> Session:
    """Close a session in which nothing was given. After the start there is no way back: it is carried on."""
    if not reason.strip():
        raise Refused(_("Say why the session is cancelled."))
    cancelled = Session.objects.filter(pk=session.pk, state=SessionState.OPEN).update(
        state=SessionState.VOID, voided_by=by, voided_at=at, reason=reason.strip()[:300]
    )
    if cancelled != 1:
        raise Refused(_("This session is no longer open. Nothing was changed."))
    if session.entries.filter(kind=EntryKind.STARTED).exists():
        raise Refused(
            _("Dosing has started, so this session cannot be cancelled. Continue to the discharge.")
        )
    session.refresh_from_db()
    note(target=session)
    return session
