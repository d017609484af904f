"""A colleague lost the device with their passkey and forgot the password: two people help, neither can alone."""

from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.audit.models import Event
from mooring.identity import passkeys
from mooring.identity.actions import confirm_signature
from mooring.identity.signing import NOTHING
from mooring.rules.verdict import Refused
from mooring.work.models import Installation, Message, TaskLink
from tests.links import hold
from tests.passkeys import SoftKey
from tests.people import Cast

pytestmark = pytest.mark.django_db
NEW = "another long password"


def ask(client: Client, person: object, name: str, cast: Cast) -> str:
    """What is said to who sends this form about the prescriber."""
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    answer = client.post(reverse(name, args=[cast.prescriber.pk]), {"once": str(uuid4())}, follow=True)
    return answer.content.decode()


def test_recovery_by_two_people(cast: Cast, client: Client) -> None:
    SoftKey(cast.administrator)
    SoftKey(cast.director)
    lost = SoftKey(cast.prescriber)
    answered = lost.answer(passkeys.begin(cast.prescriber, signs=NOTHING, at=timezone.now()))
    Installation.objects.create(signing_key=b"k" * 32)

    assert "is on its way" in ask(client, cast.administrator, "person-password-link", cast)
    assert "other half of this recovery" in ask(client, cast.administrator, "person-second-step-remove", cast)
    assert Authenticator.objects.filter(user=cast.prescriber).exists()

    ask(client, cast.director, "person-second-step-remove", cast)
    assert not Authenticator.objects.filter(user=cast.prescriber).exists()
    with pytest.raises(Refused, match="not accepted"):
        confirm_signature(cast.prescriber, answered)

    visitor, link = Client(), TaskLink.objects.get(person=cast.prescriber, kind="invitation")
    page = hold(visitor, link)
    page.post(link.address, {"password": NEW, "again": NEW, "once": str(uuid4())})
    cast.prescriber.refresh_from_db()
    assert cast.prescriber.check_password(NEW)

    page.post(reverse("account_login"), {"login": cast.prescriber.email, "password": NEW})
    assert page.get(reverse("my-work")).headers["Location"] == reverse("mfa_index"), "a new second step first"

    told = Message.objects.filter(person=cast.prescriber, channel="email").values_list("title", flat=True)
    assert len(told) == 2, "both halves are told to the person"
    halves = {
        event.name: event.actor
        for event in Event.objects.filter(target=cast.prescriber.actor_ref)
        if event.name in {"work.password-link.sent", "identity.second-step.reset"}
    }
    assert halves == {
        "work.password-link.sent": cast.administrator.actor_ref,
        "identity.second-step.reset": cast.director.actor_ref,
    }
