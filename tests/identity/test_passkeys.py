"""A signature by passkey: of its own person, for one challenge, once, with the holder checked and a counter of its own."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.audit.adopting import adopt_unnamed
from mooring.audit.digests import event_digest
from mooring.audit.models import Event
from mooring.audit.recording import COMMAND_LINE, signing
from mooring.identity import passkeys
from mooring.identity.actions import confirm_signature, forget_tries
from mooring.identity.models import PasskeyChallenge, Person
from mooring.identity.signing import NOTHING, FormSent, form_sent
from mooring.rules.verdict import Refused
from mooring.web.second_steps import has_second_step
from mooring.work.models import Installation
from mooring.work.verifying import what_is_wrong
from tests.conftest import guards_down
from tests.passkeys import SoftKey
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def asked(person: Person, form: FormSent = NOTHING) -> dict:
    return passkeys.begin(person, signs=form, at=timezone.now())


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
    answer = key.answer(
        passkeys.begin(cast.prescriber, signs=NOTHING, at=timezone.now() - timedelta(minutes=6))
    )
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
    assert client.post(f"{url}?who={cast.director.pk}").status_code == 200
    assert client.post(f"{url}?who={cast.stranger.pk}").status_code == 404
    answer = client.post(f"{url}?who={cast.monitor.pk}")
    assert (answer.status_code, "has no passkey" in answer.content.decode()) == (409, True)
    assert client.get(url).status_code == 405


def test_a_locked_device_opens_by_passkey(cast: Cast, client: Client) -> None:
    Installation.objects.create(signing_key=b"k" * 32)
    key = SoftKey(cast.prescriber)
    client.force_login(cast.prescriber, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("lock"))
    assert client.get("/").status_code == 302
    challenge = f"{reverse('passkey-challenge')}?address={reverse('locked')}"
    answer = key.answer(client.post(challenge).json())
    assert client.post(reverse("locked"), {"given": answer}).status_code == 302
    assert client.get("/").status_code == 200


def form(**values: str) -> FormSent:
    return FormSent("/care/x/", lambda: [(name, [value]) for name, value in values.items()])


@pytest.mark.parametrize(
    "sent",
    [
        form(dose_mg="322", once="a", password="passkey:{}"),
        FormSent("/care/y/", form(dose_mg="32.2").read),
        form(dose_mg="32.2", route="iv"),
        NOTHING,
    ],
    ids=["another value", "another address", "one more value", "no form"],
)
def test_an_answer_signs_no_other_form(cast: Cast, sent: FormSent) -> None:
    key = SoftKey(cast.prescriber)
    answer = key.answer(asked(cast.prescriber, form(dose_mg="32.2")))
    with form_sent(sent), pytest.raises(Refused, match="changed after the passkey"):
        confirm_signature(cast.prescriber, answer)
    again = key.answer(asked(cast.prescriber, form(dose_mg="32.2")))
    with form_sent(form(dose_mg="32.2", once="b", csrfmiddlewaretoken="c", second_password="x")):
        confirm_signature(cast.prescriber, again)


def test_lines_end_alike(cast: Cast) -> None:
    assert form(note="one\r\ntwo").digest == form(note="one\ntwo").digest


def test_the_event_keeps_the_signature_and_verify_checks_it(cast: Cast, client: Client) -> None:
    """A policy signed in the browser: the event says which form was signed, and a swapped one shows."""
    key = SoftKey(cast.director)
    client.force_login(cast.director)
    page = reverse("site-policy", args=[cast.site.pk])
    typed = client.get(page).context["form"].initial
    fields = {name: str(value) for name, value in typed.items() if value is not None and value is not False}
    challenge = client.post(f"{reverse('passkey-challenge')}?address={page}", fields).json()
    changed = client.post(page, {**fields, "idle_shared_minutes": "9", "password": key.answer(challenge)})
    assert changed.status_code == 422
    challenge = client.post(f"{reverse('passkey-challenge')}?address={page}", fields).json()
    signed = client.post(page, {**fields, "once": str(uuid4()), "password": key.answer(challenge)})
    assert signed.status_code == 302
    event = Event.objects.get(name="identity.policy.signed")
    (kept,) = event.detail["signatures"]
    assert (kept["by"], kept["with"], kept["at"]) == (cast.director.actor_ref, "passkey", page)
    assert passkeys.is_of(kept, kept["of"])
    key.row.delete()
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    assert [*what_is_wrong()] == []
    with guards_down():
        Event.objects.filter(pk=event.pk).update(detail={"signatures": [{**kept, "of": "0" * 64}]})
        event.refresh_from_db()
        Event.objects.filter(pk=event.pk).update(digest=event_digest(event))
    assert [*what_is_wrong()] == [f"audit.event:{event.pk} holds a passkey's signature of something else"]


def test_a_second_wrong_signature_leaves_the_first_to_nobody(cast: Cast) -> None:
    with signing():
        confirm_signature(cast.prescriber, PASSWORD)
        with pytest.raises(Refused):
            confirm_signature(cast.director, "wrong")
        forget_tries(person=cast.monitor, by=cast.administrator, at=timezone.now())
    assert not Event.objects.filter(detail__has_key="signatures").exists()
