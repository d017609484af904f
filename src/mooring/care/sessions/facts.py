"""What this room knows of a patient: the signs that the log of the open session holds."""

from datetime import datetime

from mooring.care.patients.models import Patient
from mooring.care.sessions.kinds import contribution_of
from mooring.care.sessions.models import Session, SessionState
from mooring.care.sessions.queries import as_entry, entries_of
from mooring.identity.prepared import Prepared
from mooring.rules import session_log
from mooring.rules.verdict import Fact, Standing

ROOM = "sessions"
OPEN_NOW = Prepared(
    lambda keys, moments: (
        Session.objects.filter(patient__in=keys, state=SessionState.OPEN, opened_at__lte=moments[0])
        .order_by("pk")
        .values_list("pk")
    )
)


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """The vital signs of the open session until `at`, corrections applied; the observation before the dose first."""
    opened = OPEN_NOW.rows(patient.records, at)
    if not opened:
        return []
    session = Session.objects.get(pk=opened[0][0])
    rows = [row for row in entries_of(session) if row.at <= at]
    names = {row.by.actor_ref: str(row.by) for row in rows}
    state = session_log.fold([as_entry(row) for row in rows], contribution_of)
    return [
        Fact(sign, value, signs.at, names.get(signs.by, ""), Standing.MEASURED, ROOM)
        for signs in state.vitals
        for sign, value in signs.values.items()
    ]
