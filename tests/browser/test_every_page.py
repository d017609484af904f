"""Every page that a link leads to, for every person of the demonstration: it answers, axe finds nothing on it in
either theme, and nothing scrolls sideways on a phone. Long, so it belongs to `./run soak`.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Error, Page

from mooring.demonstration.loading import load
from mooring.identity.models import Person
from tests.browser.conftest import findings_in_both_themes, sideways_px

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.django_db(transaction=True)]

LEFT_OUT = re.compile(r"^/(static|accounts/logout|media)")
EACH_KIND_AT_MOST = 3
"""So many pages of one kind for one person: their states differ (a cycle in each phase), their parts do not."""


def kind_of(path: str) -> str:
    return resolve(path).view_name


class Walk:
    """From the first page along every link, no page twice."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.waiting, self.seen = ["/"], {"/"}
        self.kinds: dict[str, int] = {}
        self.wrong: list[str] = []

    def all(self, looked_over: set[str]) -> None:
        while self.waiting:
            self.one(self.waiting.pop(0), looked_over)

    def one(self, path: str, looked_over: set[str]) -> None:
        kind = kind_of(path)
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if self.kinds[kind] > EACH_KIND_AT_MOST:
            return
        try:
            answer = self.page.goto(path)
        except Error as started:
            if "Download is starting" not in str(started):
                raise
            return
        assert answer is not None
        if answer.status != 200:
            self.wrong.append(f"{path} answered {answer.status}")
            return
        if "text/html" in answer.headers.get("content-type", ""):
            self.find_links()
            self.look(path, looked_over)

    def find_links(self) -> None:
        found = self.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        here = urlsplit(self.page.url).netloc
        for each in map(urlsplit, found):
            if each.netloc == here and not LEFT_OUT.match(each.path) and each.path not in self.seen:
                self.seen.add(each.path)
                self.waiting.append(each.path)

    def look(self, path: str, looked_over: set[str]) -> None:
        """Look a page over unless one with the same parts was: same kind, same headings, same buttons."""
        parts = self.page.eval_on_selector_all(
            "h1, h2, button, label, details", "all => all.map(one => one.className + one.tagName)"
        )
        same = f"{kind_of(path)} {sorted(set(parts))}"
        if same in looked_over:
            return
        looked_over.add(same)
        self.wrong += [f"{path}, {found}" for found in findings_in_both_themes(self.page)]
        if sideways_px(self.page):
            self.wrong.append(f"{path}: scrolls sideways by {sideways_px(self.page)} px")


def test_every_page_of_every_person(open_as: Any) -> None:
    load(patients=40)
    wrong: list[str] = []
    looked_over: set[str] = set()
    kinds: set[str] = set()
    for person in Person.objects.filter(roles__isnull=False, is_active=True).distinct().order_by("pk"):
        page = open_as(person, "/", width=390, height=844)
        page.emulate_media(reduced_motion="reduce")
        walk = Walk(page)
        walk.all(looked_over)
        page.context.close()
        wrong += [f"{person}: {each}" for each in walk.wrong]
        kinds |= set(walk.kinds)
    print(f"{len(kinds)} kinds of page, {len(looked_over)} looked over: {', '.join(sorted(kinds))}")
    assert not wrong, "\n".join(wrong)
    assert len(kinds) > 40
