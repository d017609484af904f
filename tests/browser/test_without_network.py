"""A session without a network, in a real browser: the page opens, the rules go on, and nothing of a patient lies bare."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mooring.care.sessions.actions import make_tablet_code
from mooring.care.sessions.models import LogEntry, Session
from mooring.web import offline
from tests.browser.conftest import axe_findings, sign_in, until
from tests.care.sessions.rows import confirmed, opened
from tests.care.sessions.test_faults import second_room
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
READY = "navigator.serviceWorker.ready.then((worker) => worker.active.state !== 'redundant')"
STORED = """async () => {
  const made = (await indexedDB.databases()).some((each) => each.name === 'mooring');
  if (!made) return { entries: [], keys: [], pages: [], caches: [], cached: [], bare: '' };
  const base = await new Promise((done) => {
    const opening = indexedDB.open('mooring', 2);
    opening.onsuccess = () => done(opening.result);
  });
  const rows = (name) => new Promise((done) => {
    const asked = base.transaction(name).objectStore(name).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const found = {};
  for (const name of ['entries', 'keys', 'pages']) {
    found[name] = (await rows(name)).map((row) => row.path ?? row.owner);
    for (const row of await rows(name)) {
      if (row.sealed) found.bare = (found.bare ?? '') + new TextDecoder('latin1').decode(row.sealed);
      if (row.key instanceof CryptoKey && row.key.extractable) found.bare = 'a key that can be read out';
    }
  }
  base.close();
  const names = await caches.keys();
  found.caches = names;
  const cached = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((each) => new URL(each.url).pathname)));
  found.cached = cached.flat();
  return found;
}"""

FULL = "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError') } }"


@pytest.fixture
def chair(clinic: Cast, session: Session, open_as: Any) -> Page:
    page: Page = open_as(
        clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768, theme="room"
    )
    is_ready(page)
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def is_ready(page: Page) -> None:
    """The worker is in place, and the page with its panels lies on the device."""
    page.evaluate(READY)
    until(page, f"({STORED})().then((found) => found.pages.includes(location.pathname))")


def lose_network(context: BrowserContext) -> None:
    context.set_offline(True)


def enter(page: Page, digits: str, moaas: str = "5") -> None:
    """A set of vital signs at the pad."""
    page.locator('.taps [data-panel="vitals"]').click()
    for digit in digits:
        page.locator(f'[data-digit="{digit}"]').click()
    page.locator(f'.pad-scale label:has(input[value="{moaas}"])').click()
    page.locator('#pad [type="submit"]').click()


def test_a_tap_is_undone_while_it_waits(chair: Page, session: Session) -> None:
    """It is sent all the same, for the server may have it, and stands in the log withdrawn; the other one counts."""
    lose_network(chair.context)
    chair.get_by_role("button", name="Resting, calm").click()
    chair.locator("#pending").get_by_role("button", name="Undo").click()
    expect(chair.locator("#pending del")).to_have_text("Resting, calm")
    chair.get_by_role("button", name="Awake, talking").click()
    expect(chair.locator("#pending li[data-kept]")).to_have_count(2)
    chair.reload()
    expect(chair.locator("#pending del")).to_have_text("Resting, calm")
    chair.context.set_offline(False)
    expect(chair.locator("#pending li")).to_have_count(0)
    expect(chair.locator("#log del").last).to_have_text("Resting, calm")
    standing = session.entries.filter(kind="state", corrects=None, corrected_by=None)
    assert [entry.facts["what"] for entry in standing] == ["awake"]


def test_four_minutes_without_a_network_lose_nothing(chair: Page, session: Session, clinic: Cast) -> None:
    """Six taps, a reload in between, a red alert by the rules on the device; all are sent once, at their own times."""
    chair.wait_for_timeout(500)  # the panels follow the page into the store
    lose_network(chair.context)
    chair.get_by_role("button", name="Calm words").click()
    expect(chair.locator("#network")).to_contain_text(re.compile(r"No network since \d\d:\d\d"))
    chair.locator(".tap-symptom [value$=' 1']").first.click()
    enter(chair, "12480869814")
    expect(chair.locator("#pending li[data-kept]")).to_have_count(3)
    newest = chair.locator("#pending li").first
    expect(newest.locator(".num")).to_have_text(re.compile(r"\+\d+"))
    expect(newest).to_contain_text(re.compile(rf"{clinic.monitor.name}, \d\d:\d\d on this device"))
    expect(newest.locator(".mark .vh")).to_have_text("Waiting for the network")
    chair.reload()
    expect(chair.locator("h1")).to_contain_text(clinic.patient.person.legal_name)
    expect(chair.locator("#pending li")).to_have_count(3)
    chair.locator(".tap-symptom [value$=' 2']").first.click()
    enter(chair, "11878868914")
    expect(chair.locator("#kept-alerts .pressing-alert")).to_contain_text("(89)")
    expect(chair.locator("#signs")).to_contain_text("118/78")
    expect(chair.locator("#pending")).to_contain_text("118/78, HR 86, SpO₂ 89, RR 14, MOAA/S 5")
    expect(chair.locator("#network")).to_contain_text("5 entries are kept on this device")
    assert not axe_findings(chair)
    chair.locator('.taps [data-panel="dosing-ended"]').click()
    expect(chair.locator("#h-panel")).to_contain_text("End")
    chair.keyboard.press("Escape")
    chair.locator('.taps [data-panel="note"]').click()
    chair.get_by_label("Note, or the patient's words").fill("The lights went out")
    chair.locator("#panel [type=submit]").click()
    expect(chair.locator("#pending li[data-kept]")).to_have_count(6)
    stored = chair.evaluate(STORED)
    assert len(stored["entries"]) == 6
    for bare in (clinic.patient.person.legal_name, "The lights went out", "kept-key"):
        assert bare not in stored["bare"]
    assert not session.entries.filter(kind="note").exists()
    chair.context.set_offline(False)
    expect(chair.locator("#log")).to_contain_text("The lights went out")
    expect(chair.locator("#pending li")).to_have_count(0)
    expect(chair.locator("#network")).to_be_hidden()
    kinds = [entry.kind for entry in session.entries.order_by("id")][-6:]
    assert kinds == ["intervention", "symptom", "vitals", "symptom", "vitals", "note"]
    sent = list(session.entries.order_by("id"))[-6:]
    assert all(later.at - entry.at > timedelta(seconds=-1) for entry, later in pairwise(sent)), (
        "in their order"
    )
    assert all(entry.at < entry.stored_at for entry in sent[:5]), "each at the time of its tap"
    assert chair.evaluate(STORED)["entries"] == []


def test_an_entry_that_the_device_cannot_keep_says_so(chair: Page) -> None:
    """Its storage is full: the entry waits in the open page alone, and goes when the network is back."""
    lose_network(chair.context)
    chair.evaluate(FULL)
    chair.locator(".tap-symptom [value$=' 1']").first.click()
    expect(chair.locator("#pending")).to_contain_text("Not kept on this device")
    assert not axe_findings(chair)
    chair.context.set_offline(False)
    expect(chair.locator("#pending li")).to_have_count(0)


def test_nothing_of_a_person_lies_in_the_cache_and_another_sign_in_ends_the_page(
    chair: Page, session: Session, clinic: Cast, live_server: Any
) -> None:
    stored = chair.evaluate(STORED)
    assert stored["caches"] == [f"mooring-{offline.version()}"]
    assert {path for path in stored["cached"] if not path.startswith("/static/")} == {"/offline/"}
    other = sign_in(clinic.second_monitor)
    chair.context.add_cookies([{"name": "sessionid", "value": other, "url": live_server.url}])
    chair.goto("/")
    until(chair, f"({STORED})().then((found) => !found.pages.length && !found.keys.length)")
    lose_network(chair.context)
    chair.goto(f"/care/sessions/{session.pk}/")
    expect(chair.locator("h1")).to_have_text("No connection")
    assert not axe_findings(chair)
    expect(chair.locator("body")).not_to_contain_text(clinic.patient.person.legal_name)


def test_a_sign_in_that_ran_out_keeps_the_entries_for_its_person_alone(
    chair: Page, session: Session, clinic: Cast, live_server: Any
) -> None:
    lose_network(chair.context)
    chair.locator(".tap-symptom [value$=' 3']").first.click()
    expect(chair.locator("#pending [data-state=waiting]")).to_have_count(1)
    chair.context.clear_cookies(name="sessionid")
    chair.context.set_offline(False)
    expect(chair.locator("#pending")).to_contain_text("Your sign-in expired")
    assert not session.entries.filter(kind="symptom").exists()
    for person, count in ((clinic.second_monitor, 0), (clinic.monitor, 1)):
        chair.context.add_cookies([{"name": "sessionid", "value": sign_in(person), "url": live_server.url}])
        chair.goto(f"/care/sessions/{session.pk}/")
        expect(chair.locator("#log")).to_contain_text("severe" if count else "Dosing started")
        expect(chair.locator("#pending li")).to_have_count(0)
        assert session.entries.filter(kind="symptom").count() == count
    assert session.entries.get(kind="symptom").by == clinic.monitor


def test_an_older_versions_worker_gives_way(
    clinic: Cast, session: Session, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = offline.version()
    monkeypatch.setattr(offline, "version", lambda: "older")
    page: Page = open_as(clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768)
    until(page, "caches.keys().then((names) => names.includes('mooring-older'))")
    page.evaluate(READY)
    monkeypatch.undo()
    page.reload()
    until(page, f"caches.keys().then((names) => names.join() === 'mooring-{now}')")


def test_an_emergency_without_a_network_has_its_scripts_and_is_sent_first(
    chair: Page, session: Session
) -> None:
    chair.wait_for_timeout(500)
    lose_network(chair.context)
    chair.locator(".btn-emergency").click()
    expect(chair.locator("#h-panel")).to_contain_text("Emergency")
    expect(chair.locator("#panel")).to_contain_text("no one has been called")
    chair.get_by_role("button", name="Severe allergic reaction").click()
    chair.locator("#panel [data-alone-step]:visible").first.click()
    expect(chair.locator("#panel li[data-state=done]")).to_have_count(1)
    assert not axe_findings(chair)
    chair.context.set_offline(False)
    expect(chair.locator("#pressing")).to_contain_text("Emergency since")
    expect(chair.locator("#pending li")).to_have_count(0)
    kinds = list(session.entries.order_by("id").values_list("kind", flat=True))
    assert kinds[-3:] == ["emergency", "emergency", "emergency-step"]
    first, script, step = list(session.entries.order_by("id"))[-3:]
    assert script.facts["emergency"] == step.facts["emergency"] == str(first.key)


def test_the_tablet_opens_without_a_network_and_says_what_to_do(
    clinic: Cast, session: Session, open_as: Any
) -> None:
    _tablet, code = make_tablet_code(session=session, by=clinic.monitor, at=timezone.now())
    tablet: Page = open_as(None, "/care/sessions/tablet/", width=1024, height=768, theme="room")
    tablet.get_by_label("Code").fill(code)
    tablet.get_by_role("button", name="Use this code").click()
    is_ready(tablet)
    lose_network(tablet.context)
    tablet.reload()
    expect(tablet.locator(".calm-say")).to_contain_text("Call out loud")
    expect(tablet.get_by_role("button", name="Please come")).to_be_visible()


def test_two_sessions_in_two_tabs_keep_apart(chair: Page, session: Session, clinic: Cast) -> None:
    """What waits for one session is never sent, and never shown, by the page of another one of the same person."""
    other = second_room(clinic, timezone.now() - timedelta(minutes=10))
    lose_network(chair.context)
    chair.locator(".tap-symptom [value$=' 2']").first.click()
    expect(chair.locator("#pending [data-state=waiting]")).to_have_count(1)
    chair.route("**/write/**", lambda route: route.abort())
    chair.context.set_offline(False)
    beside = chair.context.new_page()
    beside.goto(f"/care/sessions/{other.pk}/")
    expect(beside.locator("h1")).to_contain_text("Otto Lind")
    is_ready(beside)
    expect(beside.locator("#pending li")).to_have_count(0)
    stored = beside.evaluate(STORED)
    assert stored["entries"] == [f"{session.pk}-{clinic.monitor.pk}"]
    assert len(stored["pages"]) == 2
    assert not LogEntry.objects.filter(kind="symptom").exists()
    chair.unroute("**/write/**")
    expect(chair.locator("#log")).to_contain_text("moderate")
    assert LogEntry.objects.get(kind="symptom").session == session


def test_a_device_whose_clock_and_zone_are_wrong_dates_nothing_wrongly(
    clinic: Cast, session: Session, browser: Browser, live_server: Any
) -> None:
    """Five hours ahead, in another zone: the countdown is right, and so is what waited for the network."""
    context = browser.new_context(base_url=live_server.url, timezone_id="Asia/Tokyo")
    context.add_cookies([{"name": "sessionid", "value": sign_in(clinic.monitor), "url": live_server.url}])
    page = context.new_page()
    page.clock.install(time=datetime.now(UTC) + timedelta(hours=5))
    page.goto(f"/care/sessions/{session.pk}/")
    expect(page.locator("[data-minute]")).to_have_text(re.compile("^1[4-9]$"))
    lose_network(context)
    tapped = timezone.now()
    page.locator(".tap-symptom [value$=' 2']").first.click()
    expect(page.locator("#network")).to_contain_text(
        re.compile(f"No network since {clinic.site.local(tapped):%H}:")
    )
    context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#log")).to_contain_text("moderate")
    entry = session.entries.get(kind="symptom")
    assert abs(entry.at - tapped) < timedelta(minutes=1)
    context.close()


def test_a_server_whose_clock_steps_back_loses_and_misdates_nothing(
    chair: Page, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_network(chair.context)
    chair.locator(".tap-symptom [value$=' 1']").first.click()
    expect(chair.locator("#pending [data-state=waiting]")).to_have_count(1)
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() - timedelta(minutes=2))
    chair.context.set_offline(False)
    expect(chair.locator("#log")).to_contain_text("mild")
    entry = session.entries.get(kind="symptom")
    assert entry.at <= entry.stored_at
    expect(chair.locator("#due")).to_contain_text("min")


def test_two_tabs_of_one_person_send_an_entry_once(chair: Page, session: Session) -> None:
    chair.route("**/write/**", lambda route: route.abort())
    chair.locator(".tap-symptom [value$=' 2']").first.click()
    expect(chair.locator("#pending [data-state=waiting]")).to_have_count(1)
    beside = chair.context.new_page()
    beside.goto(chair.url)
    expect(beside.locator("#log")).to_contain_text("moderate")
    chair.unroute("**/write/**")
    expect(chair.locator("#pending [data-state=waiting]")).to_have_count(0)
    assert session.entries.filter(kind="symptom").count() == 1


def test_what_the_server_judges_first_says_that_it_waits(clinic: Cast, open_as: Any) -> None:
    now = timezone.now() - timedelta(minutes=5)
    session = confirmed(clinic, opened(clinic, now), now + timedelta(minutes=4))
    page: Page = open_as(clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768)
    is_ready(page)
    page.locator('.taps [data-panel="time-out"]').click()
    start = page.get_by_role("button", name="Start the dose")
    expect(start).to_be_visible()
    lose_network(page.context)
    start.click()
    expect(page.locator("#pending")).to_contain_text("the server checks this first")
    assert page.evaluate(STORED)["entries"] == []
    page.context.set_offline(False)
    expect(page.locator("#network")).to_be_hidden()
    assert not session.entries.filter(kind="started").exists(), "nothing starts by itself"
    start.click()
    expect(page.locator("#log")).to_contain_text("Dosing started")
