"""A group on one clock: where each moment lies, who is next, who does it; nothing more is read for it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.actions.groups import join_group, open_group
from mooring.care.sessions.queries import chart_of
from mooring.care.sessions.views import groups
from mooring.care.sessions.views.lanes import clock_of, lane_of, next_words, who_words
from mooring.rules.session_entry import EntryKind
from tests.care.sessions.rows import left, minute, opened, recovering, started, vitals
from tests.care.sessions.test_groups import NAMES, another_session
from tests.care.sessions.test_session_page import signed_in
from tests.packs import grant
from tests.people import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def local(cast: Cast) -> Any:
    with timezone.override(cast.site.zone):
        yield


def test_a_lane_holds_the_dose_the_readings_and_what_is_due(cast: Cast) -> None:
    session = started(cast)
    vitals(cast, session, minute(15))
    now = minute(25)
    charts = {1: chart_of(session, now)}
    clock = clock_of(charts, now)
    assert clock.since == minute(5) - timedelta(minutes=15), "a quarter of an hour before the dose"
    lane = lane_of(charts[1], clock)
    assert lane is not None
    assert (lane.dose, lane.now) == (clock.x(minute(5)), clock.here)
    assert lane.seen == [clock.x(minute(2)), clock.x(minute(15))]
    assert lane.due[0] == (clock.x(minute(25)), "due")
    assert {state for _x, state in lane.due[1:]} == {"upcoming"}
    places = [float(x.rstrip("%")) for x in (lane.dose, *lane.seen, lane.now, lane.end)]
    assert all(0 < place < 100 for place in places)
    hour = f"{cast.site.local(minute(5)):%H:%M}"
    assert lane.words.startswith(f"Dose at {hour}, last reading")
    late = chart_of(session, minute(29))
    assert lane_of(late, clock_of({1: late}, minute(29))).due[0][1] == "overdue"  # type: ignore[union-attr]


def test_before_the_dose_nobody_has_a_lane_and_nobody_is_next(cast: Cast) -> None:
    charts = {1: chart_of(opened(cast), minute(1))}
    assert lane_of(charts[1], clock_of(charts, minute(1))) is None
    assert next_words(charts) == ""
    assert who_words(charts) == f"{cast.monitor.name} measures 1"


def test_who_is_next_is_said_in_the_order_of_time(cast: Cast) -> None:
    session = started(cast)
    now = minute(16)
    late = chart_of(session, now)
    vitals(cast, session, minute(16))
    measured = chart_of(session, now)
    time = f"{cast.site.local(minute(25)):%H:%M}"
    assert next_words({1: measured, 2: late}) == f"Next: place 2 now, place 1 at {time}"
    grant(cast.therapist, "basic-life-support", "ketamine-course")
    write_entry(
        session=session,
        kind=EntryKind.SITTING,
        facts={},
        happened_at=now,
        key=uuid4(),
        by=cast.therapist,
        at=now,
    )
    sat = chart_of(session, now)
    both = who_words({1: measured, 3: sat})
    assert both == f"{cast.monitor.name} measures 1, 3. {cast.therapist.name} sits with 3"


def test_the_minimum_stay_is_said_until_it_is_reached(cast: Cast) -> None:
    session = recovering(cast)
    floor = minute(105)
    ahead = chart_of(session, minute(60))
    lane = lane_of(ahead, clock_of({1: ahead}, minute(60)))
    assert lane is not None
    assert (lane.floor_at, lane.floor) == (floor, lane.end)
    reached = chart_of(session, minute(120))
    clock = clock_of({1: reached}, minute(120))
    lane = lane_of(reached, clock)
    assert lane is not None
    assert (lane.floor_at, lane.floor) == (None, clock.x(floor)), "the mark stays behind the time of day"


def test_who_has_left_is_next_for_nothing(cast: Cast) -> None:
    chart = chart_of(left(cast), minute(106))
    assert next_words({4: chart}) == ""
    assert who_words({4: chart}) == ""
    lane = lane_of(chart, clock_of({4: chart}, minute(120)))
    assert lane is not None
    assert lane.now == lane.end, "it ends where the patient left"


def test_the_page_reads_no_more_for_the_lanes(
    cast: Cast, clock: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = started(cast)
    others = [another_session(cast, session, name) for name in NAMES[:2]]
    team = [cast.monitor, cast.facilitator]
    group = open_group(
        site=cast.site,
        name="Trio",
        room="Long room",
        patients_each=2,
        team=team,
        by=cast.monitor,
        at=minute(6),
    )
    for each in (session, *others):
        join_group(group=group, session=each, by=cast.monitor, at=minute(6))
    clock[0] = minute(20)
    client, address = signed_in(cast.monitor), reverse("group-again", args=[group.pk])

    def asked() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as queries:
            found = client.get(address).content.decode()
        return len(queries), found

    with_lanes, page = asked()
    assert page.count('class="lane-dose"') == 1
    assert "Next: place 1 now" in page
    monkeypatch.setattr(groups, "lane_of", lambda chart, clock: None)
    monkeypatch.setattr(groups, "next_words", lambda charts: "")
    monkeypatch.setattr(groups, "who_words", lambda charts: "")
    without, bare = asked()
    assert "lane-dose" not in bare
    assert with_lanes == without
