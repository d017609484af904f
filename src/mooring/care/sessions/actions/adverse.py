"""What a session enters into the register of adverse events: a line of its log, an emergency at its end."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.safety.actions import NewEvent, record_event
from mooring.care.safety.models import AdverseEvent, FoundIn
from mooring.care.safety.queries import terms_of
from mooring.care.sessions.kinds.emergency_over import WhyOver
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import SessionChart
from mooring.identity.models import Person
from mooring.rules.adverse_events import suggested
from mooring.rules.session_entry import EntryKind
from mooring.rules.session_events import emergencies

MAY_BE_ADVERSE = frozenset(
    {
        EntryKind.SYMPTOM,
        EntryKind.VITALS,
        EntryKind.PAIN,
        EntryKind.INTERVENTION,
        EntryKind.NOTE,
        EntryKind.PART,
        EntryKind.EMERGENCY,
    }
)
"""The kinds of lines that may tell of an adverse event or incident."""


@recorded("care.sessions.line-entered-as-event")
def enter_from_line(
    *,
    session: Session,
    entry: LogEntry,
    term: str,
    words: str,
    grade: int | None,
    by: Person,
    at: datetime,
) -> AdverseEvent:
    """Enter a line of the log into the register, with the session's dose; a line makes one event."""
    made = record_event(
        patient=session.patient,
        event=NewEvent(
            term=term,
            words=words,
            onset_at=entry.at,
            grade=grade,
            found_in=FoundIn.SESSION,
            cycle=session.cycle,
            entry_key=entry.key,
        ),
        by=by,
        at=at,
    )
    note(target=made, session=session.pk)
    return made


def enter_emergency(*, chart: SessionChart, over: LogEntry, by: Person, at: datetime) -> AdverseEvent | None:
    """At the stand-down the emergency is in the register, not graded; a false alarm is none."""
    if over.facts["reason"] == WhyOver.FALSE_ALARM:
        return None
    ended = next(
        (each for each in emergencies(chart.state.lines) if each.key == over.facts["emergency"]), None
    )
    if ended is None or AdverseEvent.objects.filter(entry_key=ended.key).exists():
        return None
    session = chart.session
    term = suggested(terms_of(session.patient.site, at), script=ended.script)
    return record_event(
        patient=session.patient,
        event=NewEvent(
            term=term.key if term else "",
            words="" if term else _("Emergency in a session"),
            onset_at=ended.at,
            found_in=FoundIn.SESSION,
            cycle=session.cycle,
            entry_key=session.entries.get(key=ended.key).key,
        ),
        by=by,
        at=at,
    )
