"""The day of two nurses and a pharmacist in the browser: from a delivery to the closed day and the printed ledger."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mooring.care.stock.models import Container, Discrepancy, Safe
from mooring.identity.actions import set_duty
from mooring.identity.roles import Role
from tests.browser.conftest import sideways_px
from tests.browser.test_whole_sessions import ServerClock
from tests.care.stock.rows import given, minute, order_of, policy, safe_of, supplier_of
from tests.packs import sign_pack_for
from tests.people import NOW, PASSWORD, Cast, make_cast, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NURSES_DAY = [
    # entry, of a draw, in, out, balance, by, witness
    ["Received", "", "500.0", "", "500.0", "Jonas Lind", ""],
    ["Blind count: 500.0 mg", "", "", "", "500.0", "Leila Haddad", ""],
    ["Opened", "", "", "", "500.0", "Jonas Lind", ""],
    ["Drawn", "", "", "50.0", "450.0", "Jonas Lind", ""],
    ["Given", "36.0 mg", "", "", "450.0", "Jonas Lind", ""],
    ["Wasted", "14.0 mg", "", "", "450.0", "Jonas Lind", "Leila Haddad"],
    ["Drawn", "", "", "9.0", "441.0", "Jonas Lind", ""],
    ["Wasted", "9.0 mg", "", "", "441.0", "Jonas Lind", "Leila Haddad"],
    ["Blind count: 450.0 mg", "", "", "", "441.0", "Leila Haddad", ""],
    ["Blind count: 450.0 mg", "", "", "", "441.0", "Kofi Mensah", ""],
    ["Adjusted", "", "9.0", "", "450.0", "Paola Ricci", ""],
    ["Blind count: 450.0 mg", "", "", "", "450.0", "Leila Haddad", ""],
]
"""The printed ledger of the opened vial in the end: 50 drawn = 36 given + 14 wasted, and 9 that were typed twice.

