"""What is written down while a session runs: signs, symptoms, what was done, words, discharge checks."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from mooring.audit.recording import recorded
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.models import EntryKind, Intervention, LogEntry, Session
from mooring.care.sessions.queries import knowledge_of, read
from mooring.identity.models import Person
from mooring.rules.verdict import Refused


@recorded("care.sessions.vitals-logged")
def log_vitals(
    *,
    session: Session,
    values: Mapping[str, float | None],
    happened_at: datetime,
    key: UUID,
    by: Person,
    at: datetime,
) -> LogEntry:
    """Write vital signs by key (`systolic_mmhg`); what was not read is left out or None."""
    facts = knowledge_of(session).checked_signs(values)
    entry = NewEntry(
        session=session, kind=EntryKind.VITALS, by=by, at=at, happened_at=happened_at, key=key, facts=facts
    )
    return entry.store(discharged_at=read(session, at).state.discharged_at)


@recorded("care.sessions.symptom-logged")
def log_symptom(
    *, session: Session, code: str, severity: int, happened_at: datetime, key: UUID, by: Person, at: datetime
) -> LogEntry:
    """Write a symptom of the pack's list with its severity, 1 mild to 3 severe."""
    facts = knowledge_of(session).checked_symptom(code, severity)
    entry = NewEntry(
        session=session, kind=EntryKind.SYMPTOM, by=by, at=at, happened_at=happened_at, key=key, facts=facts
    )
    return entry.store(discharged_at=read(session, at).state.discharged_at)


@recorded("care.sessions.intervention-logged")
def log_intervention(
    *,
    session: Session,
    what: str,
    text: str,
    happened_at: datetime,
    key: UUID,
    by: Person,
    at: datetime,
) -> LogEntry:
    """Write what was done for the patient; a medicine or "something else" needs words."""
    if what not in Intervention.values:
        raise Refused(_("Choose from the list what was done."))
    if what in (Intervention.MEDICINE, Intervention.OTHER) and not text.strip():
        raise Refused(_("Please say in words what was done or given."))
    entry = NewEntry(
        session=session,
        kind=EntryKind.INTERVENTION,
        by=by,
        at=at,
        happened_at=happened_at,
        key=key,
        facts={"what": what},
        text=text,
    )
    return entry.store(discharged_at=read(session, at).state.discharged_at)


@recorded("care.sessions.note-logged")
def log_note(
    *, session: Session, text: str, happened_at: datetime, key: UUID, by: Person, at: datetime
) -> LogEntry:
    """Write words: what was seen, or what the patient said."""
    if not text.strip():
        raise Refused(_("There is nothing to write yet."))
    return NewEntry(
        session=session, kind=EntryKind.NOTE, by=by, at=at, happened_at=happened_at, key=key, text=text
    ).store()


@recorded("care.sessions.discharge-checked")
def log_discharge_check(
    *,
    session: Session,
    answers: Mapping[str, object],
    happened_at: datetime,
    key: UUID,
    by: Person,
    at: datetime,
) -> LogEntry:
    """Write what was seen and asked for the discharge, by key; whether it suffices is the rules' answer."""
    facts = knowledge_of(session).checked_answers(answers)
    state = read(session, at).state
    if state.started_at is None:
        raise Refused(_("Dosing has not started, so there is nothing to be discharged from."))
    return NewEntry(
        session=session,
        kind=EntryKind.DISCHARGE_CHECK,
        by=by,
        at=at,
        happened_at=happened_at,
        key=key,
        facts=facts,
    ).store(discharged_at=state.discharged_at)
