"""Who observes a session, takes it over or sits with the patient holds the credentials that the pack names."""

from typing import Any
from uuid import uuid4

import pytest

from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.models import LogEntry, Session
from mooring.content.loader import PACKAGE_ROOT, load
from mooring.identity.actions import revoke_credential
from mooring.identity.models import Credential, Person
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from tests.care.sessions.rows import ANSWERS, SIGNS, minute, note, recovering, started
from tests.care.sessions.test_session_page import post, prefixed, signed_in
from tests.packs import grant
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db

OBSERVED = [
    (EntryKind.VITALS, SIGNS),
    (EntryKind.DISCHARGE_CHECK, ANSWERS),
    (EntryKind.WATCH, {}),
]


def record(session: Session, by: Person, kind: EntryKind, when: float, **facts: Any) -> LogEntry:
    return write_entry(
        session=session,
        kind=kind,
        facts=facts,
        sure=list(SIGNS),
        happened_at=minute(when),
        key=uuid4(),
        by=by,
        at=minute(when),
    )


def take_away(cast: Cast, person: Person, kind: str) -> None:
    """The credential is withdrawn after the session began."""
    revoke_credential(credential=Credential.objects.get(person=person, kind=kind), by=cast.director, at=NOW)


@pytest.mark.parametrize(("kind", "facts"), OBSERVED)
def test_who_observes_holds_what_the_pack_names(cast: Cast, kind: EntryKind, facts: dict[str, Any]) -> None:
    session = recovering(cast)
    take_away(cast, cast.second_monitor, "acls")
    with pytest.raises(Refused, match="Advanced life support"):
        record(session, cast.second_monitor, kind, 50, **facts)
    assert not session.entries.filter(by=cast.second_monitor, kind=kind).exists()
    grant(cast.second_monitor, "als")
    record(session, cast.second_monitor, kind, 51, **facts)


def test_no_title_goes_around_it(cast: Cast) -> None:
    """A facilitator may write in the log; the observations are asked of them as of a monitor."""
    session = started(cast)
    grant(cast.facilitator, "basic-life-support", "ketamine-course")
    with pytest.raises(Refused, match="Advanced life support"):
        record(session, cast.facilitator, EntryKind.VITALS, 10, **SIGNS)


def test_a_correction_of_an_observation_asks_the_same(cast: Cast) -> None:
    session = started(cast)
    entry = record(session, cast.monitor, EntryKind.VITALS, 10, **SIGNS)
    take_away(cast, cast.second_monitor, "acls")
    with pytest.raises(Refused, match="Advanced life support"):
        write_entry(
            session=session,
            kind=EntryKind.VITALS,
            facts={**SIGNS, "spo2_percent": 99},
            happened_at=minute(10),
            key=uuid4(),
            corrects=entry,
            by=cast.second_monitor,
            at=minute(11),
        )


def test_what_somebody_saw_is_recorded_without_a_credential(cast: Cast) -> None:
    """Words, a symptom and an alarm are never lost for a certificate; nor is a reading in an emergency."""
    session = started(cast)
    take_away(cast, cast.second_monitor, "acls")
    note(session, cast.second_monitor, "Asks for water.", minute(9))
    record(session, cast.second_monitor, EntryKind.SYMPTOM, 10, code="chest-pain", severity=2)
    record(session, cast.second_monitor, EntryKind.EMERGENCY, 11, script="")
    record(session, cast.second_monitor, EntryKind.VITALS, 12, **SIGNS)


def test_who_sits_holds_what_the_pack_names_and_the_tablet_names_them(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(12)
    client = signed_in(cast.facilitator)
    refused = post(client, "sitting", session)
    assert refused.status_code == 422
    assert "Course on ketamine-assisted therapy" in refused.content.decode()
    grant(cast.facilitator, "basic-life-support", "ketamine-course")
    assert post(client, "sitting", session).status_code == 302
    page = signed_in(cast.monitor).get(f"/care/sessions/{session.pk}/").content.decode()
    assert f"With the patient: <bdi>{cast.facilitator.name}</bdi>" in page


def test_a_refused_observation_says_so_on_the_page(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    take_away(cast, cast.second_monitor, "acls")
    clock[0] = minute(12)
    answer = post(signed_in(cast.second_monitor), "vitals", session, **prefixed("vitals", SIGNS))
    assert answer.status_code == 422
    assert "Advanced life support (ACLS)" in answer.content.decode()


def test_every_act_that_the_requirements_name_is_asked_in_a_room() -> None:
    """An act that content asks a credential for and no room asks about would be a rule without a caller."""
    named = {act for item in load().requirements.values() for act in item.acts}
    rooms = "\n".join(path.read_text() for path in (PACKAGE_ROOT.parent / "care").rglob("*.py"))
    assert named
    assert not {act for act in named if f'"{act}"' not in rooms}
