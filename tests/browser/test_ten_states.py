"""The ten states of the live hour have the geometry that their design asks for; what it looks like, people compare.

The design: 1024 x 768 in the dark room, in which nothing scrolls but the log and the red control stands at one place;
a board that is read from three metres; a tablet with one control; a phone with its call at the thumb.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from mooring.care.sessions.actions import (
    make_console,
    make_tablet_code,
    start_dosing,
)
from mooring.care.sessions.actions.groups import join_group, open_group
from mooring.care.sessions.models import Session
from mooring.care.treatments.models import HomeArrangement
from tests.browser.conftest import Open, sideways_px
from tests.browser.test_live_session import SCROLLS, pair_and_measure
from tests.browser.test_session_looks_again import look_again
from tests.care.sessions.rows import confirmed, minute, opened, vitals
from tests.care.sessions.test_groups import another_session
from tests.care.treatments.rows import escort_of
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROOM: dict[str, Any] = {"width": 1024, "height": 768, "theme": "room"}
NARROW: ViewportSize = {"width": 320, "height": 640}
BOXES = """selector => [...document.querySelectorAll(selector)].map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return { x, y, width, height, font: parseFloat(getComputedStyle(one).fontSize) };
}).filter((box) => box.width && box.height)"""
Box = dict[str, float]


def boxes(page: Page, selector: str) -> list[Box]:
    """What is drawn of a selector: place and size in px, and the size of its letters."""
    page.wait_for_load_state("load")  # before its styles are here, a page has another geometry
    found: list[Box] = page.evaluate(BOXES, selector)
    assert found, f"{selector} is not on {page.url}"
    return found


def box(page: Page, selector: str) -> Box:
    (only,) = boxes(page, selector)
    return only


def at_least(page: Page, selector: str, px: float, what: str = "height") -> None:
    """Every one of them is so large; half a pixel is the browser's rounding."""
    small = [each for each in boxes(page, selector) if each[what] < px - 0.5]
    assert not small, f"{selector} under {px} px {what}: {small}"


def red(page: Page) -> Box:
    """The red control, at the lower right of the room."""
    found = box(page, ".btn-emergency")
    assert found["height"] >= 87.5
    assert 1024 - 24 <= found["x"] + found["width"] <= 1024
    assert 768 - 24 <= found["y"] + found["height"] <= 768
    return found


def one_room(clinic: Cast, at: datetime) -> list[Session]:
    """Three patients in one room: the first dose runs, the others have none yet."""
    first = opened(clinic, at)
    others = [another_session(clinic, first, name) for name in ("Henrik Sand", "Lucia Berg")]
    confirmed(clinic, first, minute(4, at))
    vitals(clinic, first, minute(2, at), now=minute(4, at))
    start_dosing(
        session=first,
        happened_at=minute(5, at),
        key=uuid4(),
        by=clinic.monitor,
        at=minute(5, at),
    )
    return [first, *others]


def test_each_state_has_the_geometry_of_its_design(clinic: Cast, open_as: Open) -> None:
    session, *others = one_room(clinic, timezone.now() - timedelta(minutes=20))
    chair = open_as(clinic.monitor, f"/care/sessions/{session.pk}/", **ROOM)
    chair.on("dialog", lambda dialog: dialog.accept())
    place = session_and_pad(chair)
    bedside_device(chair, session, clinic, place)
    no_network(chair, place)
    refused_start(chair, others[0], clinic, place)
    board(chair, session, clinic)
    group(chair, [session, *others], clinic)
    emergency(chair, session)
    visitor = open_as(None, "/care/sessions/tablet/", **ROOM)
    tablet(visitor, session, clinic)
    chaperone(visitor, session, clinic)


