"""Who may be handed which session or entry: always through the patient's record."""

from datetime import timedelta

from django.core import signing
from django.http import Http404

from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.sessions.models import LogEntry, Session
from mooring.identity.models import Person
from mooring.identity.roles import Permission

OPENING_SALT = "care.sessions.opening"
STAYS_OPEN = timedelta(hours=1)


def get_session_for(person: Person, pk: int, *, to: Permission = Permission.SESSIONS_READ) -> Session:
    """The session with its cycle, order and patient; 404 for a stranger, 403 for who may not do this."""
    found = _session(pk)
    get_patient_for(person, found.patient_id, to=to)
    return found


def opening_of(person: Person, session: Session) -> str:
    """The mark of an opening that is on the access log: with it the page may look again for an hour."""
    return signing.dumps([session.pk, person.pk], salt=OPENING_SALT)


def get_session_again(person: Person, pk: int, *, opening: str) -> Session:
    """The session for a page that this person opened within the hour: no new opening, hence no new row.

    404 without the mark of that opening, and for who may no longer read it (docs/decisions/0009).
    """
    try:
        held = signing.loads(opening, salt=OPENING_SALT, max_age=STAYS_OPEN)
    except signing.BadSignature as error:
        raise Http404 from error
    found = _session(pk)
    if held != [found.pk, person.pk] or not may_on(person, found.patient, Permission.SESSIONS_READ):
        raise Http404
    return found


def _session(pk: int) -> Session:
    found = (
        Session.objects.select_related(
            "patient__person",
            "patient__site",
            "cycle__treatment__patient__site",
            "cycle__preparation",
            "order__signed_by",
            "order__weight",
            "pack",
            "signed_off_by",
            "voided_by",
        )
        .defer("pack__body")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
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
