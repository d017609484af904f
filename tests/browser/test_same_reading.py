"""The same set of vital signs twice within a minute is asked about, with and without a network, and sent only if meant."""

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.care.sessions.models import Session
from tests.browser.test_without_network import enter
from tests.care.sessions.rows import vitals
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SET = "12880729814"


@pytest.fixture
def chair(clinic: Cast, session: Session, open_as: Any) -> Page:
    page: Page = open_as(
        clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768, theme="room"
    )
    return page


def test_the_same_set_is_asked_about_here_and_without_a_network(chair: Page, session: Session) -> None:
    taken = session.entries.filter(kind="vitals")
    before = taken.count()
    enter(chair, SET)
    expect(chair.locator("#log > li").first).to_contain_text("BP 128/80, HR 72, SpO₂ 98 %, RR 14")
    chair.context.set_offline(True)
    enter(chair, SET)
    question = chair.locator("[data-again-box]")
    expect(question).to_contain_text(re.compile(r"Same as the entry at \d\d:\d\d. Enter it again\?"))
    expect(chair.locator("#pad")).to_be_visible()
    question.get_by_role("button", name="Discard").click()
    expect(chair.locator("#pad")).to_be_hidden()
    assert chair.locator("#pending [data-state=waiting]").count() == 0
    enter(chair, SET)
    question.get_by_role("button", name="Enter it again").click()
    expect(chair.locator("#network")).to_contain_text("One entry is kept")
    chair.context.set_offline(False)
    expect(chair.locator("#pending li")).to_have_count(0)
    assert taken.count() == before + 2


def test_two_pressures_that_lie_unusually_are_asked_about_without_a_network(chair: Page) -> None:
    """A diastolic that is mistyped is seen at once, and typing it again takes the question away."""
    chair.context.set_offline(True)
    chair.locator('.taps [data-panel="vitals"]').click()
    for digit in "128118":
        chair.locator(f'[data-digit="{digit}"]').click()
    expect(chair.locator(".pad-ask[data-pulse]")).to_contain_text("Is the blood pressure 128/118?")
    diastolic = chair.locator('#pad [name="vitals-diastolic_mmhg"]')
    diastolic.click()
    chair.locator(".pad-side [data-clear]").click()
    expect(chair.locator(".pad-ask[data-pulse]")).to_have_count(0)


def test_a_set_that_a_colleague_entered_meanwhile_is_asked_about_with_its_own_time(
    chair: Page, clinic: Cast, session: Session
) -> None:
    """What was kept and is refused late comes back into the pad, dated when it was taken, and is sent by a tick."""
    taken = session.entries.filter(kind="vitals")
    before = taken.count()
    chair.context.set_offline(True)
    enter(chair, SET)
    expect(chair.locator("#network")).to_contain_text("One entry is kept")
    vitals(clinic, session, timezone.now(), by=clinic.second_monitor)
    chair.context.set_offline(False)
    chair.locator("#pending").get_by_role("button", name="Open the form").click()
    expect(chair.locator("#pad .pad-ask")).to_contain_text("Same as the entry at")
    expect(chair.locator('#pad [name="vitals-happened"]')).to_have_value(re.compile(r"\d\d:\d\d"))
    chair.get_by_label("Enter it again").check()
    chair.get_by_role("button", name="Save the vital signs").click()
    expect(chair.locator("#pad")).to_be_hidden()
    assert taken.count() == before + 2
