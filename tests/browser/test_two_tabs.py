"""A patient's phone with two links open, and a Send while a draft is still on its way."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from mooring.care.measures.actions import ask_measure
from mooring.care.measures.models import Asked
from mooring.care.patients.models import Patient
from mooring.work.actions import token_of
from mooring.work.models import TaskLink
from tests.packs import sign_pack_for
from tests.people import Cast, make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def ask(cast: Cast, patient: Patient) -> tuple[Asked, str]:
    now = timezone.now()
    due_at = now + timedelta(days=1)
    asked = ask_measure(
        patient=patient, instrument="PHQ-9", due_at=due_at, in_clinic=False, by=cast.coordinator, at=now
    )
    return asked, f"/t/{token_of(TaskLink.objects.latest('pk'))}/"


def open_door(page: Page) -> None:
    page.get_by_label("Your date of birth").fill("1981-04-09")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="PHQ-9")).to_be_visible()


def choose_all(page: Page, value: int) -> None:
    for number in range(1, 10):
        page.locator(f'input[name="q{number}"][value="{value if number < 9 else 0}"]').check()


def test_case_w1_two_tabs_of_two_patients(open_as: Any, cast: Cast) -> None:
    """Case W1: answer and send in the tab that was opened first."""
    sign_pack_for(cast)
    one, one_door = ask(cast, cast.patient)
    other, other_door = ask(cast, make_patient(cast.site, "Owen Castle"))
    first = open_as(None, one_door, width=390)
    open_door(first)
    second = first.context.new_page()
    second.goto(other_door)
    open_door(second)
    expect(first.get_by_text("For Ruth, born 9 Apr")).to_be_visible()
    expect(second.get_by_text("For Owen, born 9 Apr")).to_be_visible()
    choose_all(first, 2)
    first.get_by_role("button", name="Send to the clinic").click()
    expect(first.get_by_role("heading", name="Thank you")).to_be_visible()
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == ("done", "open")
    assert one.filled.total == 16
    choose_all(second, 1)
    second.get_by_role("button", name="Send to the clinic").click()
    expect(second.get_by_role("heading", name="Thank you")).to_be_visible()
    other.refresh_from_db()
    assert other.filled.total == 8


def test_case_w3_send_waits_for_the_draft_that_is_on_its_way(open_as: Any, cast: Cast) -> None:
    """Case W3: the draft is held on its way; Send goes out after it and is taken."""
    sign_pack_for(cast)
    asked, door = ask(cast, cast.patient)
    page = open_as(None, door, width=390)
    open_door(page)
    held: list[Route] = []
    page.route("**/draft/", lambda route: held.append(route))
    with page.expect_request("**/draft/"):
        choose_all(page, 1)
    page.locator('input[name="q1"][value="3"]').check()
    page.get_by_role("button", name="Send to the clinic").click()
    expect(page.get_by_role("button", name="Send to the clinic")).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert len(held) == 1
    asked.refresh_from_db()
    assert asked.filled.answers["q1"] == 3
