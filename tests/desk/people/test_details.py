"""A further site is opened and changed by its pages; people say what they are called."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from mooring.audit.models import Event
from mooring.identity.models import Person, RoleAssignment, Site
from mooring.identity.roles import Role
from tests.people import Cast

pytestmark = pytest.mark.django_db
NEW = {
    "name": "North Pier",
    "programme": "therapy-clinic",
    "time_zone": "europe/lisbon",
    "jurisdiction": "PT",
    "phone": "+351 21 555 0100",
    "emergency_number": "112",
    "opens_at": "09:00",
    "closes_at": "17:00",
    "open_days": ["2", "1", "4"],
    "crisis_lines": "SNS 24 | 808 24 24 24 | day and night\n\nEmergency | 112",
}


def was_of(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    found = re.search(r'name="was" value="([^"]+)"', page.content.decode())
    assert found
    return found.group(1)


def test_a_further_site_is_opened(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    assert client.get("/people/sites/open/").status_code == 200
    answer = client.post("/people/sites/open/", {**NEW, "once": str(uuid4())})
    assert answer.headers["Location"] == "/people/"
    site = Site.objects.get(name="North Pier")
    assert (site.organisation, site.time_zone, site.open_days) == (
        cast.site.organisation,
        "Europe/Lisbon",
        "124",
    )
    assert site.crisis_lines == [
        {"name": "SNS 24", "number": "808 24 24 24", "what": "day and night"},
        {"name": "Emergency", "number": "112", "what": ""},
    ]
    assert RoleAssignment.objects.get(site=site).role == Role.ADMINISTRATOR
    assert Event.objects.filter(name="identity.site.added", actor=cast.administrator.actor_ref).count() == 1
    assert "North Pier" in client.get("/people/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"time_zone": "Lisbon time"}, "Enter a time zone by name"),
        ({"jurisdiction": "Portugal"}, "Write the law as"),
        ({"closes_at": "08:00"}, "Closing time is before opening time"),
        ({"crisis_lines": "Call somebody"}, "needs a name and a number"),
        ({"crisis_lines": " "}, "This answer is missing"),
        ({"open_days": []}, "This answer is missing"),
        ({"emergency_number": ""}, "This answer is missing"),
        ({"emergency_number": "call 112"}, "Enter the number alone"),
    ],
)
def test_what_makes_no_sense_is_not_opened(
    client: Client, cast: Cast, wrong: dict[str, object], said: str
) -> None:
    client.force_login(cast.administrator)
    answer = client.post("/people/sites/open/", {**NEW, **wrong, "once": str(uuid4())})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="North Pier"' in answer.content.decode()
    assert not Site.objects.filter(name="North Pier").exists()


def test_the_same_form_twice_opens_one_site(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    once = str(uuid4())
    for _ in range(2):
        assert client.post("/people/sites/open/", {**NEW, "once": once}).status_code == 302
    assert Site.objects.filter(name="North Pier").count() == 1


def change(was: str, **other: object) -> dict[str, object]:
    fields = {
        "name": "Elm Quay Clinic",
        "phone": "+1 503 555 0199",
        "emergency_number": "911",
        "opens_at": "08:00",
        "closes_at": "18:00",
        "open_days": ["1", "2", "3", "4", "5"],
        "crisis_lines": "988 Suicide and Crisis Lifeline | 988 | call or text",
        "was": was,
        "once": str(uuid4()),
    }
    return {**fields, **other}


def test_crisis_lines_are_changed_and_shown_to_patients(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    address = f"/people/sites/{cast.site.pk}/"
    lines = "988 Suicide and Crisis Lifeline | 988\nCounty line | 503 555 0111 | evenings"
    assert client.post(address, change(was_of(client, address), crisis_lines=lines)).status_code == 302
    shown = Client().get(f"/care/referrals/interest/{cast.site.pk}/").content.decode()
    assert "503 555 0111" in shown
    event = Event.objects.get(name="identity.site.changed")
    assert "crisis_lines" in event.detail["changed"]
    assert "opens_at" not in event.detail["changed"]


def test_the_second_of_two_is_told(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    address = f"/people/sites/{cast.site.pk}/"
    was = was_of(client, address)
    assert client.post(address, change(was, phone="+1 503 555 0111")).status_code == 302
    answer = client.post(address, change(was, phone="+1 503 555 0222"))
    assert answer.status_code == 422
    assert "A colleague changed this a moment ago" in answer.content.decode()
    assert Site.objects.get(pk=cast.site.pk).phone == "+1 503 555 0111"


def test_who_may_change_a_site(client: Client, cast: Cast) -> None:
    for person, status in ((cast.monitor, 403), (cast.stranger, 404)):
        client.force_login(person)
        for method in (client.get, client.post):
            assert method(f"/people/sites/{cast.site.pk}/").status_code == status
            assert method("/people/sites/open/").status_code == 403
    client.force_login(cast.administrator)
    assert client.get("/people/sites/99999/").status_code == 404


def test_one_says_what_one_is_called(client: Client, cast: Cast) -> None:
    client.force_login(cast.monitor)
    was = was_of(client, "/people/me/")
    told = {
        "chosen_name": "Jo",
        "pronouns": "they/them",
        "phone": "",
        "time_zone": "Europe/Lisbon",
        "legal_name": "Somebody Else",
        "was": was,
        "once": str(uuid4()),
    }
    assert client.post("/people/me/", told).status_code == 302
    stored = Person.objects.get(pk=cast.monitor.pk)
    assert (stored.name, stored.pronouns, stored.time_zone) == ("Jo", "they/them", "Europe/Lisbon")
    assert stored.legal_name == cast.monitor.legal_name
    event = Event.objects.get(name="identity.person.changed")
    assert event.detail["changed"] == ["chosen_name", "pronouns", "time_zone"]
    assert "Jo" in client.get("/").content.decode()
    assert client.post("/people/me/", {**told, "was": "altered"}).status_code == 422


def test_ones_own_address_has_no_way_to_pages_that_answer_403(client: Client, cast: Cast) -> None:
    client.force_login(cast.facilitator)
    answer = client.get("/people/me/email/")
    assert answer.status_code == 200
    assert 'href="/people/"' not in answer.content.decode()


def test_a_legal_name_is_corrected_by_who_manages_people(client: Client, cast: Cast) -> None:
    address = f"/people/{cast.monitor.pk}/details/"
    client.force_login(cast.administrator)
    told = {
        "legal_name": "Jonas Berg <b>",
        "chosen_name": "",
        "pronouns": "",
        "phone": "",
        "time_zone": "UTC",
        "was": was_of(client, address),
        "once": str(uuid4()),
    }
    assert client.post(address, told).headers["Location"] == f"/people/{cast.monitor.pk}/"
    page = client.get(f"/people/{cast.monitor.pk}/").content.decode()
    assert "Jonas Berg &lt;b&gt;" in page
    client.force_login(cast.therapist)
    assert client.get(address).status_code == 403
    client.force_login(cast.administrator)
    assert client.get(f"/people/{cast.stranger.pk}/details/").status_code == 404
