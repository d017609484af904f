"""The page of the days after a dose."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.audit.models import Access
from mooring.care.sessions.models import Session
from mooring.care.treatments.models import Cycle, Phase, Preparation
from mooring.identity.models import Person
from tests.care.sessions.rows import minute, opened, signed_off
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db

NAMES = ["integration-contact", "integration-visit", "integration-close"]
HOSTILE = "<script>alert(1)</script>\"'{{ 7 }}"


@pytest.fixture
def session(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A signed session; the wall clock stands a day after it."""
    made = signed_off(cast)
    Preparation.objects.create(
        cycle=made.cycle,
        intention="To look at the house again.",
        calming_plan="Breathe.",
        touch="none",
        call_shown=True,
        by=cast.therapist,
        at=NOW,
    )
    monkeypatch.setattr(timezone, "now", lambda: minute(45) + timedelta(hours=30))
    return made


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(client: Client, name: str, session: Session, **data: Any) -> Any:
    return client.post(reverse(name, args=[session.cycle_id]), {"once": str(uuid4()), **data})


def test_contact_visit_and_closing_by_the_forms(cast: Cast, session: Session) -> None:
    client = signed_in(cast.therapist)
    looks = Access.objects.count()
    body = client.get(reverse("integration", args=[session.cycle_id])).content.decode()
    assert "To look at the house again." in body
    assert "After(" not in body
    assert Access.objects.count() == looks + 1
    early = post(client, "integration-close", session, **{"close-outcome": "complete"})
    assert early.status_code == 422
    assert "still due" in early.content.decode()
    given = {"contact-result": "reached", "contact-safe": "yes", "contact-words": "Slept well."}
    assert post(client, "integration-contact", session, **given).status_code == 302
    written = {"visit-experience": "The house by the sea.", "visit-practices": "Walk there."}
    assert post(client, "integration-visit", session, **written).status_code == 302
    assert post(client, "integration-close", session, **{"close-outcome": "complete"}).status_code == 302
    assert Cycle.objects.get(pk=session.cycle_id).phase == Phase.CLOSED
    body = client.get(reverse("integration", args=[session.cycle_id])).content.decode()
    assert "The house by the sea." in body
    assert "contact-result" not in body


def test_reached_without_asking_is_told_and_keeps_what_was_typed(cast: Cast, session: Session) -> None:
    given = {"contact-result": "reached", "contact-words": "A long talk."}
    answer = post(signed_in(cast.therapist), "integration-contact", session, **given)
    assert answer.status_code == 422
    assert "A long talk." in answer.content.decode()
    assert not session.cycle.contacts.exists()


def test_not_safe_shows_who_was_told_and_whom_to_call(cast: Cast, session: Session) -> None:
    client = signed_in(cast.therapist)
    given = {"contact-result": "reached", "contact-safe": "no", "contact-words": "Worse."}
    post(client, "integration-contact", session, **given)
    body = client.get(reverse("integration", args=[session.cycle_id])).content.decode()
    assert "<bdi>Kofi Mensah</bdi> was notified" in body
    assert "988" in body


@pytest.mark.parametrize("name", ["integration", *NAMES])
def test_a_stranger_finds_nothing(cast: Cast, session: Session, name: str) -> None:
    stranger = signed_in(cast.stranger)
    assert stranger.get(reverse(name, args=[session.cycle_id])).status_code == 404
    assert post(stranger, name, session).status_code == 404
    assert signed_in(cast.therapist).get(reverse(name, args=[session.cycle_id + 99])).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_may_not_write(cast: Cast, session: Session, name: str) -> None:
    reader = signed_in(cast.facilitator)
    assert reader.get(reverse("integration", args=[session.cycle_id])).status_code == 200
    assert post(reader, name, session).status_code == 403
    assert signed_in(cast.monitor).get(reverse(name, args=[session.cycle_id])).status_code == 403


def test_before_a_dose_there_is_no_page(cast: Cast) -> None:
    cycle = opened(cast).cycle
    assert signed_in(cast.therapist).get(reverse("integration", args=[cycle.pk])).status_code == 404


def test_a_form_sent_twice_does_one_thing(cast: Cast, session: Session) -> None:
    client, once = signed_in(cast.therapist), str(uuid4())
    for _ in range(2):
        answer = client.post(
            reverse("integration-contact", args=[session.cycle_id]),
            {"once": once, "contact-result": "no-answer"},
            follow=True,
        )
    assert "Already saved" in answer.content.decode()
    assert session.cycle.contacts.count() == 1


def test_hostile_words_are_inert(cast: Cast, session: Session) -> None:
    client = signed_in(cast.therapist)
    post(client, "integration-contact", session, **{"contact-result": "no-answer", "contact-words": HOSTILE})
    post(client, "integration-visit", session, **{"visit-experience": HOSTILE, "visit-meaning": HOSTILE})
    body = client.get(reverse("integration", args=[session.cycle_id])).content.decode()
    assert "<script>alert" not in body
    assert body.count("&lt;script&gt;alert") == 3


def test_a_second_closing_is_told(cast: Cast, session: Session) -> None:
    client = signed_in(cast.therapist)
    post(client, "integration-contact", session, **{"contact-result": "reached", "contact-safe": "yes"})
    post(client, "integration-visit", session, **{"visit-experience": "x"})
    post(client, "integration-close", session, **{"close-outcome": "complete"})
    assert post(client, "integration-close", session, **{"close-outcome": "complete"}).status_code == 422
