"""The end of dosing is not the end of the session."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from mooring.audit.models import Event
from mooring.care.sessions.actions import end_dosing
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.models import Cycle, Phase
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.sessions.rows import minute, opened, recovering, started
from tests.people import Cast

pytestmark = pytest.mark.django_db


def end(cast: Cast, session: Session, number: float = 45, given: str = "36", now: float = 60) -> None:
    end_dosing(
        session=session,
        given_ml=Decimal(given),
        happened_at=minute(number),
        key=uuid4(),
        by=cast.monitor,
        at=minute(now),
    )


def test_the_end_begins_recovery_and_leaves_an_event(cast: Cast) -> None:
    session = recovering(cast)
    assert Cycle.objects.get(pk=session.cycle_id).phase == Phase.RECOVERY
    assert Session.objects.get(pk=session.pk).state == "open"
    assert Event.objects.get(name="care.sessions.dosing-ended").detail["whole"] is True


def test_the_contact_window_is_counted_from_the_real_end(cast: Cast) -> None:
    session = started(cast)
    end(cast, session, 58)
    task = Task.objects.get(kind="integration-contact")
    assert (task.opens_at, task.due_at) == (
        minute(58) + timedelta(hours=24),
        minute(58) + timedelta(hours=72),
    )


def test_nothing_ends_that_has_not_started(cast: Cast) -> None:
    session = opened(cast)
    with pytest.raises(Refused, match="has not started"):
        end(cast, session)
    assert not session.entries.exists()


def test_the_end_comes_after_the_start_and_once(cast: Cast) -> None:
    session = started(cast)
    with pytest.raises(Refused, match="ends after that"):
        end(cast, session, 5)
    end(cast, session)
    with pytest.raises(Refused):
        end(cast, session, 50)
    assert session.entries.filter(kind="dosing-ended").count() == 1


def test_who_ends_it_second_reads_what_stands_and_the_time_of_it(cast: Cast) -> None:
    """Two ends of dosing, one late from a device without a network: neither is merged, and the first one stands."""
    session = started(cast)
    end(cast, session, 45)
    time = f"{cast.site.local(minute(45)):%H:%M}"
    with pytest.raises(
        Refused,
        match=f"{cast.monitor.name} recorded at {time}: Dosing ended, 36.mL given. Nothing was saved twice",
    ):
        end_dosing(
            session=session,
            given_ml=Decimal("34"),
            happened_at=minute(43),
            key=uuid4(),
            by=cast.second_monitor,
            at=minute(61),
        )
    assert chart_of(session, minute(61)).state.ended_at == minute(45)
