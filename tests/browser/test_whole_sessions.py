"""A whole session in the browser, by two people: a dose, a patient's call, a network that drops, a discharge.

The sign-in, the plan and the order of the journey stand in `test_journey`; here it begins with a started dose. The
server's clock is days away from the browser's, which is as it may be.
"""

import re
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.care.sessions.actions import make_tablet_code
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import chart_of
from tests.browser.test_session_looks_again import look_again
from tests.browser.test_without_network import enter, is_ready
from tests.care.sessions.whole_walk import Walk
from tests.people import NOW, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class ServerClock:
    """The server's time: from here on it goes on by itself, and jumps when told to."""

    def __init__(self, at: datetime) -> None:
        self.at, self.since = at, time.monotonic()

    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.since)

    def jump(self, at: datetime) -> None:
        self.at, self.since = max(at, self.now()), time.monotonic()


@pytest.mark.parametrize("protocol", ["IV-STD-6", "IN-ESK-TRD"])
def test_a_session_by_two_people_with_a_call_and_a_drop(
    protocol: str, transactional_db: None, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = Walk(make_cast(), protocol)
    session, clinic = walk.started(), walk.cast
    clock = ServerClock(NOW + timedelta(minutes=3))
    monkeypatch.setattr(timezone, "now", clock.now)
    address = f"/care/sessions/{session.pk}/"
    chair: Page = open_as(clinic.monitor, address, width=1024, height=768, theme="room")
    beside: Page = open_as(clinic.second_monitor, address, width=1024, height=768, theme="room")
    is_ready(chair)
    give_the_rest(chair, session, clock)
    call_and_answer(session, clinic, clock, open_as, beside, chair)
    drop_and_return(chair, beside, session, clock)
    chair.locator('.taps [data-panel="dosing-ended"]').click()
    expect(chair.locator("#h-panel")).to_be_visible()
    volume = chair.get_by_label("Volume given")
    if volume.count():
        clock.jump(NOW + timedelta(minutes=45))
        volume.fill(str(session.order.ordered.quantity.ml))
    chair.get_by_role("button", name=re.compile("^End the dosing$")).click()
    expect(chair.locator('.taps [data-panel="discharge-check"]')).to_be_visible()
    chart = walk.leave(session, chart_of(session, clock.now()).state.ended_at or clock.now())
    clock.jump(chart.now + timedelta(minutes=1))
    session.refresh_from_db()
    assert session.state == "signed-off"
    chair.on("dialog", lambda dialog: dialog.accept())
    chair.reload()
    expect(chair.locator("main")).to_contain_text("Signed off.")


def give_the_rest(chair: Page, session: Session, clock: ServerClock) -> None:
    """The parts after the first one, each after its rest."""
    for _part in session.order.ordered.parts[1:]:
        clock.jump(clock.now() + timedelta(minutes=6))
        chair.reload()
        chair.locator('.taps [data-panel="dose-part"]').click()
        chair.get_by_label("Lot").fill("26C082")
        chair.get_by_label("Use by").fill("2027-08-31")
        chair.locator("#panel form").get_by_role("button").last.click()
        expect(chair.locator("#panel")).to_be_hidden()


def call_and_answer(
    session: Session, clinic: Any, clock: ServerClock, open_as: Any, beside: Page, chair: Page
) -> None:
    _tablet, code = make_tablet_code(session=session, by=clinic.monitor, at=clock.now())
    tablet: Page = open_as(None, "/care/sessions/tablet/", width=1024, height=768, theme="room")
    tablet.get_by_label("Code").fill(code)
    tablet.get_by_role("button", name="Use this code").click()
    tablet.get_by_role("button", name="Please come").click()
    expect(tablet.locator(".calm-say")).to_contain_text("Someone is coming")
    look_again(beside)
    beside.get_by_role("button", name="I am with the patient").click()
    expect(beside.locator("#log > li").first).to_contain_text("call answered")
    look_again(chair)
    expect(chair.locator("#log > li").first).to_contain_text("call answered")


def drop_and_return(chair: Page, beside: Page, session: Session, clock: ServerClock) -> None:
    """What one person taps without a network is on the other's screen when it is back."""
    clock.jump(clock.now() + timedelta(minutes=8))
    chair.reload()
    is_ready(chair)
    chair.context.set_offline(True)
    chair.locator(".tap-symptom [value$=' 2']").first.click()
    enter(chair, "13684789714")
    expect(chair.locator("#network")).to_contain_text("2 entries")
    chair.context.set_offline(False)
    expect(chair.locator("#pending li")).to_have_count(0)
    look_again(beside)
    expect(beside.locator("#log")).to_contain_text("BP 136/84, HR 78, SpO₂ 97 %")
    assert session.entries.filter(kind="symptom").count() == 1
