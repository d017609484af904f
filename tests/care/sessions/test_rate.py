"""An infusion that is slowed, paused, resumed: what has gone in follows, and nothing runs faster than ordered."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import chart_of
from mooring.rules.infusion import expected_ml
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from tests.care.sessions.rows import minute, started
from tests.people import Cast

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


def after(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("pauses", "changes", "ml"),
    [
        ([], [], "27.0"),
        ([], [(10, "27")], "18.0"),
        ([(10, 20)], [], "18.0"),
        ([(10, 20)], [(10, "27")], "13.5"),
        ([(5, 15)], [(10, "27")], "11.3"),
        ([(25, None)], [(10, "27"), (20, "54")], "18.0"),
        ([], [(40, "27")], "27.0"),
    ],
)
def test_what_has_gone_in(pauses: list[Any], changes: list[Any], ml: str) -> None:
    """54 mL/h is 0.9 mL a minute; after half an hour 27 mL."""
    found = expected_ml(
        NOON,
        after(30),
        rate_ml_per_h=Decimal(54),
        volume_ml=Decimal(36),
        pauses=[(after(a), None if b is None else after(b)) for a, b in pauses],
        changes=[(after(at), Decimal(rate)) for at, rate in changes],
    )
    assert found == Decimal(ml)


def rate(cast: Cast, session: Session, ml_per_h: str, at: datetime, text: str = "Too much.") -> LogEntry:
    return write_entry(
        session=session,
        kind=EntryKind.RATE,
        facts={"rate_ml_per_h": ml_per_h},
        text=text,
        happened_at=at,
        key=uuid4(),
        by=cast.monitor,
        at=at,
    )


@pytest.mark.django_db
def test_slower_is_recorded_and_faster_refused(cast: Cast) -> None:
    session = started(cast)
    with pytest.raises(Refused, match="a faster one needs a new order"):
        rate(cast, session, "60", minute(10))
    with pytest.raises(Refused, match="Say why"):
        rate(cast, session, "27", minute(10), text="")
    rate(cast, session, "27", minute(10))
    assert chart_of(session, minute(11)).state.rates == ((minute(10), Decimal(27)),)


@pytest.mark.django_db
def test_the_form_is_one_link_away(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(12)
    client = Client()
    client.force_login(cast.monitor)
    address = reverse("session-write", args=[session.pk, "rate"])
    assert address in client.get(reverse("session", args=[session.pk])).content.decode()
    typed = {"rate-rate_ml_per_h": "27,5", "rate-text": "She asks to slow down.", "once": str(uuid4())}
    assert client.post(address, typed).status_code == 302
    assert LogEntry.objects.get(kind="rate").facts == {"rate_ml_per_h": "27.5"}
