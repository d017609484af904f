"""The one screen at the chair, in a real browser: taps are counted, the network drops, nothing but the log scrolls."""

import re
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.care.sessions import actions
from mooring.care.sessions.actions import make_device_code, pair_device, store_readings
from mooring.care.sessions.models import BedsideDevice, Session
from mooring.rules.device_readings import DeviceReading
from mooring.work.models import Task
from tests.browser.conftest import findings_in_both_themes, sideways_px
from tests.browser.test_keyboard import tab_to
from tests.browser.test_session_looks_again import look_again
from tests.care.sessions.rows import SIGNS, vitals
from tests.people import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCROLLS = """() => {
  const page = document.documentElement;
  const over = [...document.querySelectorAll('.live *')].filter((each) => {
    const style = getComputedStyle(each);
    return /auto|scroll/.test(style.overflowY) && each.scrollHeight > each.clientHeight + 1 && each.offsetParent;
  });
  return [page.scrollHeight > innerHeight ? 'page' : '', ...over.map((each) => each.id || each.className)].filter(Boolean);
}"""


KEPT = """() => new Promise((done, failed) => {
  const opening = indexedDB.open('mooring', 2);
  opening.onerror = opening.onblocked = opening.onupgradeneeded = () => failed('the store is not as expected');
  setTimeout(() => failed('the store did not answer'), 30000);
  opening.onsuccess = () => {
    const all = opening.result.transaction('entries').objectStore('entries').getAll();
    all.onsuccess = () => {
      opening.result.close();
      done(all.result.map((row) => [row.owner, new TextDecoder('latin1').decode(row.sealed)]));
    };
  };
})"""


