"""A keyboard is enough: nobody needs a mouse, and one always sees where one is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from mooring.care.referrals.models import Lead
from tests.browser.journey import Clock, moved_clock
from tests.people import PASSWORD, Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUS = "document.activeElement"


@pytest.fixture
def clock() -> Iterator[Clock]:
    with moved_clock() as moved:
        yield moved


@pytest.fixture
def clinic(transactional_db: None, clock: Clock) -> Cast:
    cast = make_cast()
    clock.to_opening(cast.site)
    return cast


def tab_to(page: Page, selector: str, *, at_most: int = 60) -> None:
    """Press Tab until the focus is on `selector`; on the way the focus must always be visible.

    A field of a day or a time has parts of its own; the browser draws the ring of its button itself.
    """
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUS} === document.body"):
            continue
        seen = page.evaluate(
            f"(() => {{ const s = getComputedStyle({FOCUS}); const r = {FOCUS}.getBoundingClientRect();"
            f" return /date|time/.test({FOCUS}.type) || (s.outlineStyle !== 'none' || s.boxShadow !== 'none') && r.width > 0 && r.height > 0; }})()"
        )
        assert seen, page.evaluate(f"{FOCUS}.outerHTML.slice(0, 200)")
        if page.evaluate(f"{FOCUS}.matches({selector!r})"):
            return
    pytest.fail(f"Tab never came to {selector}")


def test_interest_is_told_and_answered_with_the_keyboard_alone(
    clinic: Cast, clock: Clock, open_as: Any
) -> None:
    page: Page = open_as(None, f"/care/referrals/interest/{clinic.site.pk}/", width=390, height=844)
    for name, text in (
        ("legal_name", "Ngozi Adeyemi"),
        ("birth_date", "03251987"),
        ("phone", "503 555 0177"),
    ):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(text)
    tab_to(page, "[name=prefers]")
    page.keyboard.press("ArrowDown")
    clock.ahead += timedelta(seconds=40)
    tab_to(page, "main button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Lead.objects.get().birth_date.isoformat() == "1987-03-25"

    page = open_as(None, "/accounts/login/")
    tab_to(page, "[name=login]")
    page.keyboard.type(clinic.coordinator.email or "")
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, ".skip, a[href='#main']", at_most=3)
    page.keyboard.press("Enter")
    tab_to(page, "main a")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/care/referrals/" in page.url
