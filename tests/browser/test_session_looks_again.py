"""Two people at one session: what one writes appears on the other's open page, and what is typed there stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.care.sessions.models import Session
from tests.care.sessions.rows import started, vitals
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look_again(page: Page) -> None:
    """Do now what the page does by itself every ten seconds."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_colleagues_entry_appears_and_typing_stays(clinic: Cast, open_as: Any) -> None:
    began = timezone.now() - timedelta(minutes=20)
    session = started(clinic, began)
    page = open_as(clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768)
    page.get_by_role("link", name="Words…").click()
    words = page.get_by_label("Note, or the patient's words")
    words.fill("Says that the ceiling")
    vitals(clinic, session, timezone.now(), by=clinic.second_monitor, systolic_mmhg=157)
    look_again(page)
    expect(page.locator("#log")).to_contain_text("157/80")
    expect(page.locator("#signs")).to_contain_text("157/80")
    expect(page.locator("#chart canvas")).to_have_count(1)
    expect(words).to_have_value("Says that the ceiling")
    expect(words).to_be_focused()


def test_a_server_that_does_not_answer_is_said(clinic: Cast, session: Session, open_as: Any) -> None:
    page = open_as(clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768)
    page.context.set_offline(True)
    look_again(page)
    expect(page.locator("#due")).to_contain_text("What you see may be old")
    page.context.set_offline(False)
    look_again(page)
    expect(page.locator("#due")).not_to_contain_text("What you see may be old")


@pytest.mark.parametrize(("chance", "waits_ms"), [(0, 100), (1, 400)])
def test_the_screens_of_a_session_look_at_different_moments(
    chance: int, waits_ms: int, clinic: Cast, session: Session, open_as: Any
) -> None:
    """All hear of an entry in the same moment; by chance one looks after 0.1 s, another after 0.4 s."""
    page: Page = open_as(clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768)
    page.clock.install()
    page.clock.pause_at(timezone.now() + timedelta(minutes=1))
    page.evaluate(
        """async (chance) => {
          Math.random = () => chance;
          const { lookSoon } = await import(document.querySelector("script[src*='/shell.']").src);
          window.wouldLook = 0;
          lookSoon(() => { window.wouldLook += 1; return false; });
        }""",
        chance,
    )
    page.clock.run_for(waits_ms - 1)
    assert page.evaluate("wouldLook") == 0
    page.clock.run_for(1)
    assert page.evaluate("wouldLook") == 1
