"""Each way of giving in the browser: what its walk is about is clicked, what other tests walk is told by the acts."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.care.sessions import actions
from mooring.care.sessions.actions.chaperone import watch_consoles
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.models import Cycle, MeasureDue, Phase, Treatment
from mooring.rules.rems_programme import Acknowledgment
from tests.browser.conftest import findings_in_both_themes, sideways_px
from tests.browser.journey import LOOKED
from tests.browser.test_whole_sessions import ServerClock, give_the_rest
from tests.care.safety.rems_rows import certified
from tests.care.sessions.test_groups import NAMES, another_session
from tests.care.sessions.whole_walk import Walk
from tests.care.treatments.before_dosing import knowing_clinic
from tests.care.treatments.rows import cycle_in, signed_treatment
from tests.people import NOW, PASSWORD, Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
START = NOW + timedelta(minutes=2)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ServerClock:
    clock = ServerClock(NOW + timedelta(minutes=3))
    monkeypatch.setattr(timezone, "now", clock.now)
    return clock


def signed(page: Page, button: str) -> None:
    page.get_by_label("Your password, as your signature").fill(PASSWORD)
    page.get_by_role("button", name=button).click()


def given_before(treatment: Treatment, days_ago: list[int], first: int = 1) -> None:
    """Doses of the treatment that were given and closed, so many days ago."""
    Cycle.objects.filter(treatment=treatment, number__gte=first).delete()
    for number, days in enumerate(days_ago, start=first):
        row = cycle_in(Phase.CLOSED, treatment, number)
        Cycle.objects.filter(pk=row.pk).update(dosed_at=NOW - timedelta(days=days))


def decide(page: Page, why: str) -> None:
    page.get_by_label("Why, and what the patient said about it").fill(why)
    signed(page, "Sign the decision")
    expect(page.get_by_role("heading", name="Dose cycles")).to_be_visible()


def test_84_mg_esketamine_from_enrolment_to_the_maintenance_week(
    cast: Cast, clock: ServerClock, open_as: Callable[..., Page]
) -> None:
    certified(cast)
    clock.at = NOW - timedelta(hours=1)
    enrol(open_as(cast.prescriber, f"/care/rems/patients/{cast.patient.pk}/"))
    walk = Walk(cast, "IN-ESK-TRD", amount=Decimal(84), reason="Tolerated 84 mg before.", in_rems=False)
    session = walk.started()
    clock.jump(NOW + timedelta(minutes=3))
    chair = open_as(cast.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768, theme="room")
    give_the_rest(chair, session, clock)
    assert chart_of(session, clock.now()).administered.quantity.count == 3
    chair.locator('.taps [data-panel="dosing-ended"]').click()
    chair.get_by_role("button", name=re.compile("^End the dosing$")).click()
    expect(chair.locator('.taps [data-panel="discharge-check"]')).to_be_visible()
    walk.leave(session, chart_of(session, clock.now()).state.ended_at or clock.now())
    treatment = session.cycle.treatment
    Cycle.objects.filter(pk=session.cycle_id).update(phase=Phase.CLOSED, outcome="complete", closed_at=NOW)
    clock.jump(NOW + timedelta(days=1))
    after_eight_weeks(treatment, session)
    page = open_as(cast.prescriber, f"/care/outcomes/{treatment.pk}/next/")
    expect(page.locator("#h-proposed").locator("..").locator("..")).to_contain_text(
        "as rarely as keeps the effect"
    )
    decide(page, "Holds; she agrees.")
    planned = Cycle.objects.filter(treatment=treatment, phase=Phase.PREPARE)
    assert planned.filter(decision__isnull=False).exists()


def enrol(page: Page) -> None:
    """The two signatures, the programme's answer, and the check of the day, on one page."""
    page.get_by_label("Address of the patient").fill("27 Alder Row")
    page.get_by_label("Your phone").fill("+1 503 555 0111")
    for code in Acknowledgment:
        page.locator(f'input[name="acknowledged"][value="{code.value}"]').check()
    page.get_by_label("The patient signs with their full name").fill("Ruth Calloway")
    signed(page, "Sign the enrolment")
    page.get_by_label("What happened").select_option("enrolled")
    page.get_by_label("On", exact=True).fill(NOW.date().isoformat())
    page.get_by_label("Reference").last.fill("PE-9")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator('input[name="enrolled"][value="yes"]').check()
    page.get_by_role("button", name="Save the answer").click()
    expect(page.locator("main")).to_contain_text("Verified today")