The difference of 9.0 mg, its two counters, the recount by others and the locked vial are those of the worked page of a
safe; there the ledger says more than the vial, here less.
"""


class StockDay:
    """Three people, each with a page of their own, and the safe that they share."""

    def __init__(self, cast: Cast, safe: Safe, open_as: Any, clock: ServerClock) -> None:
        self.cast, self.safe, self.clock = cast, safe, clock
        self.jonas: Page = open_as(cast.monitor, "/care/stock/", width=1024, height=768)
        self.leila: Page = open_as(cast.second_monitor, "/care/stock/", width=390, height=844)

    def press(self, page: Page, act: str, then: str) -> None:
        """Press, and wait for what the answer says: the others come only when it is saved."""
        page.get_by_role("button", name=act, exact=True).click()
        expect(page.locator("body")).to_contain_text(re.compile(then))
        assert sideways_px(page) == 0, page.url

    def at_safe(self, page: Page, rest: str = "") -> Page:
        page.goto(f"/care/stock/safes/{self.safe.pk}/{rest}")
        return page

    def receive(self) -> None:
        page = self.at_safe(self.jonas, "receive/")
        page.get_by_label("What").select_option("KETAMINE-50@1")
        page.get_by_label("Lot number").fill("4417B")
        page.get_by_label("Use by").fill("2028-03-31")
        page.get_by_label("Containers that arrived").fill("2")
        page.get_by_label("Containers on the papers").fill("2")
        page.get_by_label("Supplier").select_option(label="Harbour Wholesale")
        self.press(page, "Take into the safe", "4417B-02")

    def count(self, kind: str, opened_ml: str) -> None:
        """Two people count blind; the second one finds the count at the safe."""
        page = self.at_safe(self.jonas)
        page.locator("#id_kind").select_option(label=kind)
        self.press(page, "Start a blind count", "Blind: no balance")
        for counter in (self.jonas, self.leila):
            self.count_alone(counter, opened_ml)

    def count_alone(self, counter: Page, opened_ml: str) -> None:
        if counter is not self.jonas:
            self.at_safe(counter).get_by_role("link", name="Count", exact=True).click()
        expect(counter.locator("main")).not_to_contain_text(re.compile(r"\dmg|\d\smg(?!/)"))
        for field in counter.locator("main form select").all():
            field.select_option("1")
        for text in counter.locator('main form input[inputmode="decimal"]').all():
            text.fill(opened_ml)
        self.press(counter, "Sign my count", "Counted by")

    def draw(self, order_pk: int, ml: str) -> None:
        self.jonas.goto(f"/care/stock/orders/{order_pk}/draw/")
        self.jonas.get_by_label("From").select_option(index=1)
        self.jonas.get_by_label("Drawn: mL, or devices").fill(ml)
        self.press(self.jonas, "Record the draw", "Account for it")

    def waste(self, ml: str) -> None:
        """The rest of the syringe; Leila answers on her own phone."""
        self.at_safe(self.jonas).get_by_role("link", name="Account for it").first.click()
        self.jonas.get_by_label("Wasted").fill(ml)
        self.jonas.get_by_label("How").select_option(label="made unusable in a disposal pouch")
        self.jonas.get_by_label("Who saw it").select_option(label="Leila Haddad")
        self.press(self.jonas, "Record the waste", "Waits for a witness|no witness|Squared")
        self.leila.goto("/")
        self.leila.locator('a[href^="/care/stock/witness/"]').first.click()
        self.leila.get_by_label("I saw all of it").check()
        self.sign(self.leila, "Sign what I saw", "My work")

    def sign(self, page: Page, act: str, then: str) -> None:
        page.get_by_label("Your password, as your signature").fill(PASSWORD)
        self.press(page, act, then)

    def ledger(self, page: Page, vial: Container) -> list[list[str]]:
        """The printed ledger: the running balance of one vial as its file says it."""
        day = self.cast.site.today(self.clock.now()).isoformat()
        path = f"/care/stock/safes/{self.safe.pk}/reports/balance/"
        answer = page.request.get(f"{path}?first={day}&last={day}&container={vial.pk}&as=csv")
        return [
            [cell.replace("\u00a0", " ") for cell in row] for row in csv.reader(io.StringIO(answer.text()))
        ]


def test_two_nurses_and_a_pharmacist_from_a_delivery_to_the_closed_day(
    transactional_db: None, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = make_cast()
    pharmacist = make_person("Paola Ricci", (Role.MEDICAL_DIRECTOR, cast.site))
    set_duty(
        site=cast.site, role=Role.MEDICAL_DIRECTOR, person=pharmacist, starts_at=NOW, ends_at=NOW + timedelta(days=1),
        by=cast.director, at=NOW,
    )  # fmt: skip
    sign_pack_for(cast)
    safe, _, _ = safe_of(cast), supplier_of(cast), policy(cast)
    clock = ServerClock(minute(-45))
    monkeypatch.setattr(timezone, "now", clock.now)
    day = StockDay(cast, safe, open_as, clock)
    day.receive()
    day.count("count at opening", "0")
    opened = Container.objects.get(code="4417B-01")
    order = order_of(cast)
    clock.jump(minute(1))
    day.draw(order.pk, "1")
    given(cast, order)
    clock.jump(minute(50))
    day.waste("0,28")
    day.draw(order.pk, "0.18")  # typed twice: nothing was drawn
    day.waste("0.18")
    clock.jump(minute(480))
    day.count("count at closing", "9")
    found = Discrepancy.objects.get()
    expect(day.leila.locator("main")).to_contain_text("Count differs")
    kofi = open_as(cast.prescriber, "/care/stock/", width=390, height=844)
    solve(day, found, kofi, open_as(pharmacist, f"/care/stock/discrepancies/{found.pk}/"))
    day.count("count at closing", "9")
    day.sign(day.at_safe(day.jonas, "close/"), "Close the day", "Day closed")
    expect(day.jonas.locator("main")).to_contain_text("450.0")
    rows = day.ledger(day.jonas, opened)
    assert [row[3:8] + row[9:11] for row in rows[1:]] == NURSES_DAY


def solve(day: StockDay, found: Discrepancy, kofi: Page, pharmacist: Page) -> None:
    """Counted again by two others than before, then settled by the pharmacist, who alone may."""
    day.jonas.goto(f"/care/stock/discrepancies/{found.pk}/")
    expect(day.jonas.locator("main")).to_contain_text(re.compile("9.0\\smg more than the ledger"))
    day.press(day.jonas, "Count it again", "Blind: no balance")
    for counter in (day.leila, kofi):
        day.count_alone(counter, "9")
    expect(pharmacist.locator("main")).not_to_contain_text("Settle it")
    pharmacist.reload()
    pharmacist.get_by_label("How was it settled?").fill("Drawn once, typed twice.")
    day.sign(pharmacist, "Settle the difference", "Settled.")
