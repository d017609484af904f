"""A signature by passkey: of its own person, for one challenge, once, with the holder checked and a counter of its own."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.audit.models import Event
from mooring.identity import passkeys
from mooring.identity.actions import confirm_signature
from mooring.identity.models import PasskeyChallenge, Person
from mooring.rules.verdict import Refused
from mooring.web.second_steps import has_second_step
from mooring.work.models import Installation
from tests.passkeys import SoftKey
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def asked(person: Person) -> dict:
    return passkeys.begin(person, at=timezone.now())


def test_a_passkey_signs_in_the_place_of_the_password(cast: Cast) -> None:
    key = SoftKey(cast.prescriber)
    confirm_signature(cast.prescriber, key.answer(asked(cast.prescriber)))
    confirm_signature(cast.prescriber, PASSWORD)
    key.row.refresh_from_db()
    assert key.row.last_used_at
    assert not PasskeyChallenge.objects.exists()


def test_an_answer_counts_once(cast: Cast) -> None:
    key = SoftKey(cast.prescriber)
    answer = key.answer(asked(cast.prescriber))
    confirm_signature(cast.prescriber, answer)
    with pytest.raises(Refused, match="not accepted"):
        confirm_signature(cast.prescriber, answer)


@pytest.mark.parametrize(
    "wrong",
    [
        "another person's key",
        "not asked",
        "holder not checked",
        "another site",
        "a copied key",
        "no answer at all",
    ],
)
def test_what_is_not_this_persons_passkey_now_is_refused(cast: Cast, wrong: str) -> None:
    own = SoftKey(cast.prescriber)
    confirm_signature(cast.prescriber, own.answer(asked(cast.prescriber), counter=7))
    options = asked(cast.prescriber)
    answers = {
        "another person's key": lambda: SoftKey(cast.director).answer(options),
        "not asked": lambda: own.answer({"publicKey": {"challenge": "AAAA"}}),
        "holder not checked": lambda: own.answer(options, verified=False),
        "another site": lambda: _elsewhere(own).answer(options),
        "a copied key": lambda: own.answer(options, counter=7),
        "no answer at all": lambda: "passkey:{}",
    }
    with pytest.raises(Refused, match="not accepted"):
        confirm_signature(cast.prescriber, answers[wrong]())


def _elsewhere(key: SoftKey) -> SoftKey:
    key.origin = "https://localhost.evil.example"
    return key


def test_a_challenge_is_old_after_minutes(cast: Cast) -> None:
    key = SoftKey(cast.prescriber)
    answer = key.answer(passkeys.begin(cast.prescriber, at=timezone.now() - timedelta(minutes=6)))
    with pytest.raises(Refused, match="not accepted"):
        confirm_signature(cast.prescriber, answer)


def test_wrong_passkeys_and_wrong_passwords_are_counted_apart(cast: Cast) -> None:
    key = SoftKey(cast.prescriber)
    for _ in range(5):
        with pytest.raises(Refused, match="not accepted"):
            confirm_signature(cast.prescriber, "passkey:{}")
    with pytest.raises(Refused, match="Too many"):
        confirm_signature(cast.prescriber, key.answer(asked(cast.prescriber)))
    confirm_signature(cast.prescriber, PASSWORD)
    assert Event.objects.filter(name="identity.signature.refused").count() == 5


def test_a_passkey_is_a_second_step(cast: Cast) -> None:
    Installation.objects.create(signing_key=b"k" * 32)
    assert not has_second_step(cast.prescriber)
    SoftKey(cast.prescriber)
    assert has_second_step(cast.prescriber)


def test_a_challenge_is_given_to_oneself_and_to_a_colleague_who_signs_second(
    cast: Cast, client: Client
) -> None:
    SoftKey(cast.prescriber)
    SoftKey(cast.director)
    SoftKey(cast.stranger)
    url = reverse("passkey-challenge")
    client.force_login(cast.prescriber)
    assert client.post(url).json()["publicKey"]["rpId"] == "localhost"
    assert client.post(url, {"who": cast.director.pk}).status_code == 200
    assert client.post(url, {"who": cast.stranger.pk}).status_code == 404
    answer = client.post(url, {"who": cast.monitor.pk})
    assert (answer.status_code, "has no passkey" in answer.content.decode()) == (409, True)
    assert client.get(url).status_code == 405


def test_a_locked_device_opens_by_passkey(cast: Cast, client: Client) -> None:
    Installation.objects.create(signing_key=b"k" * 32)
    key = SoftKey(cast.prescriber)
    client.force_login(cast.prescriber, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("lock"))
    assert client.get("/").status_code == 302
    answer = key.answer(client.post(reverse("passkey-challenge")).json())
    assert client.post(reverse("locked"), {"given": answer}).status_code == 302
    assert client.get("/").status_code == 200
