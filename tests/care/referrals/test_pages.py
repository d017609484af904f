"""The public form in a browser's hands, and the coordinator's pages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mooring.audit.models import Access
from mooring.care.referrals import views
from mooring.care.referrals.models import Lead
from tests.care.referrals.leads import received
from tests.people import Cast

TYPED = {
    "legal_name": "Sara Lindqvist",
    "birth_date": "1987-03-25",
    "phone": "503 555 0142",
    "prefers": "phone",
    "about": "",
}


@pytest.fixture(autouse=True)
def _fresh_count(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.clear()
    monkeypatch.setattr(views, "LEAST_SECONDS", 0)
    yield
    cache.clear()


def opened(client: Client, cast: Cast) -> dict[str, str]:
    """The hidden fields of a freshly opened form."""
    answer = client.get(f"/care/referrals/interest/{cast.site.pk}/")
    assert answer.status_code == 200
    return dict(re.findall(r'name="(once|opened)" value="([^"]+)"', answer.content.decode()))


def send(client: Client, cast: Cast, **changed: str) -> object:
    return client.post(
        f"/care/referrals/interest/{cast.site.pk}/", {**TYPED, **opened(client, cast), **changed}
    )


def test_a_visitor_asks_and_is_told_what_happens_next(cast: Cast, client: Client) -> None:
    first = client.get(f"/care/referrals/interest/{cast.site.pk}/").content.decode()
    assert first.index("988") < first.index("<form")
    answer = client.post(
        f"/care/referrals/interest/{cast.site.pk}/", {**TYPED, **opened(client, cast)}, follow=True
    )
    assert "The clinic will reply by" in answer.content.decode()
    assert Lead.objects.get().legal_name == "Sara Lindqvist"


def test_a_form_sent_twice_makes_one_lead(cast: Cast, client: Client) -> None:
    hidden = opened(client, cast)
    for _ in range(2):
        answer = client.post(f"/care/referrals/interest/{cast.site.pk}/", {**TYPED, **hidden})
        assert answer.status_code == 302
    assert Lead.objects.count() == 1


def test_a_duplicate_is_stored_and_nothing_is_told_to_the_visitor(cast: Cast, client: Client) -> None:
    first = received(cast.site)
    answer = client.post(
        f"/care/referrals/interest/{cast.site.pk}/", {**TYPED, **opened(client, cast)}, follow=True
    )
    assert Lead.objects.latest("pk").may_be_lead == first
    assert "already" not in answer.content.decode()
    assert "known" not in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"phone": "503 01"}, "check this phone number"),
        ({"phone": ""}, "enter your phone number"),
        ({"prefers": "email"}, "enter your e-mail"),
        ({"birth_date": "2030-01-01"}, "check the year"),
        ({"website": "http://example.org"}, "leave the field"),
        ({"opened": "forged"}, "send the form again"),
    ],
)
def test_what_needs_another_look_says_so_and_keeps_the_rest(
    cast: Cast, client: Client, changed: dict[str, str], says: str
) -> None:
    answer = send(client, cast, **changed)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    text = answer.content.decode()  # type: ignore[attr-defined]
    assert re.search(says, text)
    assert "Sara Lindqvist" in text
    assert not Lead.objects.exists()


def test_a_program_that_answers_at_once_is_stopped(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LEAST_SECONDS", 3)
    assert send(client, cast).status_code == 422  # type: ignore[attr-defined]


def test_a_flood_from_one_address_is_stopped(cast: Cast, client: Client) -> None:
    codes = [send(client, cast).status_code for _ in range(views.FORMS_AN_HOUR + 1)]  # type: ignore[attr-defined]
    assert codes[-1] == 429
    assert Lead.objects.count() == views.FORMS_AN_HOUR


def test_hostile_text_stays_text(cast: Cast, client: Client) -> None:
    send(client, cast, about="<script>alert(1)</script>", legal_name="<b>Sara</b>")
    client.force_login(cast.coordinator)
    page = client.get(f"/care/referrals/{Lead.objects.get().pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_site_without_a_signed_policy_asks_to_call(cast: Cast, client: Client) -> None:
    cast.site.pk = None
    cast.site.name = "New place"
    cast.site.save()
    answer = client.get(f"/care/referrals/interest/{cast.site.pk}/")
    assert answer.status_code == 503
    assert "555 0100" in answer.content.decode()


def test_the_index_lets_one_choose_a_site(cast: Cast, client: Client) -> None:
    text = client.get("/care/referrals/interest/").content.decode()
    assert "Elm Quay Clinic" in text
    assert "Harbour Row" in text


def test_the_coordinator_works_a_lead_through(cast: Cast, client: Client) -> None:
    lead = received(cast.site, at=timezone.now())
    client.force_login(cast.coordinator)
    assert "Sara Lindqvist" in client.get("/care/referrals/").content.decode()
    call_at = timezone.now() + timedelta(days=1)
    answer = client.post(
        f"/care/referrals/{lead.pk}/call/",
        {"seen": lead.since.isoformat(), "call_at": f"{call_at:%Y-%m-%dT%H:%M}", "once": str(uuid4())},
    )
    assert answer.status_code == 302
    lead.refresh_from_db()
    sent = {"seen": lead.since.isoformat(), "outcome": "joined", "call_note": "Good talk."}
    answer = client.post(f"/care/referrals/{lead.pk}/outcome/", {**sent, "once": str(uuid4())})
    lead.refresh_from_db()
    assert answer.status_code == 302
    assert answer["Location"] == f"/care/screening/send/{lead.patient_id}/"


def test_an_outcome_without_its_reason_is_not_stored(cast: Cast, client: Client) -> None:
    lead = received(cast.site)
    client.force_login(cast.coordinator)
    for outcome in ("declined", "duplicate", "", "nonsense"):
        answer = client.post(
            f"/care/referrals/{lead.pk}/outcome/", {"seen": lead.since.isoformat(), "outcome": outcome}
        )
        assert answer.status_code == 422
    lead.refresh_from_db()
    assert lead.stage == "received"


@pytest.mark.parametrize("path", ["", "call/", "outcome/"])
def test_who_may_open_a_lead(cast: Cast, client: Client, path: str) -> None:
    lead = received(cast.site)
    for person, code in ((cast.coordinator, 200), (cast.stranger, 404), (cast.monitor, 403)):
        client.force_login(person)
        assert client.get(f"/care/referrals/{lead.pk}/{path}").status_code == code
    client.force_login(cast.coordinator)
    assert client.get(f"/care/referrals/987654/{path}").status_code == 404
    client.logout()
    assert client.get(f"/care/referrals/{lead.pk}/{path}").status_code == 302


def test_an_opened_lead_leaves_a_row(cast: Cast, client: Client) -> None:
    lead = received(cast.site)
    client.force_login(cast.coordinator)
    client.get(f"/care/referrals/{lead.pk}/")
    row = Access.objects.get(viewer=cast.coordinator.actor_ref)
    assert [each.subject for each in row.subjects.all()] == [lead.subject_ref]


def test_the_list_asks_no_more_of_the_database_with_more_leads(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    counts = []
    for turn in range(2):
        for number in range(6):
            received(cast.site, legal_name=f"P {number}", phone=f"50355{number}{turn}999", email="")
        with CaptureQueriesContext(connection) as counted:
            client.get("/care/referrals/?show=all")
        counts.append(len(counted))
    assert counts[0] == counts[1]
