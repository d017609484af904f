"""What opens without a network: right after an upgrade, on the chaperone's phone, and on a device that cannot do it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.care.sessions.actions import make_console
from mooring.care.sessions.models import LogEntry, Session
from mooring.rules.session_entry import EntryKind
from mooring.web import offline
from tests.browser.conftest import axe_findings, until
from tests.browser.test_whole_sessions import ServerClock
from tests.browser.test_without_network import STORED, is_ready, lose_network
from tests.care.sessions.rows import ready_cycle
from tests.care.sessions.test_chaperone import START, home
from tests.care.sessions.test_faults import second_room
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def opened_at(clinic: Cast, session: Session, open_as: Any, version: str, patch: pytest.MonkeyPatch) -> Page:
    """The session's page as this version of the program keeps it."""
    patch.setattr(offline, "version", lambda: version)
    page: Page = open_as(
        clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768, theme="room"
    )
    page.on("dialog", lambda dialog: dialog.accept())
    is_ready(page)
    return page


@pytest.mark.parametrize("files", ["on their way", "never come"])
def test_a_reload_right_after_an_upgrade_opens_without_a_network(
    files: str, clinic: Cast, session: Session, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new page is here and the new worker's files are not: the page as it was kept before opens, with its files."""
    chair = opened_at(clinic, session, open_as, "older", monkeypatch)
    known = offline.assets()
    if files == "never come":
        monkeypatch.setattr(offline, "assets", lambda: (*known, "mooring/js/that-is-missing.js"))
    monkeypatch.setattr(offline, "version", lambda: "newer")
    chair.reload()
    expect(chair.locator("[data-kept-queue]")).to_have_attribute("data-version", "newer")
    lose_network(chair.context)
    chair.reload()
    expect(chair.locator("h1")).to_contain_text(clinic.patient.person.legal_name)
    if files == "never come":
        expect(chair.locator("[data-kept-queue]")).to_have_attribute("data-version", "older")
    chair.locator(".tap-symptom [value$=' 2']").first.click()
    expect(chair.locator("#network")).to_contain_text("One entry is kept")
    chair.context.set_offline(False)
    expect(chair.locator("#log")).to_contain_text("moderate")
    assert session.entries.filter(kind="symptom").count() == 1


def test_a_page_of_the_version_before_opens_while_another_tab_has_the_new_one(
    clinic: Cast, session: Session, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache of a version stays as long as a kept page needs it, and goes with the last of them."""
    other = second_room(clinic, timezone.now() - timedelta(minutes=10))
    chair = opened_at(clinic, session, open_as, "older", monkeypatch)
    monkeypatch.setattr(offline, "version", lambda: "newer")
    beside = chair.context.new_page()
    beside.goto(f"/care/sessions/{other.pk}/")
    is_ready(beside)
    lose_network(chair.context)
    for page, version in ((chair, "older"), (beside, "newer")):
        page.reload()
        expect(page.locator("[data-kept-queue]")).to_have_attribute("data-version", version)
    chair.context.set_offline(False)
    expect(chair.locator("[data-kept-queue]")).to_have_attribute("data-version", "newer")
    until(chair, "caches.keys().then((names) => names.join() === 'mooring-newer')")


def test_a_form_sent_before_the_scripts_ran_goes_back_and_says_so(
    clinic: Cast, session: Session, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never the browser's own page in a dark room: the session opens again and says that nothing was saved."""
    chair = opened_at(clinic, session, open_as, "older", monkeypatch)
    lose_network(chair.context)
    chair.evaluate("document.getElementById('tap-symptom').submit()")
    expect(chair.locator("#pending")).to_contain_text("Not saved: there was no network")
    expect(chair.locator("h1")).to_contain_text(clinic.patient.person.legal_name)
    assert chair.evaluate("location.hash") == ""


def test_a_device_that_cannot_work_alone_says_so_before_the_dose(
    clinic: Cast, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain http, a private window: said where a session is opened, and at its head until it can."""
    cycle = ready_cycle(clinic, timezone.now() - timedelta(minutes=2))
    page: Page = open_as(clinic.monitor, "/", width=1024, height=768)
    page.goto(f"/care/sessions/cycles/{cycle.pk}/")
    expect(page.get_by_role("button", name="Open the session")).to_be_visible()
    expect(page.locator("#not-alone")).to_be_hidden()
    page.add_init_script("Object.defineProperty(globalThis, 'isSecureContext', { value: false })")
    page.reload()
    expect(page.locator("#not-alone")).to_contain_text("cannot work without a network")
    assert not axe_findings(page)
    page.get_by_role("button", name="Open the session").click()
    expect(page.locator(".live")).to_be_visible()
    expect(page.locator("#not-alone")).to_contain_text("Before the dose, take a device that can")
    assert not axe_findings(page)


def chaperones_phone(
    clinic: Cast, session: Session, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> tuple[Page, ServerClock]:
    """A phone that is paired with a dose at home, its first check ahead, and the server's clock."""
    clock = ServerClock(START + timedelta(minutes=8))
    monkeypatch.setattr(timezone, "now", clock.now)
    phone: Page = open_as(None, "/care/sessions/chaperone/", width=390, height=844, theme="room")
    pair(phone, clinic, session, clock)
    is_ready(phone)
    return phone, clock


def pair(phone: Page, clinic: Cast, session: Session, clock: ServerClock) -> None:
    _console, code = make_console(session=session, by=clinic.monitor, at=clock.now())
    phone.get_by_label("Code").fill(code)
    phone.get_by_role("button", name="Start").click()
    expect(phone.get_by_role("button", name="Answers me normally")).to_be_visible()


def test_what_one_pairing_left_unsent_is_never_sent_by_the_next(
    clinic: Cast, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = home(clinic).started()
    phone, clock = chaperones_phone(clinic, session, open_as, monkeypatch)
    phone.route("**/chaperone/answer/**", lambda route: route.abort())
    phone.get_by_role("button", name="Answers me normally").click()
    until(phone, f"({STORED})().then((found) => found.entries.length === 1)")
    session.consoles.update(ended_at=clock.now())
    phone.goto("/care/sessions/chaperone/")
    expect(phone.locator("h1")).to_contain_text("ended")
    phone.unroute("**/chaperone/answer/**")
    phone.context.clear_cookies()
    phone.goto("/care/sessions/chaperone/")
    pair(phone, clinic, session, clock)
    is_ready(phone)
    expect(phone.locator("[data-done] li")).to_have_count(0)
    assert not LogEntry.objects.filter(kind=EntryKind.ATTESTATION).exists()


def test_the_chaperones_phone_opens_and_keeps_its_taps_without_a_network(
    clinic: Cast, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, _clock = chaperones_phone(clinic, home(clinic).started(), open_as, monkeypatch)
    lose_network(phone.context)
    phone.reload()
    expect(phone.locator(".sit-lost")).to_contain_text("No connection")
    expect(phone.locator("[data-count]")).to_have_text(re.compile(r"\d+:\d\d"))
    phone.get_by_role("button", name="Answers me normally").click()
    until(phone, f"({STORED})().then((found) => found.entries.length === 1)")
    expect(phone.locator("[data-done] [data-state=waiting]")).to_have_text(
        "Answers me normallysaved on this phone"
    )
    phone.reload()
    expect(phone.get_by_role("button", name="Answers me normally")).to_be_visible()
    expect(phone.locator("[data-done] [data-state=waiting]")).to_have_count(1)
    assert not axe_findings(phone)
    assert not LogEntry.objects.filter(kind=EntryKind.ATTESTATION).exists()
    phone.context.set_offline(False)
    expect(phone.locator("[data-done] li:not([data-state])")).to_have_count(1)
    expect(phone.locator("[data-done] [data-state=waiting]")).to_have_count(0)
    assert LogEntry.objects.filter(kind=EntryKind.ATTESTATION).count() == 1
    expect(phone.locator(".sit-lost")).to_be_hidden()
    assert phone.evaluate(STORED)["entries"] == []
