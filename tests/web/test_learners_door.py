"""Doors for learners: registering by oneself with the mailbox checked, and a local provider of OpenID Connect."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client
from django.urls import reverse

from mooring.identity.models import Person, RoleAssignment
from mooring.identity.roles import Role
from mooring.work.models import Message, TaskLink
from tests.people import Cast

pytestmark = pytest.mark.django_db
SAID = {"name": "Nadia Nowak", "email": "Nadia@Example.org"}


def test_registration_is_closed_by_default(cast: Cast, settings: Any) -> None:
    assert Client().get(reverse("register")).status_code == 404
    assert b"Ask for an account" not in Client().get(reverse("account_login")).content
    settings.SELF_REGISTRATION = True
    assert b"Ask for an account" in Client().get(reverse("account_login")).content


def test_an_account_opens_with_the_link_in_the_mail_and_not_before(cast: Cast, settings: Any) -> None:
    settings.SELF_REGISTRATION = True
    answer = Client().post(reverse("register"), SAID)
    assert answer.headers["Location"] == reverse("register-sent")
    person = Person.objects.get(email="nadia@example.org")
    assert not person.has_usable_password()
    assert list(person.roles.values_list("role", flat=True)) == [Role.LEARNER]
    message = Message.objects.get(person=person)
    assert message.link is not None
    assert "{link}" in message.body
    again = Client().post(reverse("register"), SAID)
    assert again.headers["Location"] == answer.headers["Location"]
    assert Person.objects.filter(email="nadia@example.org").count() == 1
    assert TaskLink.objects.filter(person=person, state="open").count() == 1


def test_nothing_tells_a_stranger_who_has_an_account(cast: Cast, settings: Any) -> None:
    settings.SELF_REGISTRATION = True
    known = Client().post(reverse("register"), {"name": "X Y", "email": cast.prescriber.email})
    new = Client().post(reverse("register"), SAID)
    assert (known.status_code, known.headers["Location"]) == (new.status_code, new.headers["Location"])
    told = Message.objects.get(person=cast.prescriber)
    assert told.link is None
    assert "sign in with your password" in told.body
    assert not RoleAssignment.objects.filter(person=cast.prescriber, role=Role.LEARNER).exists()


def test_who_asks_too_often_waits(cast: Cast, settings: Any) -> None:
    settings.SELF_REGISTRATION = True
    codes = [
        Client().post(reverse("register"), {"name": "A B", "email": f"a{n}@example.org"}).status_code
        for n in range(8)
    ]
    assert codes == [302] * 5 + [422] * 3
    assert (
        Person.objects.filter(email__startswith="a")
        .filter(email__endswith="@example.org", legal_name="A B")
        .count()
        == 5
    )


class _Provider(BaseHTTPRequestHandler):
    """The parts of a provider that are used: discovery, token, user info."""

    told: dict[str, Any]

    def _send(self, body: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_GET(self) -> None:
        at = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        if self.path == "/.well-known/openid-configuration":
            self._send(
                {
                    "issuer": at,
                    "authorization_endpoint": f"{at}/authorize",
                    "token_endpoint": f"{at}/token",
                    "userinfo_endpoint": f"{at}/userinfo",
                    "jwks_uri": f"{at}/jwks",
                }
            )
        else:
            self._send(self.told)

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if sent.get("code") != ["good"]:
            self.send_error(400)
            return
        at = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        claims = {"iss": at, "aud": "client", "sub": self.told["sub"], "iat": 0, "exp": 99999999999}
        token = jwt.encode(claims, "a secret of thirty-two characters", algorithm="HS256")
        self._send({"access_token": "t", "token_type": "Bearer", "id_token": token})

    def log_message(self, *_args: Any) -> None:
        """Silent."""


@contextmanager
def provider(settings: Any, **told: Any) -> Iterator[str]:
    """A stand-in on this machine that says this about whoever comes."""
    handler = type("Provider", (_Provider,), {"told": told})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    at = f"http://127.0.0.1:{server.server_port}"
    settings.OIDC_ISSUER, settings.OIDC_NAME = at, "Harbour"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "learners", "name": "Harbour", "client_id": "client", "secret": "s",
                    "settings": {"server_url": at, "fetch_userinfo": True},
                }
            ],
        }
    }  # fmt: skip
    try:
        yield at
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def signed_in_by(client: Client, *, code: str = "good") -> Any:
    """Through the provider and back."""
    begun = client.post(reverse("openid_connect_login", args=["learners"]))
    assert begun.status_code == 302
    asked = parse_qs(urlsplit(begun.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(
        reverse("openid_connect_callback", args=["learners"]), {"code": code, "state": asked["state"][0]}
    )


def test_the_door_does_not_exist_by_default(cast: Cast) -> None:
    assert Client().post(reverse("openid_connect_login", args=["learners"])).status_code == 404
    assert Client().get(reverse("openid_connect_callback", args=["learners"])).status_code == 404


def test_a_learner_comes_in_by_the_provider_and_again_by_the_same_account(cast: Cast, settings: Any) -> None:
    told = {"sub": "u1", "email": "new@example.org", "email_verified": True, "name": "Nadia Nowak"}
    with provider(settings, **told):
        client = Client()
        assert b"sign in with Harbour" in client.get(reverse("account_login")).content
        assert signed_in_by(client).status_code == 302
        person = Person.objects.get(email="new@example.org")
        assert client.session["_auth_user_id"] == str(person.pk)
        assert person.legal_name == "Nadia Nowak"
        assert [each.role for each in person.standing] == [Role.LEARNER]
        assert signed_in_by(Client()).status_code == 302
        assert Person.objects.filter(email="new@example.org").count() == 1


def test_a_learner_who_has_an_account_is_known_by_the_verified_address(cast: Cast, settings: Any) -> None:
    with provider(settings, sub="u2", email=cast.learner.email, email_verified=True):
        client = Client()
        signed_in_by(client)
        assert client.session["_auth_user_id"] == str(cast.learner.pk)


@pytest.mark.parametrize("role", ["prescriber", "educator", "administrator"])
def test_nobody_of_the_staff_comes_in_by_the_provider(cast: Cast, settings: Any, role: str) -> None:
    with provider(settings, sub="u3", email=getattr(cast, role).email, email_verified=True):
        client = Client()
        answer = signed_in_by(client)
        assert (answer.status_code, "_auth_user_id" in client.session) == (403, False)
        assert "for learners" in answer.content.decode()


def test_an_address_that_is_not_verified_and_a_code_that_is_not_good_sign_nobody_in(
    cast: Cast, settings: Any
) -> None:
    with provider(settings, sub="u4", email=cast.learner.email, email_verified=False):
        client = Client()
        assert "not verified" in signed_in_by(client).content.decode()
        assert "did not confirm" in signed_in_by(client, code="bad").content.decode()
        assert "_auth_user_id" not in client.session
    assert Client().get(reverse("socialaccount_login_cancelled")).status_code == 403