class Taps:
    """Touches the screen and counts how often."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.count += 1


@pytest.fixture
def chair(clinic: Cast, session: Session, open_as: Any) -> Page:
    page: Page = open_as(
        clinic.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768, theme="room"
    )
    return page


def test_a_set_of_vitals_takes_fourteen_touches_and_a_symptom_one(chair: Page, session: Session) -> None:
    """One touch a digit, one for MOAA/S, one to open the pad and one to save; the fields advance by themselves."""
    taps, sound = Taps(chair), chair.locator("[data-sound]:not([hidden]) span")
    expect(sound).to_have_text("Sound is off. Turn it on")
    taps.on('.taps [data-panel="vitals"]')
    expect(sound).to_have_text("Sound is on")
    for digit in "14690869714":
        taps.on(f'[data-digit="{digit}"]')
    taps.on('.pad-scale label:has(input[value="4"])')
    taps.on('#pad [type="submit"]')
    expect(chair.locator("#log")).to_contain_text("BP 146/90, HR 86, SpO₂ 97 %, RR 14, MOAA/S 4")
    expect(chair.locator("#pad")).to_be_hidden()
    assert taps.count == 14
    assert session.entries.filter(kind="vitals", facts__moaas=4).count() == 1
    taps.on('.tap-symptom [value$=" 2"]')
    expect(chair.locator("#log > li").first).to_contain_text("moderate")
    assert taps.count == 15


def test_an_event_takes_one_touch_and_is_undone_by_one_more(chair: Page, session: Session) -> None:
    """The ten buttons stand in two rows; what a tap recorded can be taken back for five seconds."""
    tops = chair.locator(".taps-row .tap").evaluate_all("taps => taps.map(tap => Math.round(tap.offsetTop))")
    assert [tops.count(top) for top in sorted(set(tops))] == [5, 5]
    taps, newest = Taps(chair), chair.locator("#log > li").first
    for what in ("Resting, calm", "Awake, talking", "Calm words", "Music or light"):
        chair.locator(".taps-row").get_by_role("button", name=what).click()
        expect(newest).to_contain_text(what.split(" or ")[0].lower().split(",")[0], ignore_case=True)
    taps.on("#pending [data-state=undo] button")
    expect(newest).to_contain_text("Withdrawn")
    assert taps.count == 1
    kinds = [entry.kind for entry in session.entries.order_by("id")][-5:]
    assert kinds == ["state", "state", "intervention", "intervention", "intervention"]


def test_an_unlikely_value_is_asked_in_place_and_blocks_only_itself(chair: Page, session: Session) -> None:
    taps = Taps(chair)
    taps.on('.taps [data-panel="vitals"]')
    for digit in "128801869714":
        taps.on(f'[data-digit="{digit}"]')
    expect(chair.locator(".pad-ask")).to_contain_text("Is HR 186? It was 72.")
    taps.on('.pad-scale label:has(input[value="5"])')
    chair.get_by_role("button", name="Save 5 of 6").click()
    expect(chair.locator("#log > li").first).to_contain_text("BP 128/80, SpO₂ 97 %, RR 14")
    expect(chair.locator('#pad [name="vitals-heart_rate_per_min"]')).to_have_value("186")
    chair.get_by_role("button", name="It is 186").click()
    chair.get_by_role("button", name="Save the vital signs").click()
    expect(chair.locator("#log > li").first).to_contain_text("HR 186")
    expect(chair.locator("#pressing")).to_contain_text("Measure again within 5 minutes")


def test_a_full_field_is_typed_anew_and_a_question_stands_once(chair: Page, session: Session) -> None:
    chair.locator('.taps [data-panel="vitals"]').click()
    for digit in "21012486":
        chair.locator(f'[data-digit="{digit}"]').click()
    systolic = chair.locator('#pad [name="vitals-systolic_mmhg"]')
    questions = chair.locator(".pad-ask")
    asked = questions.count()
    assert asked >= 2, "both pressures differ from the last"
    systolic.click()
    chair.locator("[data-next]").click()
    expect(questions).to_have_count(asked)
    systolic.click()
    for digit in "144":
        chair.locator(f'[data-digit="{digit}"]').click()
    expect(systolic).to_have_value("144")
    expect(questions).to_have_count(asked - 1)


def test_an_event_can_be_taken_back_for_five_seconds(chair: Page, session: Session) -> None:
    chair.locator(".tap-symptom [value$=' 1']").first.click()
    chair.get_by_role("button", name=re.compile("^Undo")).click()
    expect(chair.locator("#log del", has_text=", mild")).to_have_count(1)
    assert session.entries.filter(kind="symptom").count() == 2


def test_pausing_is_held_down_and_a_key_leads_to_the_form(chair: Page, session: Session) -> None:
    pause = chair.locator('.taps [data-hold][value="paused"]')
    pause.focus()
    chair.keyboard.press("Enter")
    expect(chair.locator('#panel select[name="intervention-what"]')).to_have_value("paused")
    chair.keyboard.press("Escape")
    assert not session.entries.filter(kind="intervention").exists()
    box = pause.bounding_box()
    assert box
    chair.mouse.move(box["x"] + 20, box["y"] + 20)
    chair.mouse.down()
    expect(chair.locator("#log > li").first).to_contain_text("Dosing paused")
    chair.mouse.up()
    expect(chair.locator('.taps [data-hold][value="resumed"]')).to_be_visible()
    assert session.entries.filter(kind="intervention").count() == 1


def test_without_a_network_entries_wait_are_sent_once_and_keep_their_time(
    chair: Page, session: Session, clinic: Cast
) -> None:
    chair.context.set_offline(True)
    for severity in (1, 3):
        chair.locator(f".tap-symptom [value$=' {severity}']").first.click()
    expect(chair.locator("#network")).to_contain_text("kept on this device")
    assert not session.entries.filter(kind="symptom").exists()
    chair.context.set_offline(False)
    expect(chair.locator("#log")).to_contain_text(", severe")
    expect(chair.locator("#pending [data-state=waiting]")).to_have_count(0)
    sent = session.entries.filter(kind="symptom").order_by("id")
    assert [entry.facts["severity"] for entry in sent] == [1, 3]


def test_what_waits_survives_a_reload_and_only_its_own_session_sends_it(
    chair: Page, session: Session
) -> None:
    address = f"**/care/sessions/{session.pk}/write/**"
    chair.route(address, lambda route: route.abort())
    chair.locator(".tap-symptom [value$=' 2']").first.click()
    expect(chair.locator("#network")).to_contain_text("kept on this device")
    chair.on("dialog", lambda dialog: dialog.accept())
    stored = chair.evaluate(KEPT)
    assert len(stored) == 1
    assert "detached" not in str(stored), "what is kept is encrypted"
    chair.unroute(address)
    chair.reload()
    expect(chair.locator("#log")).to_contain_text(", moderate")
    assert session.entries.filter(kind="symptom").count() == 1
    expect(chair.locator("#pending [data-state=waiting]")).to_have_count(0)
    assert chair.evaluate(KEPT) == []


def test_the_emergency_control_is_one_tap_from_everywhere(chair: Page, session: Session) -> None:
    place = chair.locator(".btn-emergency").bounding_box()
    chair.locator('.taps [data-panel="vitals"]').click()
    assert chair.locator(".btn-emergency").bounding_box() == place
    chair.locator(".btn-emergency").click()
    expect(chair.locator("h1")).to_contain_text("Emergency")
    assert Task.objects.filter(kind="emergency", state="open").exists()
    assert not findings_in_both_themes(chair)
    chair.get_by_role("button", name="Severe allergic reaction").click()
    chair.get_by_role("button", name=re.compile("^Done")).first.click()
    expect(chair.locator(".sos-steps [data-state=done]")).to_have_count(1)
    expect(chair.locator("[data-since]")).to_have_text(re.compile(r"\d+:\d\d"))
    assert not findings_in_both_themes(chair)


def test_an_emergency_asks_for_vital_signs_each_minute(chair: Page, session: Session, clinic: Cast) -> None:
    """Due at once where the last are old, due again a minute after they were taken; without a script too."""
    chair.clock.install()
    chair.locator(".btn-emergency").click()
    due = chair.locator("[data-measure-due]")
    expect(chair.locator("h1")).to_contain_text("choose what it is")
    expect(due).to_be_visible()
    vitals(clinic, session, timezone.now())
    chair.clock.fast_forward("00:10")
    expect(due).to_be_hidden()
    chair.get_by_role("button", name="Severe allergic reaction").click()
    expect(chair.locator(".sos-steps")).to_be_visible()
    expect(due).to_be_hidden()
    chair.clock.fast_forward("01:00")
    expect(due).to_contain_text("Due now")
    expect(chair.locator("[data-measured]")).to_have_text(re.compile(r"^\([1-9]:\d\d\)$"))
    assert not findings_in_both_themes(chair)


def test_a_server_without_room_takes_nothing_and_loses_nothing(
    chair: Page, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full (`test_faults` fills it): the tap waits on the device and is stored once when there is room."""

    def full(**_entry: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(actions, "write_entry", full)
    chair.locator(".tap-symptom [value$=' 2']").first.click()
    expect(chair.locator("#pending [data-state=waiting]")).to_have_count(1)
    expect(chair.locator("#network")).to_contain_text("One entry is kept on this device")
    monkeypatch.undo()
    expect(chair.locator("#log")).to_contain_text("moderate")
    assert session.entries.filter(kind="symptom").count() == 1


def test_the_expected_curve_stands_behind_the_signs_when_somebody_asks_for_it(
    chair: Page, session: Session, clinic: Cast
) -> None:
    """Off while the session is live; on with its words, its grade and its own scale, and still on after others write."""
    control = chair.get_by_role("button", name="Expected curve")
    words = chair.locator("[data-expected-words]")
    expect(chair.locator("#chart canvas")).to_have_count(1)
    expect(control).to_have_attribute("aria-pressed", "false")
    expect(words).to_be_empty()
    control.click()
    expect(words).to_contain_text("Information, not advice")
    expect(words).to_contain_text("a scale of its own")
    vitals(clinic, session, timezone.now())
    look_again(chair)
    expect(control).to_have_attribute("aria-pressed", "true")
    assert '"expected":{' in (chair.locator("#d-live").text_content() or "")
    assert chair.evaluate(SCROLLS) in ([], ["log"])
    assert not findings_in_both_themes(chair)
    control.click()
    expect(words).to_be_empty()


def test_nothing_scrolls_but_the_log_and_axe_finds_nothing(
    chair: Page, clinic: Cast, session: Session
) -> None:
    for number in range(8):
        vitals(clinic, session, timezone.now(), systolic_mmhg=130 + number)
    chair.reload()
    expect(chair.locator("#chart canvas")).to_have_count(1)
    assert chair.evaluate(SCROLLS) == ["log"]
    assert not findings_in_both_themes(chair)
    for panel in ("vitals", "symptom", "intervention", "note", "dosing-ended"):
        chair.locator(f'.taps [data-panel="{panel}"]').click()
        chair.locator("#h-panel, #h-pad").locator("visible=true").wait_for()
        assert not findings_in_both_themes(chair), panel
        chair.keyboard.press("Escape")
    assert chair.evaluate(f"({SCROLLS})()") == ["log"]


def test_a_phone_needs_no_sideways_scrolling(clinic: Cast, session: Session, open_as: Any) -> None:
    page = open_as(clinic.monitor, f"/care/sessions/{session.pk}/", width=320, height=640, theme="room")
    assert sideways_px(page) == 0
    page.locator('.taps [data-panel="vitals"]').click()
    page.locator("#h-pad").wait_for()
    assert sideways_px(page) == 0
    assert not findings_in_both_themes(page)


def test_the_pad_needs_only_a_keyboard(chair: Page, session: Session) -> None:
    chair.locator('.taps [data-panel="vitals"]').focus()
    chair.keyboard.press("Enter")
    chair.keyboard.type("13284749815")
    chair.keyboard.press("Space")
    chair.keyboard.press("Enter")
    expect(chair.locator("#log > li").first).to_contain_text("BP 132/84, HR 74, SpO₂ 98 %, RR 15")


def test_a_switch_that_only_tabs_and_presses_reaches_events_emergency_and_pad(
    chair: Page, session: Session
) -> None:
    """Two switches, one that moves on and one that presses: an event, the emergency, the pad with its first field."""
    tab_to(chair, '.tap-symptom [value$=" 1"]')
    chair.keyboard.press("Enter")
    expect(chair.locator("#log > li").first).to_contain_text(", mild")
    tab_to(chair, ".btn-emergency")
    chair.reload()
    tab_to(chair, '.taps [data-panel="vitals"]')
    chair.keyboard.press("Enter")
    expect(chair.locator('#pad [name="vitals-systolic_mmhg"]')).to_be_focused()


def pair_and_measure(chair: Page, session: Session, clinic: Cast) -> BedsideDevice:
    """A bedside device, and its first reading on the page."""
    now = timezone.now()
    device, _code = make_device_code(session=session, by=clinic.monitor, at=now)
    pair_device(device=device, name="Monitor 2", by=clinic.monitor, at=now)
    values = {key: float(value) for key, value in SIGNS.items() if key != "moaas"}
    store_readings(device=device, readings=[DeviceReading(1, now, values)], at=now)
    chair.reload()
    expect(chair.locator("#device")).to_contain_text("Monitor 2")
    return device


def test_a_set_from_a_device_takes_three_touches(chair: Page, session: Session, clinic: Cast) -> None:
    device = pair_and_measure(chair, session, clinic)
    taps = Taps(chair)
    taps.on('.taps [data-panel="vitals"]')
    taps.on('.pad-scale label:has(input[value="5"])')
    taps.on('#pad [type="submit"]')
    expect(chair.locator("#log > li").first).to_contain_text("confirmed from the device")
    assert taps.count == 3
    assert session.entries.filter(kind="vitals", facts__device=device.pk).count() == 1


def test_a_screen_that_slept_says_since_when_and_what_was_missed(
    chair: Page, session: Session, clinic: Cast
) -> None:
    """A hidden page's clock ticks once a minute: its naps are one sleep and one line, until somebody closes it."""
    chair.clock.install()
    vitals(clinic, session, timezone.now(), by=clinic.second_monitor, systolic_mmhg=157)
    chair.clock.fast_forward("04:00")
    line = chair.locator("#pending li", has_text="This screen slept")
    expect(line).to_contain_text("You missed one entry: read the log.")
    chair.clock.fast_forward("01:00")
    expect(line).to_have_count(1)
    expect(line).to_contain_text(
        re.compile(r"slept from \d\d:\d\d to \d\d:\d\d\. Nothing was recorded meanwhile\.")
    )
    line.get_by_role("button", name="OK").click()
    expect(line).to_have_count(0)


def test_the_pad_shows_what_a_colleague_took_meanwhile(chair: Page, session: Session, clinic: Cast) -> None:
    """The last values beside each field, and what a change is judged by, are those of now and not of the page's start."""
    vitals(
        clinic, session, timezone.now(), by=clinic.second_monitor, systolic_mmhg=157, heart_rate_per_min=128
    )
    look_again(chair)
    expect(chair.locator("#signs")).to_contain_text("157/80")
    chair.locator('.taps [data-panel="vitals"]').click()
    expect(chair.locator(".pad-last").first).to_contain_text("157/80 at +15, 128/80 before the dose")
    for digit in "15880132":
        chair.locator(f'[data-digit="{digit}"]').click()
    expect(chair.locator(".pad-ask")).to_have_count(0)
    chair.locator('#pad [name="vitals-heart_rate_per_min"]').click()
    for digit in "72":
        chair.locator(f'[data-digit="{digit}"]').click()
    expect(chair.locator(".pad-ask")).to_contain_text("Is HR 72? It was 128.")
