"""Somebody is invited, chooses a password behind the link, and signs in."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Event
from mooring.identity.models import Person
from mooring.work.actions import token_of
from mooring.work.models import Message, TaskLink
from tests.links import hold, page_of
from tests.people import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "a quiet harbour in winter"


def asked(cast: Cast, **other: object) -> dict[str, object]:
    fields = {
        "legal_name": "Noor Aziz",
        "email": "Noor@Example.org",
        "role": "monitor",
        "site": cast.site.pk,
        "once": str(uuid4()),
    }
    return {**fields, **other}


def invited(client: Client, cast: Cast) -> TaskLink:
    client.force_login(cast.director)
    assert client.post("/people/invite/", asked(cast)).headers["Location"] == "/people/"
    client.logout()
    return TaskLink.objects.get(kind="invitation")


def test_from_the_invitation_to_the_first_sign_in(client: Client, cast: Cast) -> None:
    link = invited(client, cast)
    assert "{link}" in Message.objects.get().body
    door = client.post(f"/t/{token_of(link)}/", {})
    assert door.headers["Location"] == page_of("invitation")
    assert client.post(page_of("invitation"), {"password": "short", "again": "short"}).status_code == 422
    differ = client.post(page_of("invitation"), {"password": PASSWORD, "again": "something else"})
    assert differ.status_code == 422
    done = client.post(page_of("invitation"), {"password": PASSWORD, "again": PASSWORD})
    assert done.headers["Location"] == "/accounts/login/"
    signed_in = client.post("/accounts/login/", {"login": "noor@example.org", "password": PASSWORD})
    assert signed_in.headers["Location"] == "/"
    assert "Noor Aziz" in client.get("/").content.decode()
    names = set(Event.objects.values_list("name", flat=True))
    assert {"work.person.invited", "identity.person.added", "identity.role.given"} <= names
    assert {"work.invitation.accepted", "identity.password.set", "work.link.answered"} <= names


def test_the_link_opens_once(client: Client, cast: Cast) -> None:
    link = invited(client, cast)
    client.post(f"/t/{token_of(link)}/", {})
    client.post(page_of("invitation"), {"password": PASSWORD, "again": PASSWORD})
    again = client.post(f"/t/{token_of(link)}/", {})
    assert again.status_code == 422
    assert client.get(page_of("invitation")).status_code == 404


def test_a_new_invitation_withdraws_the_first(client: Client, cast: Cast) -> None:
    first = invited(client, cast)
    client.post(f"/t/{token_of(first)}/", {})
    client.force_login(cast.administrator)
    client.post(f"/people/{first.person_id}/invite-again/", {"once": str(uuid4())})
    client.logout()
    over = hold(client, first).get(first.address)
    assert over.status_code == 409
    assert b"no longer works" in over.content
    assert TaskLink.objects.filter(kind="invitation").count() == 2


def test_an_address_that_is_known_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    answer = client.post("/people/invite/", asked(cast, email=str(cast.monitor.email).upper()))
    assert answer.status_code == 422
    assert b"already has an account here" in answer.content
    assert not TaskLink.objects.exists()


def test_who_may_not_manage_people_may_not_invite(client: Client, cast: Cast) -> None:
    for person in (cast.monitor, cast.coordinator, cast.stranger):
        client.force_login(person)
        assert client.get("/people/invite/").status_code == 403
        assert client.post("/people/invite/", asked(cast)).status_code == 403


def test_another_site_cannot_be_chosen(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    assert client.post("/people/invite/", asked(cast, site=cast.other_site.pk)).status_code == 422


def test_the_same_form_twice_invites_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    sent = asked(cast)
    for _ in range(2):
        assert client.post("/people/invite/", sent).status_code == 302
    assert Person.objects.filter(email="noor@example.org").count() == 1


def test_hostile_text_stays_text(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    client.post("/people/invite/", asked(cast, legal_name="<script>alert(1)</script>"))
    page = client.get("/people/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert timezone.now() > Person.objects.latest("pk").joined_at
