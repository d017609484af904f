"""What this room knows of a patient: the signs in the log of the open session, and what alarmed before the dose."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from mooring.audit.prepared import Prepared
from mooring.care.patients.facts import stored_by
from mooring.care.patients.models import Patient
from mooring.care.sessions.kinds import contribution_of
from mooring.care.sessions.log import ENTRY_COLUMNS, logged
from mooring.care.sessions.models import LogEntry, Session, SessionState
from mooring.care.sessions.queries import knowledge_in
from mooring.content.schema.monitoring import Thresholds
from mooring.identity.packs import pack_stored
from mooring.rules import monitoring, session_events, session_log
from mooring.rules.session_log import FoldedSession
from mooring.rules.verdict import Fact, Standing

ROOM = "sessions"
A_DAY = timedelta(hours=24)
"""For so long a session that was cancelled still tells what alarmed in it."""
SESSIONS = Prepared(
    lambda keys, moments: (
        Session.objects.filter(
            Q(state=SessionState.OPEN) | Q(state=SessionState.VOID, opened_at__gt=moments[1]),
            patient__in=keys,
            opened_at__lte=moments[0],
        )
        .order_by("pk")
        .values_list("pk", "state", "monitoring", "opened_at", "cycle__dosed_at", "pack__digest", "pack_id")
    )
)
ENTRIES = Prepared(
    lambda keys, moments: (
        LogEntry.objects.filter(session__in=keys, at__lte=moments[0])
        .order_by("id")
        .values_list(*ENTRY_COLUMNS)
    )
)


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """The vital signs of the open session until `at`, corrections applied; the observation before the dose first.

    `red_before_dose` where a grave symptom or an emergency stands in its log from before the dose, or in the log of a
    session that was cancelled since yesterday: what alarmed there is not forgotten with it. What was known when the
    dose was started is from before it, whatever time was typed for the start; it is dated by when the record had it,
    so that an older one that is typed later is a new one.
    """
    found: list[Fact] = []
    sessions = SESSIONS.rows(patient.records, at, at - A_DAY)
    for pk, session_state, plan, opened_at, dosed_at, digest, pack_pk in sessions:
        entries, names = [], {}
        stored: dict[str, datetime | None] = {}
        for entry, name in (logged(*row) for row in ENTRIES.rows((pk,), at)):
            entries.append(entry)
            names[entry.by] = name
            stored[entry.key] = stored_by(entry.stored_at, at)
        state = session_log.fold(entries, contribution_of)
        if session_state == SessionState.OPEN:
            found += _signs(state, names, stored)
        knowledge = knowledge_in(pack_stored(digest, pack_pk), plan, patient.site.today(opened_at))
        found += [
            Fact("red_before_dose", "yes", known_since, names[by], Standing.MEASURED, ROOM)
            for key, by, happened_at in _alarmed(state, knowledge.thresholds)
            for known_since in (stored[key] or happened_at,)
            if dosed_at is None or known_since < dosed_at or _before_start(state, happened_at)
        ]
    return found


def _signs(state: FoldedSession, names: dict[str, str], stored: dict[str, datetime | None]) -> Iterator[Fact]:
    for signs in state.vitals:
        for sign, value in signs.values.items():
            yield Fact(sign, value, signs.at, names[signs.by], Standing.MEASURED, ROOM, stored[signs.key])


def _alarmed(state: FoldedSession, thresholds: Thresholds) -> Iterator[tuple[str, str, datetime]]:
    """The entries that are a grave symptom or an emergency: key, author, and when it was."""
    for symptom in state.symptoms:
        observed = monitoring.TimedObservation(symptom.at, symptoms={symptom.code: symptom.severity})
        alerts = monitoring.evaluate(thresholds, observation=observed, phase="before")
        if any(alert.sounds for alert in alerts):
            yield symptom.key, symptom.by, symptom.at
    for emergency in session_events.emergencies(state.lines):
        yield emergency.key, emergency.by, emergency.at


def _before_start(state: FoldedSession, at: datetime) -> bool:
    return state.started_at is not None and at < state.started_at
