"""Correcting the log: a new entry names the old one; the old one stays to be read, struck."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.patients.access import may_on
from mooring.care.sessions.actions.new_entry import NewEntry
from mooring.care.sessions.models import EntryKind, Intervention, LogEntry, Session, SessionState
from mooring.care.sessions.queries import contact_window, knowledge_of, read
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.rules.session_log import WITHDRAWN
from mooring.rules.verdict import Refused
from mooring.work.actions import move_task
from mooring.work.queries import open_tasks_about

TIMES_ONLY = (EntryKind.STARTED, EntryKind.DOSING_ENDED)
CORRECTABLE = (
    EntryKind.VITALS,
    EntryKind.SYMPTOM,
    EntryKind.INTERVENTION,
    EntryKind.NOTE,
    EntryKind.DISCHARGE_CHECK,
    *TIMES_ONLY,
)


@recorded("care.sessions.corrected")
def correct_entry(
    *,
    entry: LogEntry,
    facts: Mapping[str, Any],
    text: str,
    happened_at: datetime,
    withdraw: bool,
    key: UUID,
    by: Person,
    at: datetime,
) -> LogEntry:
    """Replace an entry by what is right, or (`withdraw`) say that it should not stand at all.

    Of the start and the end of dosing only the time can be corrected, and only before the discharge, which
    rests on it. Once the session is signed off, only who may sign off corrects it.
    """
    session = Session.objects.select_related("patient__site", "pack", "order", "cycle").get(
        pk=entry.session_id
    )
    _refuse_by_standing(session, entry, withdraw, by)
    state = read(session, at).state
    if entry.kind in TIMES_ONLY and state.discharged_at is not None:
        raise Refused(_("The patient was discharged by this time; it stands. Write a note about it."))
    new = NewEntry(
        session=session,
        kind=EntryKind(entry.kind),
        by=by,
        at=at,
        happened_at=happened_at,
        key=key,
        facts={WITHDRAWN: True} if withdraw else _checked(session, entry, facts, text),
        text="" if withdraw else text,
        corrects=entry,
    ).store(discharged_at=state.discharged_at)
    if entry.kind in TIMES_ONLY:
        _keep_order(session, by=by, at=at)
    note(target=new, corrects=str(entry.key), withdrawn=withdraw)
    return new


def _refuse_by_standing(session: Session, entry: LogEntry, withdraw: bool, by: Person) -> None:
    if session.state == SessionState.VOID:
        raise Refused(_("This session is void; its log stays as it is."))
    if session.state == SessionState.SIGNED_OFF and not may_on(
        by, session.patient, Permission.SESSIONS_SIGN_OFF
    ):
        raise Refused(_("This session is signed off. The prescriber corrects it from now on."))
    if entry.kind not in CORRECTABLE or (withdraw and entry.kind in TIMES_ONLY):
        raise Refused(
            _("“{get_kind_display}” cannot be corrected. Write a note about it.").format(
                get_kind_display=entry.get_kind_display()
            )
        )
    if hasattr(entry, "corrected_by"):
        raise Refused(_("This entry was corrected already. Correct the newer one."))


def _checked(session: Session, entry: LogEntry, facts: Mapping[str, Any], text: str) -> dict[str, Any]:
    knowledge = knowledge_of(session)
    match entry.kind:
        case EntryKind.VITALS:
            return dict(knowledge.checked_signs(facts))
        case EntryKind.SYMPTOM:
            return knowledge.checked_symptom(str(facts.get("code")), int(facts.get("severity") or 0))
        case EntryKind.DISCHARGE_CHECK:
            return knowledge.checked_answers(facts)
        case EntryKind.INTERVENTION:
            if facts.get("what") not in Intervention.values:
                raise Refused(_("Choose from the list what was done."))
            return {"what": facts["what"]}
        case EntryKind.NOTE:
            if not text.strip():
                raise Refused(_("There is nothing to write yet. To take the note back, withdraw it."))
            return {}
    return dict(entry.facts)


def _keep_order(session: Session, *, by: Person, at: datetime) -> None:
    """Time-out, start, end stay in this order, and the contact's window follows the end."""
    state = read(session, at).state
    if state.started_at is None:
        raise Refused(_("Dosing has not started."))
    if state.time_outs and state.started_at < max(each.at for each in state.time_outs):
        raise Refused(_("The time-out comes before the start. Write a time after the last confirmation."))
    if state.ended_at is None:
        return
    if state.ended_at <= state.started_at:
        raise Refused(_("Dosing ends after it starts. Please look again."))
    opens_at, until = contact_window(session.patient.site, state.ended_at, at)
    for task in open_tasks_about(session.cycle, "integration-contact"):
        move_task(task=task, opens_at=opens_at, due_at=until, escalate_at=until, by=by, at=at)
