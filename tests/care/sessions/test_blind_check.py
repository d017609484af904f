"""The double check is blind: nobody who reads the syringe has been shown, on any page, what it should hold."""

import re
from typing import Any

import pytest
from django.urls import reverse

from mooring.care.sessions.models import Session
from mooring.identity.models import Person
from tests.care.sessions.rows import confirmed, minute, opened, started
from tests.care.sessions.test_session_page import signed_in
from tests.people import Cast

pytestmark = pytest.mark.django_db

SHOWN = re.compile(r"\b36(\.0+)?\s*mL|\b54(\.0+)?\s*mL/h")
"""The volume and the rate of the order of these tests, with which the volume is known."""
LINK = re.compile(r'href="(/care/[^"#]*)"')
FOLLOWED = 16
"""So many pages, those of the order and the session first."""


def pages_that_show(person: Person, *first: str, most: int = FOLLOWED) -> set[str]:
    """Which pages in reach of a person show the volume or the rate, along the links of those of the order."""
    client, seen, waiting, showing = signed_in(person), set[str](), list(first), set[str]()
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address, follow=True)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        text = answer.content.decode().replace("\xa0", " ")
        if SHOWN.search(re.sub(r"<[^>]+>", "", text)) or SHOWN.search(text):
            showing.add(address)
        waiting += LINK.findall(text)
    return showing


def addresses(session: Session) -> list[str]:
    return [
        reverse("order", args=[session.order_id]),
        reverse("cycle", args=[session.cycle_id]),
        reverse("session-write", args=[session.pk, "time-out"]),
        reverse("session", args=[session.pk]),
        reverse("stock-draw", args=[session.order_id]),
    ]


def test_no_page_shows_the_volume_to_who_checks_it(cast: Cast, clock: list[Any]) -> None:
    """Kind: whoever re-enters has not just been shown it. Who signed has seen it, and is not asked to read it."""
    session = opened(cast)
    clock[0] = minute(3)
    first = addresses(session)
    assert pages_that_show(cast.monitor, *first) == set()
    assert pages_that_show(cast.second_monitor, *first, most=len(first)) == set()
    order = reverse("order", args=[session.order_id])
    assert order in pages_that_show(cast.prescriber, order, most=1)


def test_after_two_have_read_it_the_rate_is_shown_for_the_pump(cast: Cast, clock: list[Any]) -> None:
    session = confirmed(cast, opened(cast))
    clock[0] = minute(5)
    page = signed_in(cast.monitor).get(reverse("session", args=[session.pk])).content.decode()
    assert "54\xa0mL/h" in page


def test_once_the_dose_began_the_order_is_read_whole(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(6)
    order = reverse("order", args=[session.order_id])
    assert order in pages_that_show(cast.monitor, order, most=1)
