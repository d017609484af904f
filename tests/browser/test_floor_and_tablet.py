"""A patient's call in a real browser: from the tablet to the chair and the board, and back when it is answered."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.care.sessions.actions import make_tablet_code
from mooring.care.sessions.models import Session
from tests.browser.conftest import findings_in_both_themes, sideways_px
from tests.browser.test_session_looks_again import look_again
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_call_goes_from_the_tablet_to_the_chair_and_the_board(
    clinic: Cast, session: Session, open_as: Any
) -> None:
    _tablet, code = make_tablet_code(session=session, by=clinic.monitor, at=timezone.now())
    tablet: Page = open_as(None, "/care/sessions/tablet/", width=1024, height=768, theme="room")
    tablet.get_by_label("Code").fill(code)
    tablet.get_by_role("button", name="Use this code").click()
    expect(tablet.locator(".calm-say")).to_contain_text("is with you")
    assert not findings_in_both_themes(tablet)
    chair: Page = open_as(clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768)
    board: Page = open_as(clinic.prescriber, "/care/floor/", width=1920, height=1080, theme="room")
    own: Page = open_as(clinic.second_monitor, "/", width=390)
    expect(own.locator("#sessions-now")).to_have_attribute("data-calls", "0")
    tablet.get_by_role("button", name="Please come").click()
    expect(tablet.locator(".calm-say")).to_contain_text("Someone is coming")
    look_again(own)
    expect(own.locator("#sessions-now")).to_contain_text("Patient: please come")
    expect(own.locator("#sessions-now")).to_have_attribute("data-calls", "1")
    assert not findings_in_both_themes(own)
    look_again(board)
    expect(board.locator(".board-next")).to_contain_text(["Next", "Patient: please come"])
    assert not findings_in_both_themes(board)
    board.get_by_role("button", name="Show names").click()
    expect(board.locator(".board-name")).to_be_visible()
    board.set_viewport_size({"width": 320, "height": 640})
    assert sideways_px(board) == 0
    look_again(chair)
    chair.get_by_role("button", name="I am with the patient").click()
    expect(chair.locator("#log > li").first).to_contain_text("call answered")
    expect(chair.locator("#pressing")).not_to_contain_text("The patient asks")
    expect(tablet.get_by_role("button", name="Please come")).to_be_visible()
    tablet.context.set_offline(True)
    tablet.get_by_role("button", name="Please come").click()
    expect(tablet.locator(".calm-say")).to_contain_text("Call out loud")
    tablet.set_viewport_size({"width": 390, "height": 700})
    assert sideways_px(tablet) == 0
