"""The gallery in a real browser: accessible in both themes, never wider than its window, alive under the policy."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import axe_findings, findings_in_both_themes, sideways_px
from tests.people import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


LINES_OF_DOSES = """doses => doses.map(dose => {
  const words = document.createRange();
  words.selectNodeContents(dose);
  return words.getClientRects().length;
})"""
TRANSITIONS_OF_A_CHANGE = """theme => {
  document.documentElement.dataset.theme = theme;
  return document.getAnimations().filter(each => each instanceof CSSTransition).length;
}"""


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize("theme", ["day", "room"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_as: Any, people: Cast, theme: str) -> None:
    page = open_as(people.coordinator, "/gallery/", theme=theme)
    for width in (320, 390, 768, 1024, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator("canvas")).to_have_count(3)
        assert sideways_px(page) == 0, width
        lines = page.eval_on_selector_all(".cycles-dose", LINES_OF_DOSES)
        assert set(lines) == {1}, f"a dose is torn from its unit at {width} px"
        if width in (390, 1280):
            assert axe_findings(page) == [], width


def test_what_is_unreadable_in_one_theme_only_is_found(open_as: Any, people: Cast) -> None:
    page = open_as(people.coordinator, "/gallery/")
    for colour, theme in (("#16110c", "room"), ("#fffdfa", "day")):
        page.evaluate("colour => { document.querySelector('h1').style.color = colour }", colour)
        assert [each.split(":")[0] for each in findings_in_both_themes(page)] == [theme]


def test_the_policy_is_kept_and_nothing_fails(open_as: Any, people: Cast) -> None:
    page = open_as(people.coordinator, "/gallery/")
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.reload()
    expect(page.locator("canvas")).to_have_count(3)
    assert said == []


def test_the_theme_changes_at_once_and_stays(open_as: Any, people: Cast) -> None:
    page = open_as(people.coordinator, "/gallery/")
    page.locator(".menu-person > summary").click()
    page.get_by_role("button", name="Dark room").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "room")
    page.goto("/gallery/")
    expect(page.locator("html")).to_have_attribute("data-theme", "room")
    assert page.evaluate(TRANSITIONS_OF_A_CHANGE, "day") > 0, "the buttons change softly"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(TRANSITIONS_OF_A_CHANGE, "room") == 0, "nothing moves where less motion is asked for"


def test_the_keyboard_reaches_the_content_first_and_menus_close(open_as: Any, people: Cast) -> None:
    page = open_as(people.coordinator, "/gallery/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator(".menu-person > summary").press("Enter")
    expect(page.locator(".menu-person")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator(".menu-person")).not_to_have_attribute("open", "")


def test_targets_on_a_phone_are_large_enough(open_as: Any, people: Cast) -> None:
    page = open_as(people.coordinator, "/gallery/", width=390)
    small = page.evaluate(
        "[...document.querySelectorAll('.btn, summary, .choice, .input')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_a_reading_at_the_cursor_is_told(open_as: Any, people: Cast) -> None:
    page = open_as(people.coordinator, "/gallery/")
    plot = page.locator("#sample-score .u-over")
    plot.hover(position={"x": 20, "y": 50})
    expect(page.locator("#sample-score [data-reading]")).to_contain_text(re.compile("PHQ-9"))


def test_the_sign_in_page_is_accessible(open_as: Any, transactional_db: None) -> None:
    for theme in ("day", "room"):
        assert axe_findings(open_as(None, "/accounts/login/", width=390, theme=theme)) == []
