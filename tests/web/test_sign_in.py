"""Signing in: password, second step, lock-out, and what was typed when the sign-in ran out."""

import re
import time
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from mooring.audit.recording import COMMAND_LINE
from mooring.identity.models import Organisation, Person, SitePolicy
from mooring.rules.verdict import Refused
from mooring.web.sessions import SessionStore
from mooring.web.start_up import require_ready
from mooring.work.installation import make_installation
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation
from mooring.work.schema import require_kind
from tests.people import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db
DOOR = "/accounts/login/"


def sign_in(client: Client, person: Person, password: str = PASSWORD, **more: str) -> int:
    return client.post(DOOR, {"login": person.email, "password": password, **more}).status_code


def test_the_right_password_opens_and_the_wrong_one_says_nothing_of_the_person(
    client: Client, cast: Cast
) -> None:
    wrong = client.post(DOOR, {"login": cast.monitor.email, "password": "not this one"})
    unknown = client.post(DOOR, {"login": "nobody@example.org", "password": "not this one"})
    said = [re.sub(r'value="[^"]*"|Token": "[^"]*"', "", each.content.decode()) for each in (wrong, unknown)]
    assert said[0] == said[1]
    assert sign_in(client, cast.monitor) == 302
    assert client.get("/").status_code == 200


