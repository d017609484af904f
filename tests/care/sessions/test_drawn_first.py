"""A session and the ledger: nothing starts undrawn where the policy asks, and what was given is booked."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from mooring.care.sessions.actions import start_dosing, write_entry
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.stock.models import DoseGiven, LedgerEntry
from mooring.care.stock.queries import owed_doses, unsquared_draws
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from tests.care.sessions.rows import confirmed, minute, opened, recovering, vitals
from tests.care.stock.rows import drawn, mg, policy, safe_of, vials
from tests.people import Cast

pytestmark = pytest.mark.django_db


def start(cast: Cast, session: Session) -> LogEntry:
    return start_dosing(session=session, happened_at=minute(5), key=uuid4(), by=cast.monitor, at=minute(5))


def ready(cast: Cast) -> Session:
    session = confirmed(cast, opened(cast), minute(4))
    vitals(cast, session, minute(2), now=minute(4))
    return session


def test_a_dose_starts_once_its_draw_is_recorded_where_the_policy_asks(cast: Cast) -> None:
    policy(cast, must_draw=True)
    (vial,) = vials(cast, safe_of(cast))
    session = ready(cast)
    with pytest.raises(Refused, match="not drawn in the ledger"):
        start(cast, session)
    drawn(cast, vial, session.order, 35)
    with pytest.raises(Refused, match=r"1.mg of the dose"):
        start(cast, session)
    drawn(cast, vial, session.order, 1)
    assert start(cast, session).kind == EntryKind.STARTED


def test_without_the_policy_or_a_safe_nothing_is_asked(cast: Cast) -> None:
    assert start(cast, ready(cast)).kind == EntryKind.STARTED


def test_the_sessions_page_leads_to_the_draw_where_a_ledger_is_kept(cast: Cast) -> None:
    session = ready(cast)
    client = Client()
    client.force_login(cast.monitor, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/care/stock/orders/{session.order_id}/draw/"
    assert path not in str(client.get(f"/care/sessions/{session.pk}/").content)
    (vial,) = vials(cast, safe_of(cast))
    assert path in str(client.get(f"/care/sessions/{session.pk}/").content)
    drawn(cast, vial, session.order, 40)
    assert "Drawn: 40" in client.get(f"/care/sessions/{session.pk}/").content.decode()


def test_the_end_of_dosing_is_booked_and_its_correction_follows(cast: Cast) -> None:
    (vial,) = vials(cast, safe_of(cast))
    session = recovering(cast)
    assert [owed.missing_mg for owed in owed_doses(cast.site)] == [Decimal(36)], "recorded, never refused"
    drawn(cast, vial, session.order, 50, at=minute(50), happened_at=minute(1))
    assert [draw.left for draw in unsquared_draws()] == [mg(14)]  # type: ignore[attr-defined]
    ended = session.entries.get(kind=EntryKind.DOSING_ENDED)
    write_entry(
        session=session,
        kind=EntryKind.DOSING_ENDED,
        facts={"given_ml": "30", "reason": "patient-wish"},
        happened_at=minute(45),
        key=uuid4(),
        corrects=ended,
        by=cast.monitor,
        at=minute(55),
    )
    assert DoseGiven.objects.get(replaced_by=None).given_mg == 30
    assert [draw.left for draw in unsquared_draws()] == [mg(20)]  # type: ignore[attr-defined]
    assert LedgerEntry.objects.filter(kind="administer", reversed_by=None).get().amount == mg(30)
