"""Who may be handed which session or entry: always through the patient's record."""

from django.http import Http404

from mooring.care.patients.access import get_patient_for
from mooring.care.sessions.models import LogEntry, Session
from mooring.identity.models import Person
from mooring.identity.roles import Permission


def get_session_for(person: Person, pk: int, *, to: Permission = Permission.SESSIONS_READ) -> Session:
    """The session with its cycle, order and patient; 404 for a stranger, 403 for who may not do this."""
    found = (
        Session.objects.select_related(
            "patient__person", "patient__site", "cycle__treatment__patient__site", "order__signed_by", "pack"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    get_patient_for(person, found.patient_id, to=to)
    return found


def get_entry_for(
    person: Person, session: Session, pk: int, *, to: Permission = Permission.SESSIONS_WRITE
) -> LogEntry:
    """An entry of this session and of no other; 404 otherwise."""
    get_patient_for(person, session.patient_id, to=to)
    found = session.entries.select_related("words").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