def session_and_pad(chair: Page) -> Box:
    expect(chair.locator("#chart canvas")).to_have_count(1)
    place = red(chair)
    assert set(chair.evaluate(SCROLLS)) <= {"log"}
    at_least(chair, ".live-minute b", 72, "font")
    at_least(chair, ".live-next-in", 48, "font")
    at_least(chair, "#signs dd", 44, "font")
    at_least(chair, ".taps-row .tap", 60)
    assert len(boxes(chair, ".taps-row .tap")) == 10
    log = box(chair, ".live-log")
    assert log["x"] >= max(each["x"] + each["width"] for each in boxes(chair, ".live-main, .taps")) - 1
    assert log["y"] + log["height"] <= place["y"]
    chair.locator('.taps [data-panel="vitals"]').click()
    assert red(chair) == place
    assert not chair.evaluate(SCROLLS)
    at_least(chair, ".pad-key", 56)
    at_least(chair, ".pad-key", 56, "width")
    assert len(boxes(chair, ".pad-key[data-digit]")) == 10
    at_least(chair, "input.pad-in, .pad-scale label", 56)
    save = box(chair, '#pad [type="submit"]')
    assert save["height"] >= 59.5
    assert save["y"] + save["height"] <= 768
    chair.keyboard.press("Escape")
    return place


def bedside_device(chair: Page, session: Session, clinic: Cast, place: Box) -> None:
    """What a paired device measures stands in the same frame, and moves nothing."""
    pair_and_measure(chair, session, clinic)
    assert red(chair) == place
    assert set(chair.evaluate(SCROLLS)) <= {"log"}


def no_network(chair: Page, place: Box) -> None:
    """A dashed bar says it; whatever can be kept stays open."""
    chair.context.set_offline(True)
    chair.locator(".tap-symptom [value$=' 1']").first.click()
    bar = chair.locator("#network")
    expect(bar).to_contain_text("kept on this device")
    assert bar.evaluate("bar => getComputedStyle(bar).borderBottomStyle") == "dashed"
    assert red(chair) == place
    assert set(chair.evaluate(SCROLLS)) <= {"log"}
    assert not chair.locator(".taps :disabled").count()
    chair.context.set_offline(False)
    expect(chair.locator("#log > li").first).to_contain_text(", mild")


def refused_start(chair: Page, waiting: Session, clinic: Cast, place: Box) -> None:
    """Every fact that speaks against it stands in the panel; the frame is that of the session."""
    confirmed(clinic, waiting, timezone.now())
    chair.goto(f"/care/sessions/{waiting.pk}/")
    expect(chair.locator(".live-minute")).to_contain_text("not started")
    chair.locator('.taps [data-panel="time-out"]').click()
    chair.locator("#panel").get_by_role("button", name="Start the dose").click()
    expect(chair.locator("#h-refused")).to_be_visible()
    assert red(chair) == place
    assert "page" not in chair.evaluate(SCROLLS)


def board(page: Page, session: Session, clinic: Cast) -> None:
    """Read from three metres; the most urgent room comes first, no column moves, and a room's name is no tower."""
    Session.objects.filter(pk=session.pk).update(room="Long room")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"/care/floor/{clinic.site.pk}/")
    columns = [each["x"] for each in boxes(page, ".board-table thead th")]
    at_least(page, ".board-table b, .board-next .mark", 44, "font")
    at_least(page, ".board-table small", 32, "font")
    at_least(page, ".board-table thead th, .board-rooms > .board-foot", 24, "font")
    vitals(clinic, session, timezone.now(), spo2_percent=85)
    look_again(page)
    expect(page.locator("tbody tr").first).to_have_attribute("data-state", "alert")
    assert [each["x"] for each in boxes(page, ".board-table thead th")] == columns
    assert max(each["height"] for each in boxes(page, ".board-table tbody tr")) <= 240
    for row in range(page.locator("tbody tr").count()):
        cells = boxes(page, f".board-table tbody tr:nth-child({row + 1}) > *")
        assert [each["x"] for each in cells] == columns
    assert sideways_px(page) == 0


