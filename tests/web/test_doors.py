"""The door itself: proxies, headers, the second step, accounts that a colleague helps, lines of the log."""

import logging
import re
from io import BytesIO
from unittest import mock
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import OperationalError
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone

from mooring.audit.models import Event
from mooring.identity.models import Person, SitePolicy
from mooring.web.doors import LARGEST_BODY_BYTES, ProxyMiddleware
from mooring.web.logs import WithoutTokens
from mooring.work.clock import keep_time
from mooring.work.models import Installation, Message, TaskLink
from tests.people import NOW, PASSWORD, Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"
DOOR = "/accounts/login/"


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def passed(trusted: list[str], **meta: str) -> tuple[str, str]:
    """The address and the scheme that a view sees."""
    seen = []
    with override_settings(TRUSTED_PROXIES=trusted):
        door = ProxyMiddleware(lambda request: seen.append(request))  # type: ignore[arg-type,func-returns-value,return-value]
        door(RequestFactory().get("/", **meta))  # type: ignore[arg-type]
    return seen[0].META["REMOTE_ADDR"], seen[0].META.get("HTTP_X_FORWARDED_PROTO", "")


@pytest.mark.pure
def test_only_a_trusted_proxy_is_believed() -> None:
    lie = {"HTTP_X_FORWARDED_FOR": "198.51.100.7", "HTTP_X_FORWARDED_PROTO": "https"}
    assert passed([], REMOTE_ADDR="203.0.113.9", **lie) == ("203.0.113.9", "")
    assert passed(["10.0.0.0/8"], REMOTE_ADDR="203.0.113.9", **lie) == ("203.0.113.9", "")
    assert passed(["10.0.0.0/8"], REMOTE_ADDR="10.0.0.1", **lie) == ("198.51.100.7", "https")


@pytest.mark.pure
def test_what_a_visitor_writes_into_the_chain_is_not_believed() -> None:
    chain = {"HTTP_X_FORWARDED_FOR": "1.1.1.1, 203.0.113.9, 10.0.0.2"}
    assert passed(["10.0.0.0/8"], REMOTE_ADDR="10.0.0.1", **chain)[0] == "203.0.113.9"
    assert passed(["10.0.0.0/8"], REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="")[0] == "10.0.0.1"


@pytest.mark.django_db
def test_every_page_says_that_it_is_stored_nowhere(client: Client, cast: Cast) -> None:
    for address in ("/", DOOR, "/t/not-a-token/", f"/care/patients/{cast.patient.pk}/"):
        answer = signed_in(cast.coordinator).get(address)
        assert answer.headers["Cache-Control"] == "no-store" or "no-cache" in answer.headers["Cache-Control"]
        assert "camera=()" in answer.headers["Permissions-Policy"]
    assert client.generic("TRACE", "/").status_code == 405


@pytest.mark.pure
def test_a_token_stands_in_no_line_of_the_log() -> None:
    token = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"
    record = logging.LogRecord("x", logging.WARNING, "", 1, "Not Found: %s", (f"/t/{token}/",), None)
    assert WithoutTokens().filter(record)
    assert token not in record.getMessage()
    assert "/t/…/" in record.getMessage()
    try:
        raise ValueError(f"/t/{token}/")
    except ValueError as error:
        failed = logging.LogRecord(
            "x", logging.ERROR, "", 1, "no", (), (ValueError, error, error.__traceback__)
        )
    WithoutTokens().filter(failed)
    assert token not in logging.Formatter().format(failed)


@pytest.fixture
def clinic(cast: Cast) -> Cast:
    Installation.objects.create(signing_key=b"k" * 32)
    return cast


@pytest.mark.django_db
def test_who_signs_sets_up_a_second_step_before_anything_opens(clinic: Cast) -> None:
    client = signed_in(clinic.prescriber)
    assert client.get("/").headers["Location"] == reverse("mfa_index")
    assert client.post(reverse("account_logout")).status_code == 302
    assert signed_in(clinic.learner).get("/").status_code == 200, "a learner signs nothing"
    Authenticator.objects.create(user=clinic.prescriber, type="totp", data={})
    assert signed_in(clinic.prescriber).get("/").status_code == 200


@pytest.mark.django_db
def test_a_site_decides_otherwise_in_its_policy(clinic: Cast) -> None:
    SitePolicy.objects.create(
        site=clinic.site,
        number=2,
        in_force_from=NOW,
        weight_fresh_days=7,
        answer_interest_hours=24,
        contact_from_hours=24,
        contact_until_hours=72,
        page_answer_minutes=15,
        second_step=False,
        signed_by=clinic.director,
        signed_at=NOW,
    )
    assert signed_in(clinic.prescriber).get("/").status_code == 200


@pytest.mark.django_db
def test_a_demonstration_asks_nobody(cast: Cast) -> None:
    Installation.objects.create(signing_key=b"k" * 32, demonstration=True, demonstration_day=NOW.date())
    assert signed_in(cast.prescriber).get("/").status_code == 200


@pytest.mark.django_db
def test_a_stranger_who_types_wrong_passwords_shuts_nobody_out(cast: Cast) -> None:
    """Case of the clinic that was locked out by its own sign-in page."""
    known = {"REMOTE_ADDR": "192.0.2.10"}
    typed = {"login": cast.monitor.email, "password": PASSWORD}
    assert Client(**known).post(DOOR, typed).status_code == 302  # type: ignore[arg-type]
    for number in range(12):
        Client(REMOTE_ADDR=f"198.51.100.{number % 3}").post(DOOR, {**typed, "password": "wrong"})
    late = Client(REMOTE_ADDR="198.51.100.77").post(DOOR, typed)
    assert "Too many wrong passwords" in late.content.decode(), "a new address waits"
    assert Client(**known).post(DOOR, typed).status_code == 302, "the known one is open"  # type: ignore[arg-type]


