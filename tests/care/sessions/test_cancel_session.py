"""Only a session in which nothing was given can be cancelled."""

import pytest

from mooring.audit.models import Event
from mooring.care.sessions.actions import cancel_session
from mooring.care.sessions.models import Session
from mooring.rules.verdict import Refused
from tests.care.sessions.rows import confirmed, minute, opened, signed_off, started, vitals
from tests.people import Cast

pytestmark = pytest.mark.django_db


def cancel(cast: Cast, session: Session, reason: str = "The patient went home.") -> Session:
    return cancel_session(session=session, reason=reason, by=cast.monitor, at=minute(130))


def test_before_the_start_with_a_reason(cast: Cast) -> None:
    session = cancel(cast, confirmed(cast, opened(cast)))
    assert (session.state, session.voided_by, session.reason) == (
        "void",
        cast.monitor,
        "The patient went home.",
    )
    assert Event.objects.get(name="care.sessions.cancelled").subject == cast.patient.subject_ref
    with pytest.raises(Refused, match="cancelled"):
        vitals(cast, session, minute(131))


def test_a_reason_is_needed(cast: Cast) -> None:
    with pytest.raises(Refused, match="why"):
        cancel(cast, opened(cast), " ")


def test_after_the_start_it_is_impossible(cast: Cast) -> None:
    session = started(cast)
    with pytest.raises(Refused, match="cannot be cancelled"):
        cancel(cast, session)
    assert Session.objects.get(pk=session.pk).state == "open"


def test_a_session_that_is_over_stays_what_it_is(cast: Cast) -> None:
    session = signed_off(cast)
    with pytest.raises(Refused, match="no longer open"):
        cancel(cast, session)
