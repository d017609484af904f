"""The vitals pad without a finger: by two switches, one that moves on and one that selects, and by a keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mooring.care.sessions.models import Session
from tests.browser.conftest import findings_in_both_themes
from tests.browser.test_keyboard import tab_to
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIELDS = (
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate_per_min",
    "spo2_percent",
    "respiratory_rate_per_min",
)


@pytest.fixture
def chair(clinic: Cast, session: Session, open_as: Any) -> Page:
    page: Page = open_as(
        clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768, theme="room"
    )
    return page


def select(page: Page, selector: str) -> None:
    """The first switch until the control has the focus, then the second."""
    if not page.evaluate(f"document.activeElement.matches({selector!r})"):
        tab_to(page, selector, at_most=90)
    page.keyboard.press("Enter")


def typed(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('#pad input.pad-in')].map("
        "each => [each.name.replace('vitals-', ''), each.value]))"
    )
    return found


def test_each_digit_goes_into_the_field_that_was_chosen(chair: Page) -> None:
    """The focus passes all fields on its way to the keys; only the chosen one receives the digit."""
    select(chair, '.taps [data-panel="vitals"]')
    expected = dict.fromkeys(FIELDS, "")
    for digit, field in enumerate(reversed(FIELDS), start=1):
        select(chair, f'#pad [name="vitals-{field}"]')
        select(chair, f'[data-digit="{digit}"]')
        expected[field] = str(digit)
        assert typed(chair) == expected
    select(chair, '#pad [name="vitals-moaas"]')
    expect(chair.locator("[data-key-for]")).to_have_text("MOAA/S")
    select(chair, '[data-digit="4"]')
    expect(chair.locator('#pad [name="vitals-moaas"][value="4"]')).to_be_checked()
    assert typed(chair) == expected
    select(chair, '#pad [name="vitals-systolic_mmhg"]')
    select(chair, ".pad-side [data-clear]")
    assert typed(chair) == {**expected, "systolic_mmhg": ""}
    assert not findings_in_both_themes(chair)


def test_two_switches_record_a_set_of_vital_signs(chair: Page, session: Session) -> None:
    """From a field of their own choice on, the fields advance and the focus stays at the keys."""
    select(chair, '.taps [data-panel="vitals"]')
    select(chair, '#pad [name="vitals-heart_rate_per_min"]')
    for digit in "8697145":
        select(chair, f'[data-digit="{digit}"]')
    expect(chair.locator('#pad [type="submit"]')).to_be_focused()
    chair.keyboard.press("Enter")
    expect(chair.locator("#log > li").first).to_contain_text("HR 86, SpO₂ 97 %, RR 14, MOAA/S 5")
    entry = session.entries.filter(kind="vitals").latest("id")
    assert "systolic_mmhg" not in entry.facts


def test_a_keyboard_steps_through_the_scale_and_chooses(chair: Page, session: Session) -> None:
    """Arrow keys step without choosing; Enter in a number never sends the pad half filled."""
    select(chair, '.taps [data-panel="vitals"]')
    chair.keyboard.type("132")
    chair.keyboard.press("Enter")
    expect(chair.locator("#pad")).to_be_visible()
    chair.keyboard.type("847498154")
    expect(chair.locator('#pad [type="submit"]')).to_be_focused()
    chair.keyboard.press("Enter")
    expect(chair.locator("#log > li").first).to_contain_text("BP 132/84, HR 74, SpO₂ 98 %, RR 15, MOAA/S 4")
    select(chair, '.taps [data-panel="vitals"]')
    chair.keyboard.type("13486769816")
    scale = chair.locator("#pad fieldset input:focus")
    expect(scale).to_have_count(1)
    chair.keyboard.press("ArrowRight")
    chair.keyboard.press("ArrowRight")
    expect(scale).to_be_checked()
    chosen = scale.get_attribute("value")
    chair.keyboard.press("Enter")
    expect(chair.locator('#pad [type="submit"]')).to_be_focused()
    chair.keyboard.press("Enter")
    expect(chair.locator("#log > li").first).to_contain_text(
        f"BP 134/86, HR 76, SpO₂ 98 %, RR 16, MOAA/S {chosen}"
    )
    assert session.entries.filter(kind="vitals").count() == 3


def test_two_switches_record_an_event_and_take_it_back(chair: Page, session: Session) -> None:
    """Each of the ten is reached by moving on; holding is not asked of a switch, and the undo follows in its turn."""
    select(chair, '.taps [name="state-what"][value="awake"]')
    expect(chair.locator("#log > li").first).to_contain_text("Awake, talking")
    select(chair, "#pending [data-state=undo] button")
    expect(chair.locator("#log del").last).to_have_text("Awake, talking")
    select(chair, '.taps [data-hold][value="paused"]')
    expect(chair.locator("#h-panel")).to_have_text("Intervention")
    expect(chair.locator("#panel select")).to_have_value("paused")
    assert not findings_in_both_themes(chair)