@pytest.mark.django_db
def test_signing_in_out_and_in_vain_leaves_events(cast: Cast) -> None:
    client = Client(REMOTE_ADDR="192.0.2.10", HTTP_USER_AGENT="A tablet")
    client.post(DOOR, {"login": cast.monitor.email, "password": "wrong"})
    client.post(DOOR, {"login": cast.monitor.email, "password": PASSWORD})
    client.post(reverse("account_logout"))
    client.post(DOOR, {"login": "nobody@example.org", "password": "wrong"})
    names = list(Event.objects.filter(name__startswith="identity.sign-in").values_list("name", flat=True))
    assert names == ["identity.sign-in.refused", "identity.sign-in.started", "identity.sign-in.ended"]
    started = Event.objects.get(name="identity.sign-in.started")
    assert started.detail == {"address": "192.0.2.10", "device": "A tablet"}
    own = signed_in(cast.monitor).get(reverse("my-sign-ins")).content.decode()
    assert "Wrong password at sign-in" in own
    assert "192.0.2.10" in own
    other = reverse("person-sign-ins", args=[cast.monitor.pk])
    assert "A tablet" in signed_in(cast.privacy_officer).get(other).content.decode()
    assert signed_in(cast.prescriber).get(other).status_code == 403
    assert signed_in(cast.stranger).get(other).status_code == 403


@pytest.mark.django_db
def test_nobody_resets_a_password_by_e_mail(client: Client, cast: Cast) -> None:
    for person in (cast.monitor, cast.patient.person):
        answer = client.post(reverse("account_reset_password"), {"email": person.email})
        assert answer.status_code == 200
    assert mail.outbox == []
    assert not Message.objects.exists()
    assert "Ask a colleague who manages people" in answer.content.decode()


def ask(manager: Person, name: str, person: Person) -> None:
    signed_in(manager).post(reverse(name, args=[person.pk]), {"once": str(uuid4())})


@pytest.mark.django_db
def test_a_colleague_sends_the_link_and_a_patient_gets_none(cast: Cast) -> None:
    ask(cast.administrator, "person-password-link", cast.monitor)
    link = TaskLink.objects.get(person=cast.monitor)
    assert (link.kind, link.expires_at - link.made_at) == ("invitation", timezone.timedelta(hours=1))
    assert Event.objects.get(name="work.password-link.sent").target == cast.monitor.actor_ref
    patient = reverse("person-password-link", args=[cast.patient.person.pk])
    assert signed_in(cast.administrator).post(patient).status_code == 404
    ask(cast.administrator, "person-password-link", cast.administrator)
    assert TaskLink.objects.count() == 1, "not to oneself"
    for person in (cast.coordinator, cast.stranger):
        assert (
            signed_in(person).post(reverse("person-password-link", args=[cast.monitor.pk])).status_code == 403
        )


@pytest.mark.django_db
def test_a_whole_recovery_takes_two_people(cast: Cast) -> None:
    Authenticator.objects.create(user=cast.monitor, type="totp", data={})
    ask(cast.administrator, "person-password-link", cast.monitor)
    ask(cast.administrator, "person-second-step-remove", cast.monitor)
    assert Authenticator.objects.filter(user=cast.monitor).exists()
    ask(cast.director, "person-second-step-remove", cast.monitor)
    assert not Authenticator.objects.filter(user=cast.monitor).exists()
    assert Message.objects.filter(person=cast.monitor, title__contains="second step").exists()


@pytest.mark.django_db
def test_what_a_visitor_sends_is_never_stored(client: Client, cast: Cast) -> None:
    client.post(f"/people/sites/{cast.site.pk}/policy/", {"note": "anything", "typed_by": "forged"})
    assert "anything" not in str(dict(client.session))


@pytest.mark.django_db
def test_a_notice_with_a_name_stands_in_no_cookie(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    ask_again = reverse("person-invite-again", args=[cast.monitor.pk])
    client.post(ask_again)
    assert not re.search("messages", " ".join(client.cookies))


@pytest.mark.django_db
def test_ready_is_said_only_when_it_is_true(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    silent = client.get("/healthz/ready")
    assert (silent.status_code, silent.json()["clock"]) == (503, False)
    keep_time(at=timezone.now(), holder="one")
    assert client.get("/healthz/ready").status_code == 200
    with mock.patch("mooring.web.shell_pages._disk_has_room", return_value=False):
        assert client.get("/healthz/ready").status_code == 503
    with mock.patch("mooring.web.shell_pages.connection.cursor", side_effect=OperationalError):
        assert client.get("/healthz/ready").json()["database"] is False


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_not_read(client: Client) -> None:
    class Unread(BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    for length in (LARGEST_BODY_BYTES + 1, 10**30):
        answer = client.generic(
            "POST",
            reverse("interest-sites"),
            content_type="multipart/form-data; boundary=x",
            **{"wsgi.input": Unread(), "CONTENT_LENGTH": str(length)},
        )
        assert answer.status_code == 413


@pytest.mark.django_db
@override_settings(
    HTTPS=True, SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=9, SECURE_HSTS_INCLUDE_SUBDOMAINS=True
)
def test_under_https_browsers_are_told_to_stay_there_with_every_subdomain() -> None:
    assert Client().get("/accounts/login/").headers["Location"].startswith("https://")
    secure = Client().get("/accounts/login/", secure=True)
    assert secure.headers["Strict-Transport-Security"] == "max-age=9; includeSubDomains"
