"""What the journey needs: a clock that the test moves, and hands that fill forms by their labels."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, TimeoutError, expect

from mooring.identity.models import Person, Site
from mooring.work.clock import tick
from mooring.work.models import DemonstrationDelivery
from tests.browser.conftest import findings_in_both_themes, sideways_px
from tests.people import PASSWORD

REAL_NOW = timezone.now


class Clock:
    """The server's time, moved forward by the test. The browser keeps its own."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return REAL_NOW() + self.ahead

    def forward(self, **by: float) -> None:
        self.ahead += timedelta(**by)
        tick(at=self.now(), holder="journey")

    def to_opening(self, site: Site) -> None:
        """Move to ten in the morning of the next day on which the site is open."""
        moment = site.local(self.now()).replace(hour=10, minute=0, second=0, microsecond=0)
        while moment <= self.now() or str(moment.isoweekday()) not in site.open_days:
            moment += timedelta(days=1)
        self.ahead = moment - REAL_NOW()


@contextmanager
def moved_clock() -> Iterator[Clock]:
    clock = Clock()
    with patch.object(timezone, "now", clock.now):
        yield clock


class Looked:
    """What must hold on every page that the journey comes to, in both themes: axe finds nothing on it, and
    nothing makes it scroll sideways. What is wrong is gathered, and told at the end."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.wrong: list[str] = []

    def over(self, page: Page) -> None:
        where = re.sub(r"\d+|/t/[^/]+", "…", urlsplit(page.url).path)
        place = f"{where} “{page.locator('h1').first.inner_text()}”"
        if place in self.seen:
            return
        self.seen.add(place)
        if connection.vendor == "postgresql":
            return  # the same pages; they are looked over in the run on SQLite
        self.wrong += [f"{place}, {found}" for found in findings_in_both_themes(page)]
        if over := sideways_px(page):
            self.wrong.append(f"{place}: scrolls sideways by {over} px")


LOOKED = Looked()


def press(page: Page, name: str) -> None:
    """Look the page over, press the one button or link of this name, wait for the page that comes."""
    LOOKED.over(page)
    target = page.get_by_role("button", name=name, exact=True).or_(
        page.get_by_role("link", name=name, exact=True)
    )
    try:
        target.first.click()
    except TimeoutError as late:
        raise AssertionError(
            f"no “{name}” to press on {page.url}, which says:\n{page.inner_text('main')}"
        ) from late
    page.wait_for_load_state()
    LOOKED.over(page)


def sign(page: Page, act: str) -> None:
    """Type one's password as the signature and press the act."""
    page.get_by_label("Your password, as your signature").fill(PASSWORD)
    press(page, act)


def choose(page: Page, question: str, answer: str) -> None:
    """Choose an answer of a group of radio buttons by its legend."""
    group = page.get_by_role("group", name=question).or_(page.get_by_role("radiogroup", name=question))
    group.get_by_role("radio", name=re.compile(f"^{re.escape(answer)}")).first.check()


def shows(page: Page, *words: str) -> None:
    for each in words:
        expect(page.get_by_text(each).first).to_be_visible()


def newest_link(person: Person) -> str:
    """The address in the newest message that this person's phone shows."""
    shown = (
        DemonstrationDelivery.objects.filter(message__person=person).exclude(link="").order_by("-pk").first()
    )
    assert shown is not None, f"nothing arrived for {person}"
    return "/t/" + shown.link.split("/t/")[1]
