"""A time of the log without its day, on the nights when the clocks change."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mooring.work.moments import CLOCK_SKEW, last_times
from tests.care.sessions.rows import opened
from tests.care.sessions.test_session_page import post, signed_in
from tests.people import Cast

BACK = datetime(2026, 11, 1, 9, tzinfo=UTC)
"""When the clocks of Portland go back from 2:00 to 1:00."""
FORWARD = datetime(2027, 3, 14, 10, tzinfo=UTC)
"""When they go forward from 2:00 to 3:00."""


@pytest.mark.django_db
def test_case_n9_a_time_of_the_repeated_hour_asks_which(cast: Cast, clock: list[Any]) -> None:
    """1:30 typed at 1:45 after the clocks went back: the first or the second? The page asks, and keeps the words."""
    session = opened(cast, BACK.replace(hour=8, minute=10))
    clock[0] = BACK.replace(minute=45)
    monitor = signed_in(cast.monitor)
    sent = {"note-text": "Resting.", "note-happened": "01:30"}
    asked = post(monitor, "note", session, **sent)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "The clock showed 01:30 twice that night. Choose which of the two." in page
    assert "second time, after the clocks went back" in page
    assert "Resting." in page
    assert not session.entries.filter(kind="note").exists()
    for at in (BACK.replace(hour=8, minute=30), BACK.replace(minute=30)):
        chosen = {**sent, "note-happened_which": at.isoformat()}
        assert post(monitor, "note", session, **chosen).status_code == 302
        assert session.entries.filter(kind="note").latest("id").at == at


@pytest.mark.django_db
def test_before_the_hour_repeats_only_one_was_meant(cast: Cast, clock: list[Any]) -> None:
    session = opened(cast, BACK.replace(hour=8, minute=10))
    clock[0] = BACK.replace(hour=8, minute=45)
    sent = {"note-text": "Resting.", "note-happened": "01:30"}
    assert post(signed_in(cast.monitor), "note", session, **sent).status_code == 302
    assert session.entries.get(kind="note").at == BACK.replace(hour=8, minute=30)


@pytest.mark.django_db
def test_a_time_that_the_clock_never_showed_is_refused(cast: Cast, clock: list[Any]) -> None:
    session = opened(cast, FORWARD.replace(hour=9, minute=40))
    clock[0] = FORWARD.replace(minute=20)
    answer = post(
        signed_in(cast.monitor), "note", session, **{"note-text": "Resting.", "note-happened": "02:30"}
    )
    assert answer.status_code == 422
    assert "never showed 02:30" in answer.content.decode()


@given(st.integers(-20 * 60, 20 * 60), st.times())
def test_a_time_means_only_moments_that_have_been(minutes: int, typed: time) -> None:
    """The last moment, or both of them, at which the clock showed it; never later than two clocks may differ."""
    now = BACK + timedelta(minutes=minutes)
    with timezone.override("America/Los_Angeles"):
        local, found = last_times(typed.replace(second=0, microsecond=0), now)
        assert found
        assert all(at <= now + CLOCK_SKEW for at in found)
        assert all(timezone.localtime(at).replace(tzinfo=None, fold=0) == local for at in found)
        assert len(found) <= 2
