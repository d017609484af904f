"""The time-out: two people, two sign-ins, one volume."""

import sys
from decimal import Decimal
from uuid import uuid4

import pytest

from mooring.audit.models import Event
from mooring.care.sessions.actions import enter_reading, start_dosing
from mooring.care.sessions.kinds import kind_of
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import chart_of, knowledge_of
from mooring.content.loader import load
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from tests.care.sessions.rows import confirmed, minute, opened, started
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def enter(session: Session, by: Person, volume: str = "36", number: float = 3) -> bool:
    entry = enter_reading(session=session, reading=Decimal(volume), key=uuid4(), by=by, at=minute(number))
    return entry.facts["agrees"] is True


def start(cast: Cast, session: Session) -> None:
    start_dosing(session=session, happened_at=minute(5), key=uuid4(), by=cast.monitor, at=minute(5))


def test_two_people_confirm_and_the_dose_may_start(cast: Cast) -> None:
    session = opened(cast)
    assert enter(session, cast.monitor, "36.00")
    with pytest.raises(Refused, match="1 more person"):
        start(cast, session)
    assert enter(session, cast.second_monitor, "36.0")
    start(cast, session)
    assert session.entries.filter(kind=EntryKind.STARTED).count() == 1


def test_one_person_twice_does_not_suffice(cast: Cast) -> None:
    session = opened(cast)
    enter(session, cast.monitor)
    enter(session, cast.monitor)
    with pytest.raises(Refused, match="1 more person"):
        start(cast, session)


def test_a_wrong_volume_is_written_and_confirms_nothing(cast: Cast) -> None:
    session = opened(cast)
    assert not enter(session, cast.monitor, "3.6")
    entry = session.entries.get()
    assert entry.facts == {"volume_ml": "3.6", "agrees": False}
    assert Event.objects.get(name="care.sessions.reading-entered").detail["agrees"] is False
    assert chart_of(session, minute(4)).state.confirmed_by == ()
    with pytest.raises(Refused, match="2 people"):
        start(cast, session)


def test_a_wrong_volume_takes_ones_own_confirmation_back(cast: Cast) -> None:
    session = confirmed(cast, opened(cast), minute(2))
    enter(session, cast.monitor, "3.6", 3)
    with pytest.raises(Refused, match="1 more person"):
        start(cast, session)
    enter(session, cast.monitor, "36", 4)
    start(cast, session)


def test_somebody_without_credentials_confirms_nothing(cast: Cast) -> None:
    session = opened(cast)
    cast.second_monitor.credentials.all().update(revoked_at=NOW)
    with pytest.raises(Refused, match="not recorded"):
        enter(session, cast.second_monitor)
    assert not session.entries.exists()


def test_who_signed_the_order_is_none_of_the_two(cast: Cast) -> None:
    """The signer saw the volume while signing, so their reading is not independent."""
    session = opened(cast)
    assert session.order.signed_by == cast.prescriber
    with pytest.raises(Refused, match="signed this order, so their reading is not independent"):
        enter(session, cast.prescriber)
    assert not session.entries.exists()


def test_a_protocol_that_lets_the_signer_read_it_back_has_it_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site of two people writes a protocol without an independent check; then the log says so, and the dose starts."""
    own = load().protocols["IV-STD-6@1"].model_copy(update={"independent_check": False})
    session = opened(cast)
    module = sys.modules[enter_reading.__module__]
    monkeypatch.setattr(module, "protocol_of", lambda treatment: own)
    enter(session, cast.monitor)
    enter(session, cast.prescriber)
    start(cast, session)
    said = [
        kind_of(line.entry.kind).words(line.entry, knowledge_of(session), True)
        for line in chart_of(session, minute(6)).state.lines
    ]
    assert "Double check: 36\u00a0mL, agrees with the order; signed the order, so not independent" in said


def test_after_the_start_the_time_out_is_over(cast: Cast) -> None:
    with pytest.raises(Refused, match="closed"):
        enter(started(cast), cast.second_monitor, number=6)
