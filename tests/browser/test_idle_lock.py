"""A page that is left alone is covered, not left: its person goes on and what was typed is still there."""

from typing import Any

import pytest
from playwright.sync_api import expect

from mooring.identity.models import SitePolicy
from mooring.work.models import Installation
from tests.people import NOW, PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_covered_page_keeps_what_was_typed(cast: Cast, open_as: Any) -> None:
    Installation.objects.create(signing_key=b"k" * 32)
    policy = SitePolicy.objects.get(site=cast.site)
    policy.pk, policy.number, policy.in_force_from, policy.second_step = None, 2, NOW, False
    policy.save(force_insert=True)
    page = open_as(cast.coordinator, "/")
    page.clock.install()
    page.goto(f"/care/patients/{cast.patient.pk}/details/")
    page.get_by_label("Legal name").fill("Ruth Calloway-Stern")
    cover = page.get_by_role("dialog")
    page.clock.fast_forward("04:00")
    expect(cover).to_have_count(0)
    page.clock.fast_forward("02:00")
    expect(cover).to_be_visible()
    expect(cover).to_contain_text("988")
    cover.get_by_label("PIN of this device, or password").fill("not this one")
    cover.get_by_role("button", name="Continue").click()
    expect(cover).to_contain_text("This is not your password.")
    cover.get_by_label("PIN of this device, or password").fill(PASSWORD)
    cover.get_by_role("button", name="Continue").click()
    expect(cover).to_have_count(0)
    expect(page.get_by_label("Legal name")).to_have_value("Ruth Calloway-Stern")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ruth Calloway-Stern")