def group(page: Page, sessions: list[Session], clinic: Cast) -> None:
    """A row for each place on one clock; rows stay where they are whatever happens in them."""
    now = timezone.now()
    team = [clinic.monitor, clinic.facilitator]
    opened = open_group(
        site=clinic.site,
        name="Trio",
        room="Long room",
        patients_each=2,
        team=team,
        by=clinic.monitor,
        at=now,
    )
    for each in sessions[::-1]:
        join_group(group=opened, session=each, by=clinic.monitor, at=now)
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"/care/sessions/groups/{opened.pk}/")
    alarmed = page.locator(".group-row[data-state]")
    expect(alarmed.locator(".group-mat")).to_contain_text("3")
    assert len({each["x"] for each in boxes(page, ".group-lane")}) == 1, "one clock"
    assert len({each["x"] for each in boxes(page, ".group-sos")}) == 1, "red stands in one column"
    at_least(page, ".group-acts .tap", 56)
    assert sideways_px(page) == 0
    page.set_viewport_size(NARROW)
    assert sideways_px(page) == 0


def emergency(page: Page, session: Session) -> None:
    """A red head with one clock, steps of one button each of which one is next, the crew's facts at the right."""
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"/care/sessions/{session.pk}/")
    page.locator(".btn-emergency").click()
    expect(page.locator(".sos-steps")).to_be_visible()
    head, clock, side = box(page, ".sos-head"), box(page, ".sos-clock"), box(page, ".sos-side")
    assert (head["width"], clock["font"]) == (1024, 48)
    at_least(page, ".sos-steps .btn", 60)
    assert page.locator(".sos-steps .btn-primary").count() == 1
    assert side["x"] >= max(each["x"] + each["width"] for each in boxes(page, ".sos-steps")) - 1
    assert set(page.evaluate(SCROLLS.replace(".live *", ".sos *"))) <= {"sos-scroll", "sos-side"}
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.context.set_offline(True)
    page.locator(".sos-side [data-sheet]").click()
    expect(page).to_have_title("printed")
    page.context.set_offline(False)
    page.emulate_media(media="print")
    expect(page.locator(".crew")).to_be_visible()
    expect(page.locator(".sos-steps")).to_be_hidden()
    page.emulate_media(media="screen")
    page.set_viewport_size(NARROW)
    assert sideways_px(page) == 0


def tablet(page: Page, session: Session, clinic: Cast) -> None:
    """One control, found without reading; two small ones; nothing to scroll."""
    _tablet, code = make_tablet_code(session=session, by=clinic.monitor, at=timezone.now())
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Use this code").click()
    expect(page.locator(".calm-btn")).to_be_visible()
    call = box(page, ".calm-btn")
    assert min(call["width"], call["height"]) >= 300
    assert abs(call["x"] + call["width"] / 2 - 512) < 2, "in the middle"
    assert len(boxes(page, ".calm-small")) <= 2
    at_least(page, ".calm-small", 72)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.set_viewport_size(NARROW)
    assert sideways_px(page) == 0


def chaperone(page: Page, session: Session, clinic: Cast) -> None:
    """The answers are large, and the call to the clinic stays at the thumb while one scrolls; any session will do."""
    now = timezone.now()
    HomeArrangement.objects.create(
        cycle=session.cycle,
        responsible=clinic.prescriber,
        address="27 Alder Row",
        emergency_number="911",
        chaperone=escort_of(clinic),
        confirmed_live=True,
        by=clinic.monitor,
        at=now,
    )
    _console, code = make_console(session=session, by=clinic.monitor, at=now)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/care/sessions/chaperone/")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button").last.click()
    call = box(page, ".btn-emergency")
    assert call["height"] >= 87.5
    assert call["y"] >= 844 / 2, "within reach of the thumb"
    at_least(page, ".answers .btn", 56)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert box(page, ".btn-emergency")["y"] == call["y"]
    page.set_viewport_size(NARROW)
    assert sideways_px(page) == 0