def after_eight_weeks(treatment: Treatment, session: Session) -> None:
    """Twelve doses: twice a week for four weeks, weekly for four; the one of the session is the last."""
    days = [56, 53, 49, 46, 42, 39, 35, 32, 28, 21, 14]
    MeasureDue.objects.filter(planned__treatment=treatment).delete()
    Cycle.objects.filter(treatment=treatment).exclude(pk=session.cycle_id).delete()
    Cycle.objects.filter(pk=session.cycle_id).update(number=12)
    for number, back in enumerate(days, start=1):
        row = cycle_in(Phase.CLOSED, treatment, number)
        Cycle.objects.filter(pk=row.pk).update(dosed_at=NOW - timedelta(days=back))


def test_an_injection_with_its_booster(cast: Cast, clock: ServerClock, open_as: Callable[..., Page]) -> None:
    walk = Walk(cast, "IM-KAP", amount=Decimal("0.5"), chosen={"sites": 1, "booster_mg": Decimal(20)})
    session = walk.started()
    chair = open_as(cast.monitor, f"/care/sessions/{session.pk}/", width=1024, height=768, theme="room")
    clock.jump(START + timedelta(minutes=11))
    chair.reload()
    chair.locator('.taps [data-panel="dose-part"]').click()
    panel = chair.locator("#panel")
    panel.get_by_role("radio", name="deltoid").check()
    panel.get_by_role("radio", name="right").check()
    panel.get_by_label("Booster given").fill("20")
    panel.get_by_label("Lot number").fill("K50-77")
    panel.locator("form").get_by_role("button").last.click()
    expect(panel).to_be_hidden()
    administered = chart_of(session, clock.now()).administered.quantity
    assert administered.mg == Decimal("56.0")


def test_a_lozenge_at_home_and_a_chaperone_who_misses_one_check(
    cast: Cast, clock: ServerClock, open_as: Callable[..., Page]
) -> None:
    session = Walk(cast, "SL-HOME-4", amount=Decimal(300)).opened()
    session.consoles.update(ended_at=NOW)
    team = open_as(cast.monitor, f"/care/sessions/{session.pk}/chaperone/", width=320, height=720)
    team.locator("main form button").first.click()
    code = team.locator(".pair-code").inner_text()
    LOOKED.over(team)
    phone = open_as(None, "/care/sessions/chaperone/", width=390, height=844, theme="room")
    phone.get_by_label("Code").fill(code)
    phone.get_by_role("button").last.click()
    expect(phone.locator("#h-now")).to_contain_text("Stay on the call")
    phone.set_viewport_size({"width": 320, "height": 720})
    assert sideways_px(phone) == 0
    actions.start_dosing(
        session=session,
        happened_at=START,
        key=uuid4(),
        by=cast.monitor,
        at=clock.now(),
        part={"lot": "LZ-1107"},
    )
    clock.jump(START + timedelta(minutes=14))
    phone.reload()
    phone.get_by_role("button", name="Answers me normally").click()
    expect(phone.locator("[data-done]")).to_contain_text("normal")
    clock.jump(clock.now() + timedelta(minutes=26))
    watch_consoles(at=clock.now())
    phone.reload()
    expect(phone.locator("#sit")).to_contain_text("Check missed")
    LOOKED.over(phone)
    desk = open_as(
        cast.prescriber, f"/care/treatments/cycles/{session.cycle_id}/at-home/", width=320, height=720
    )
    LOOKED.over(desk)
    desk.goto("/")
    expect(desk.locator("main")).to_contain_text("The chaperone does not answer: call now")
    phone.get_by_role("button", name="Answers me normally").click()
    expect(phone.locator("#sit")).to_contain_text("Next check")
    desk.reload()
    expect(desk.locator("main")).not_to_contain_text("The chaperone does not answer: call now")
    phone.get_by_label("Top number").fill("132")
    phone.get_by_label("Bottom number").fill("84")
    phone.get_by_label("Pulse").fill("76")
    phone.get_by_role("button", name="Save the numbers").click()
    expect(phone.locator("[data-done]")).to_contain_text("132/84")
    assert not LOOKED.wrong, "\n".join(LOOKED.wrong)


