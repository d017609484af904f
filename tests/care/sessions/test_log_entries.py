"""What is written while a session runs."""

import hashlib
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from mooring.audit.models import Event
from mooring.audit.recording import AlreadyDone
from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import chart_of
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from tests.care.sessions import rows
from tests.care.sessions.rows import left, minute, opened, signed_off, started, vitals
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script> '; DROP TABLE care_sessions_logentry; -- {{ 7|add:7 }} \u202e"


def note(session: Session, by: Person, text: str, number: float = 6) -> LogEntry:
    return rows.note(session, by, text, minute(number))


def write(session: Session, by: Person, kind: EntryKind, text: str = "", **facts: Any) -> LogEntry:
    """An entry at minute 6."""
    return write_entry(
        session=session,
        kind=kind,
        facts=facts,
        text=text,
        happened_at=minute(6),
        key=uuid4(),
        by=by,
        at=minute(6),
    )


def test_vitals_are_stored_with_when_and_who_and_leave_an_event(cast: Cast) -> None:
    session = started(cast)
    entry = vitals(cast, session, minute(12), now=minute(15), systolic_mmhg=144)
    assert (entry.at, entry.by, entry.facts["systolic_mmhg"]) == (minute(12), cast.monitor, 144)
    chart = chart_of(session, minute(15))
    assert chart.state.last_values["systolic_mmhg"][0] == 144
    assert chart.state.vitals[-1].minute == 7
    event = Event.objects.filter(name="care.sessions.entry-written").latest("id")
    assert event.subject == cast.patient.subject_ref
    assert not re.search(r"\b144\b", str(event.detail)), "no health value goes into the audit"


def test_impossible_values_are_refused_each_with_its_range(cast: Cast) -> None:
    session = started(cast)
    with pytest.raises(Refused) as refused:
        vitals(cast, session, minute(6), systolic_mmhg=900, spo2_percent=101, blood_sugar=5)
    assert len(refused.value.reasons) == 3
    with pytest.raises(Refused, match="Diastolic is not below"):
        vitals(cast, session, minute(6), systolic_mmhg=80, diastolic_mmhg=90)
    with pytest.raises(Refused, match="Nothing was measured"):
        write(session, cast.monitor, EntryKind.VITALS)
    with pytest.raises(Refused, match="expected"):
        vitals(cast, session, minute(6), heart_rate_per_min=float("nan"))


def test_symptoms_come_from_the_signed_list(cast: Cast) -> None:
    session = started(cast)
    write(session, cast.facilitator, EntryKind.SYMPTOM, code="nausea", severity=2)
    assert [symptom.code for symptom in chart_of(session, minute(7)).state.symptoms] == ["nausea"]
    with pytest.raises(Refused, match="not on the list"):
        write(session, cast.facilitator, EntryKind.SYMPTOM, code="made-up", severity=1)
    with pytest.raises(Refused, match="severity"):
        write(session, cast.facilitator, EntryKind.SYMPTOM, code="nausea", severity=9)


def test_an_intervention_says_what_and_a_medicine_needs_words(cast: Cast) -> None:
    session = started(cast)
    write(session, cast.monitor, EntryKind.INTERVENTION, "on the left side", what="position")
    assert chart_of(session, minute(7)).state.interventions[0].text == "on the left side"
    with pytest.raises(Refused, match="in words"):
        write(session, cast.monitor, EntryKind.INTERVENTION, " ", what="medicine")
    with pytest.raises(Refused, match="list"):
        write(session, cast.monitor, EntryKind.INTERVENTION, "x", what="hypnosis")


def test_words_stand_where_they_can_be_erased_and_the_log_holds_their_digest(cast: Cast) -> None:
    session = opened(cast)
    entry = note(session, cast.therapist, "The house with the windows open.")
    assert entry.facts == {}
    assert entry.words.text == "The house with the windows open."
    assert entry.text_digest == hashlib.sha256(f"{entry.key}:{entry.words.text}".encode()).hexdigest()
    assert "windows" not in str(Event.objects.filter(target=f"care_sessions.logentry:{entry.pk}").values())


def test_hostile_and_endless_words(cast: Cast) -> None:
    session = opened(cast)
    assert note(session, cast.monitor, HOSTILE).words.text == HOSTILE.strip()
    for text in ("x" * 2001, "a\x00b", "   "):
        with pytest.raises(Refused):
            note(session, cast.monitor, text)


def test_sent_twice_is_stored_once(cast: Cast) -> None:
    session, key = started(cast), uuid4()
    first = vitals(cast, session, minute(8), key=key)
    events = Event.objects.count()
    with pytest.raises(AlreadyDone) as again:
        vitals(cast, session, minute(8), key=key)
    assert again.value.event.target == f"care_sessions.logentry:{first.pk}"
    assert Event.objects.count() == events
    assert session.entries.filter(key=key).count() == 1


def test_a_key_of_another_kind_or_session_is_refused(cast: Cast) -> None:
    session, key = started(cast), uuid4()
    vitals(cast, session, minute(8), key=key)
    with pytest.raises(Refused, match="another entry"):
        rows.note(session, cast.monitor, "x", minute(8), key)


def test_what_happened_earlier_is_welcome_what_cannot_be_is_not(cast: Cast) -> None:
    session = started(cast)
    vitals(cast, session, minute(6), now=minute(30))
    with pytest.raises(Refused, match="future"):
        vitals(cast, session, minute(31), now=minute(30))
    with pytest.raises(Refused, match="opened at"):
        vitals(cast, session, NOW - timedelta(minutes=1), now=minute(30))
    with pytest.raises(ValueError, match="time zone"):
        vitals(cast, session, minute(6).replace(tzinfo=None), now=minute(30))


def test_after_the_discharge_only_what_happened_before_it(cast: Cast) -> None:
    session = left(cast)
    vitals(cast, session, minute(100), now=minute(110))
    with pytest.raises(Refused, match="was discharged at"):
        vitals(cast, session, minute(106), now=minute(110))
    note(session, cast.monitor, "The escort rang: all is well.", 112)


def test_after_the_sign_off_nothing_new(cast: Cast) -> None:
    session = signed_off(cast)
    with pytest.raises(Refused, match="signed off"):
        note(session, cast.monitor, "Too late.", 130)
    with pytest.raises(Refused, match="signed off"):
        vitals(cast, session, minute(100), now=minute(130))


def test_the_database_itself_keeps_the_log(cast: Cast) -> None:
    session = started(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        LogEntry.objects.filter(session=session).update(facts={})
    with pytest.raises(DatabaseError), transaction.atomic():
        session.entries.first().delete()  # type: ignore[union-attr]
