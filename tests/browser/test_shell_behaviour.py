"""What a page does beyond plain HTML: errors take the focus, a form is sent once, drafts are kept honestly."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import try_out_urls as tried

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.try_out_urls"),
]


@pytest.fixture(autouse=True)
def _nothing_received() -> None:
    tried.received.clear()
    tried.kept.clear()
    tried.answering["draft"] = 200


@pytest.mark.parametrize("address", ["/try/", "/try/swapped/"])
def test_errors_take_the_focus_and_lead_to_their_field(open_as: Any, address: str) -> None:
    page = open_as(None, address, width=390)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Your words").click()
    expect(page.get_by_label("Your words")).to_be_focused()
    page.get_by_label("Your words").fill("now there are some")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#sent" if address == "/try/" else "body")).to_be_visible()
    if address == "/try/swapped/":
        expect(page.locator(".error-summary")).to_have_count(0)
    assert tried.received == [{"words": "now there are some"}]


def test_a_second_tap_sends_nothing(open_as: Any) -> None:
    page = open_as(None, "/try/")
    page.get_by_label("Your words").fill("once")
    page.evaluate(
        "() => { const b = document.querySelector('form button'); b.click(); b.click(); b.click(); }"
    )
    expect(page.locator("#sent")).to_be_visible()
    assert tried.received == [{"words": "once"}]


def test_the_button_works_again_after_going_back(open_as: Any) -> None:
    page = open_as(None, "/try/")
    page.get_by_label("Your words").fill("first")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#sent")).to_be_visible()
    page.go_back()
    page.get_by_label("Your words").fill("second")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#sent")).to_be_visible()
    assert [each["words"] for each in tried.received] == ["first", "second"]


def test_a_draft_is_said_to_be_kept_only_after_the_answer(open_as: Any) -> None:
    page = open_as(None, "/try/")
    page.get_by_label("Your words").fill("half a thought")
    expect(page.locator(".draft-said")).not_to_contain_text("Saved at")
    expect(page.locator(".draft-said")).to_have_text("Saved at 14:02")
    assert tried.kept == ["half a thought"]
    expect(page.locator("#lines")).to_have_text("Call 988.")


def test_a_draft_that_was_not_kept_says_so(open_as: Any) -> None:
    tried.answering["draft"] = 503
    page = open_as(None, "/try/")
    page.get_by_label("Your words").fill("half a thought")
    expect(page.locator(".draft-said")).to_contain_text("Not saved yet")
    assert tried.kept == []


def test_a_form_stays_when_the_network_is_gone(open_as: Any) -> None:
    page = open_as(None, "/try/", width=390)
    page.context.set_offline(True)
    page.get_by_label("Your words").fill("typed on a train")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Not sent: no connection")
    expect(page.get_by_label("Your words")).to_have_value("typed on a train")
    page.context.set_offline(False)
    expect(page.locator(".unsent")).to_have_count(0)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#sent")).to_be_visible()
    assert tried.received == [{"words": "typed on a train"}]


def test_a_form_whose_draft_found_no_server_is_not_sent_into_nothing(open_as: Any) -> None:
    """The phone has a network, and the server does not answer on it."""
    page = open_as(None, "/try/")
    page.route("**/try/**", lambda route: route.abort())
    page.get_by_label("Your words").fill("typed in a tunnel")
    expect(page.locator(".draft-said")).to_contain_text("Not saved yet")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Not sent: no connection")
    page.unroute_all()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#sent")).to_be_visible()
    assert tried.received == [{"words": "typed in a tunnel"}]


def test_the_form_works_without_scripts(browser: Any, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/try/")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".error-summary")).to_contain_text("Check one answer")
    page.get_by_label("Your words").fill("plain")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#sent")).to_be_visible()
    context.close()