def test_a_group_of_four(cast: Cast, clock: ServerClock, open_as: Callable[..., Page]) -> None:
    first = Walk(cast, "IV-STD-6").opened()
    Cycle.objects.filter(pk=first.cycle_id).update(phase=Phase.READY)
    sessions = [first, *(another_session(cast, first, name) for name in NAMES)]
    page = open_as(cast.monitor, "/care/sessions/groups/", width=1024, height=768)
    page.get_by_label("Site").select_option(str(cast.site.pk))
    page.get_by_label("Name", exact=True).fill("Tuesday group")
    page.get_by_label("Room", exact=True).fill("Long room")
    for person in (cast.monitor, cast.facilitator):
        page.get_by_label(str(person)).check()
    page.get_by_role("button", name="Open the group").click()
    for session in sessions:
        page.get_by_text("A session joins").click()
        page.get_by_label("Session", exact=True).select_option(str(session.pk))
        page.get_by_role("button", name="Give a place").click()
        expect(page.locator("#group-rows")).to_contain_text(str(session.patient))
    page.get_by_label("For everybody in the room").fill("Bell, then music starts.")
    page.get_by_role("button", name="Save in each record").click()
    expect(page.get_by_label("For everybody in the room")).to_have_value("")
    assert {entry.session_id for entry in actions_of(sessions)} == {session.pk for session in sessions}
    page.get_by_role("button", name="Bell, all").click()
    expect(page.locator(".group-written")).to_contain_text("Saved in 4 records “Bell.”")
    assert not findings_in_both_themes(page)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".group-log del", has_text="“Bell.”")).to_have_count(1)
    assert sideways_px(page) == 0


def actions_of(sessions: list[Session]) -> list[Any]:
    return [entry for session in sessions for entry in session.entries.filter(kind="note")]


def test_infusions_taper_to_three_weeks_and_a_trial_without(
    cast: Cast, clock: ServerClock, open_as: Callable[..., Page]
) -> None:
    knowing_clinic(cast)
    treatment = signed_treatment(cast)
    given_before(treatment, [89, 86, 82, 79, 75, 72, 65, 58, 44, 30, 16])
    page = open_as(cast.prescriber, f"/care/outcomes/{treatment.pk}/next/")
    expect(page.get_by_label("Days between them")).to_have_value("21")
    decide(page, "Stable on two weeks; she wants fewer visits.")
    twelfth = Cycle.objects.get(treatment=treatment, number=12)
    assert (twelfth.phase, twelfth.decision and twelfth.decision.gap_days) == (Phase.PREPARE, 21)
    Cycle.objects.filter(treatment=treatment, number=1).update(dosed_at=NOW - timedelta(days=185))
    page.goto(f"/care/outcomes/{treatment.pk}/next/")
    expect(page.locator('input[name="step"][value="stop trial"]')).to_be_checked()
    decide(page, "Half a year well: we try without.")
    twelfth.refresh_from_db()
    assert twelfth.phase == Phase.VOID
