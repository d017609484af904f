"""Only a session in which nothing was given can be cancelled."""

from uuid import uuid4

import pytest

from mooring.audit.models import Event
from mooring.care.sessions.actions import cancel_session, write_entry
from mooring.care.sessions.models import Session
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from tests.care.sessions.rows import SIGNS, confirmed, minute, opened, signed_off, started, vitals
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
    with pytest.raises(Refused) as refused:
        vitals(cast, session, minute(131))
    assert refused.value.reasons == ("This session is cancelled. Its log takes no new entry.",)


def test_its_log_stays_as_it_is(cast: Cast) -> None:
    session = opened(cast)
    entry = vitals(cast, session, minute(2))
    cancel(cast, session)
    with pytest.raises(Refused) as refused:
        write_entry(
            session=session,
            kind=EntryKind.VITALS,
            facts={**SIGNS, "spo2_percent": 97},
            happened_at=minute(2),
            key=uuid4(),
            corrects=entry,
            by=cast.monitor,
            at=minute(131),
        )
    assert refused.value.reasons == ("This session was cancelled; its log stays as it is.",)


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
