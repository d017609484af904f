"""The same set of vital signs twice within a minute is asked about, with and without a network, and sent only if meant."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mooring.care.sessions.models import Session
from tests.browser.test_without_network import enter
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SET = "12880729814"


def test_the_same_set_is_asked_about_here_and_without_a_network(
    clinic: Cast, session: Session, open_as: Any
) -> None:
    chair: Page = open_as(
        clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768, theme="room"
    )
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


def test_two_pressures_that_lie_unusually_are_asked_about_without_a_network(
    clinic: Cast, session: Session, open_as: Any
) -> None:
    """A diastolic that is mistyped is seen at once, and typing it anew takes the question away."""
    chair: Page = open_as(
        clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768, theme="room"
    )
    chair.context.set_offline(True)
    chair.locator('.taps [data-panel="vitals"]').click()
    for digit in "128118":
        chair.locator(f'[data-digit="{digit}"]').click()
    expect(chair.locator(".pad-ask[data-pulse]")).to_contain_text("Is the blood pressure 128/118?")
    diastolic = chair.locator('#pad [name="vitals-diastolic_mmhg"]')
    diastolic.click()
    chair.locator(".pad-side [data-clear]").click()
    expect(chair.locator(".pad-ask[data-pulse]")).to_have_count(0)