def test_five_wrong_passwords_lock_the_door_for_a_while(client: Client, cast: Cast) -> None:
    for _ in range(5):
        assert sign_in(client, cast.monitor, "not this one") == 200
    answer = client.post(DOOR, {"login": cast.monitor.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert "Too many wrong passwords" in answer.content.decode()
    assert client.get("/").status_code == 302
    assert sign_in(Client(), cast.therapist) == 302, "somebody else is not locked out"


def test_somebody_who_left_does_not_get_in(client: Client, cast: Cast) -> None:
    Person.objects.filter(pk=cast.monitor.pk).update(is_active=False)
    client.post(DOOR, {"login": cast.monitor.email, "password": PASSWORD})
    assert client.get("/").status_code == 302


def test_nobody_signs_up(client: Client, db: None) -> None:
    answer = client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    assert not Person.objects.filter(email="new@example.org").exists()
    assert answer.status_code in {200, 403, 404}


def test_a_second_step_is_set_up_and_asked_for(client: Client, cast: Cast) -> None:
    sign_in(client, cast.prescriber)
    again = client.get("/accounts/2fa/totp/activate/").headers["Location"]
    assert again.startswith("/accounts/reauthenticate/"), "the password is asked again before this"
    assert client.post(again, {"password": "not this one"}).status_code == 200
    assert client.post(again, {"password": PASSWORD}).headers["Location"] == "/accounts/2fa/totp/activate/"
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r"<code class=\"key\">([A-Z2-7]+)</code>", page)
    assert found
    secret = found[1]
    done = client.post("/accounts/2fa/totp/activate/", {"code": _code(secret)})
    assert done.status_code == 302, done.content.decode()[:2000]
    client.logout()
    asked = client.post(DOOR, {"login": cast.prescriber.email, "password": PASSWORD})
    assert asked.headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/").status_code == 302, "the password alone opens nothing"
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.get("/").status_code == 302
    opened = client.post("/accounts/2fa/authenticate/", {"code": _code(secret, steps_on=1)})
    assert opened.status_code == 302
    assert client.get("/").status_code == 200


def _code(secret: str, steps_on: int = 0) -> str:
    """The six digits that an authenticator app shows, or shows so many half minutes later."""
    counter = int(time.time()) // 30 + steps_on
    return str(format_hotp_value(hotp_value(secret, counter)))


def policy_typed(password: str = PASSWORD) -> dict[str, object]:
    return {
        "weight_fresh_days": 3,
        "answer_interest_hours": 11,
        "contact_from_hours": 24,
        "contact_until_hours": 72,
        "page_answer_minutes": 9,
        "serious_report_days": 0,
        "keep_clinical_years": 0,
        "keep_minors_until_age": 0,
        "idle_shared_minutes": 5,
        "idle_desk_minutes": 15,
        "password": password,
        "once": str(uuid4()),
    }


def test_what_was_typed_when_the_sign_in_ran_out_is_there_again(client: Client, cast: Cast) -> None:
    address = f"/people/sites/{cast.site.pk}/policy/"
    client.force_login(cast.director)
    page = client.get(address).content.decode()
    typed_by = re.search(r'name="typed_by" value="([^"]+)"', page)
    assert typed_by
    client.cookies.clear()
    sent = client.post(address, {**policy_typed(), "typed_by": typed_by[1]})
    assert sent.headers["Location"] == f"{DOOR}?next={address}"
    assert SitePolicy.objects.filter(site=cast.site).count() == 1, "nothing was signed"
    kept = str(dict(client.session))
    assert PASSWORD not in kept, "a password is never kept"
    back = client.post(DOOR, {"login": cast.director.email, "password": PASSWORD, "next": address})
    assert back.headers["Location"] == address
    again = client.get(address).content.decode()
    assert re.search(r'name="answer_interest_hours" value="11"', again)
    assert re.search(r'name="page_answer_minutes" value="9"', again)
    assert 'value="11"' not in client.get(address).content.decode(), "kept once"


def test_what_one_person_typed_is_never_shown_to_another(client: Client, cast: Cast) -> None:
    address = f"/people/sites/{cast.site.pk}/policy/"
    client.force_login(cast.director)
    typed_by = re.search(r'name="typed_by" value="([^"]+)"', client.get(address).content.decode())
    assert typed_by
    client.cookies.clear()
    client.post(address, {**policy_typed(), "typed_by": typed_by[1]})
    sign_in(client, cast.monitor, next=address)
    assert 'value="11"' not in client.get(address).content.decode()


def test_the_demonstrations_people_are_one_tap_away_there_and_nowhere_else(client: Client, db: None) -> None:
    cast = make_cast()
    assert b"Sign in as one of these people" not in client.get(DOOR).content
    tapped = client.post("/accounts/demonstration/", {"person": cast.monitor.pk})
    assert tapped.status_code == 404
    assert client.get("/").status_code == 302
    Installation.objects.create(
        demonstration=True, demonstration_day=timezone.now().date(), signing_key=b"0" * 32
    )
    page = client.get(DOOR).content.decode()
    assert "Sign in as one of these people" in page
    assert "Jonas Lind" in page
    assert client.get("/accounts/demonstration/").status_code == 405
    for nobody in ("999999", "x", "", str(cast.patient.person.pk)):
        assert client.post("/accounts/demonstration/", {"person": nobody}).status_code == 404
    tapped = client.post(
        "/accounts/demonstration/", {"person": cast.monitor.pk, "next": "https://elsewhere.example/"}
    )
    assert tapped.headers["Location"] == "/"
    assert "Demonstration." in client.get("/").content.decode()


def test_a_demonstration_begins_only_in_an_empty_database(cast: Cast) -> None:
    with pytest.raises(Refused, match="holds people already"):
        make_installation(demonstration_day=timezone.now().date(), by=COMMAND_LINE, at=timezone.now())
    assert not Installation.objects.exists()
    assert Organisation.objects.exists()


def test_neither_starts_on_the_others_database(db: None) -> None:
    clinic, made_up = Installation(demonstration=False), Installation(demonstration=True)
    require_kind(clinic, demonstration=False)
    require_kind(made_up, demonstration=True)
    with pytest.raises(Mistake, match="is a demonstration, where anybody may sign in as anybody"):
        require_kind(made_up, demonstration=False)
    with pytest.raises(Mistake, match="belongs to a clinic"):
        require_kind(clinic, demonstration=True)
    with pytest.raises(Mistake, match="Nothing is set up here yet"):
        require_ready(demonstration=False)


def test_a_sign_in_whose_key_is_taken_gets_another(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = iter(["a" * 32, "a" * 32, "b" * 32])
    monkeypatch.setattr("mooring.web.sessions.get_random_string", lambda length, allowed: next(keys))
    first, second = SessionStore(), SessionStore()
    first.create()
    second.create()
    assert (first.session_key, second.session_key) == ("a" * 32, "b" * 32)
    second.delete()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["a" * 32]
