"""The lab in a real browser: sliders answer, the address follows, both themes and sizes hold."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import axe_findings, sideways_px
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_slider_answers_and_the_address_follows(open_as: Any, cast: Cast) -> None:
    page = open_as(cast.learner, "/lab/")
    before = page.locator(".lab-at").inner_text()
    page.get_by_label("Dose").first.fill("70")
    expect(page.locator("output[for=lab-a_dose]")).to_have_text("70 mg")
    expect(page.locator(".lab-at")).not_to_have_text(before)
    expect(page.locator(".lab-at")).to_contain_text("70 mg")
    page.wait_for_url("**/lab/?*a_dose=70*")
    expect(page.get_by_label("Dose")).to_have_count(2)
    expect(page.get_by_label("Dose").nth(1)).to_be_hidden()
    page.get_by_label("Compare with a second regimen").check()
    expect(page.locator(".lab-at p")).to_have_count(2)
    expect(page.get_by_label("Dose").nth(1)).to_be_visible()
    page.wait_for_url("**/lab/?*b_on=on*")


def test_only_what_is_pumped_is_asked_how_long(open_as: Any, cast: Cast) -> None:
    page = open_as(cast.learner, "/lab/")
    expect(page.get_by_label("Over", exact=True).first).to_be_visible()
    page.get_by_label("Route").first.select_option("im")
    expect(page.locator(".lab-at")).to_contain_text("Into the muscle")
    expect(page.get_by_label("Over", exact=True).first).to_be_hidden()


def test_on_a_phone_the_curve_stays_in_sight(open_as: Any, cast: Cast) -> None:
    page = open_as(cast.learner, "/lab/", width=390, height=844)
    page.get_by_label("Weight").scroll_into_view_if_needed()
    before = page.locator("#lab-concentration .narrow .line").get_attribute("points")
    page.get_by_label("Weight").fill("110")
    expect(page.locator("#lab-concentration .narrow .line")).not_to_have_attribute("points", before)
    expect(page.locator("#lab-concentration .narrow")).to_be_in_viewport()


@pytest.mark.parametrize("theme", ["day", "room"])
@pytest.mark.parametrize("width", [390, 1024, 1280])
def test_both_sizes_and_themes(open_as: Any, cast: Cast, width: int, theme: str) -> None:
    page = open_as(cast.learner, "/lab/?b_on=on", width=width, theme=theme)
    expect(page.locator(".lab-panel svg:visible")).to_have_count(3)
    assert sideways_px(page) == 0
    assert axe_findings(page) == []


def test_works_without_script(open_as: Any, cast: Cast) -> None:
    page = open_as(cast.learner, "/lab/")
    page.evaluate("document.querySelector('.lab-controls').removeAttribute('hx-get')")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/lab/?*a_way=iv*")
    expect(page.locator(".lab-panel").first).to_be_visible()
