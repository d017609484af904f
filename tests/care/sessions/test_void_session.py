"""Only a session in which nothing was given can be made void."""

import pytest

from mooring.audit.models import Event
from mooring.care.sessions.actions import void_session
from mooring.care.sessions.models import Session
from mooring.rules.verdict import Refused
from tests.care.sessions.rows import confirmed, minute, opened, signed_off, started, vitals
from tests.people import Cast

pytestmark = pytest.mark.django_db


def void(cast: Cast, session: Session, reason: str = "The patient went home.") -> Session:
    return void_session(session=session, reason=reason, by=cast.monitor, at=minute(130))


def test_before_the_start_with_a_reason(cast: Cast) -> None:
    session = void(cast, confirmed(cast, opened(cast)))
    assert (session.state, session.voided_by, session.reason) == (
        "void",
        cast.monitor,
        "The patient went home.",
    )
    assert Event.objects.get(name="care.sessions.voided").subject == cast.patient.subject_ref
    with pytest.raises(Refused, match="void"):
        vitals(cast, session, minute(131))


def test_a_reason_is_needed(cast: Cast) -> None:
    with pytest.raises(Refused, match="reason"):
        void(cast, opened(cast), " ")


def test_after_the_start_it_is_impossible(cast: Cast) -> None:
    session = started(cast)
    with pytest.raises(Refused, match="cannot be made void"):
        void(cast, session)
    assert Session.objects.get(pk=session.pk).state == "open"


def test_a_session_that_is_over_stays_what_it_is(cast: Cast) -> None:
    session = signed_off(cast)
    with pytest.raises(Refused, match="not open"):
        void(cast, session)
