"""A device left alone locks itself by its kind and its room; its person goes on and finds what was typed."""

from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Event
from mooring.care.patients.forms import as_it_was
from mooring.identity.actions import set_password
from mooring.identity.models import DevicePin, SitePolicy
from mooring.web.idle import DESK, DEVICE, KEY_COOKIE, LOCKED, SHARED, STATE
from mooring.work.models import Installation, Task
from mooring.work.pages import BY_SALT
from tests.people import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db
LOCK_PAGE = "/accounts/locked/"
PIN = "4719"


@pytest.fixture
def clinic(cast: Cast) -> Cast:
    Installation.objects.create(signing_key=b"k" * 32)
    values = dict.fromkeys(("weight_fresh_days", "answer_interest_hours", "page_answer_minutes"), 9)
    SitePolicy.objects.create(
        site=cast.site,
        number=2,
        in_force_from=NOW,
        contact_from_hours=24,
        contact_until_hours=72,
        idle_shared_minutes=5,
        idle_desk_minutes=20,
        second_step=False,
        signed_by=cast.director,
        signed_at=NOW,
        **values,
    )
    return cast


def signed_in(clinic: Cast, device: str = SHARED) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": clinic.coordinator.email, "password": PASSWORD, DEVICE: device})
    assert client.get("/").status_code == 200
    return client


def left_alone(client: Client, minutes: float) -> None:
    session = client.session
    session[STATE] = {**session[STATE], "at": timezone.now().timestamp() - minutes * 60}
    session.save()


def with_pin(client: Client) -> Client:
    sent = {"pin": PIN, "again": PIN, "password": PASSWORD, "once": str(uuid4())}
    assert client.post("/accounts/pin/", sent).status_code == 302
    return client


@pytest.mark.parametrize(
    ("device", "theme", "minutes", "locks"),
    [
        (SHARED, "day", 4, False),
        (SHARED, "day", 6, True),
        (DESK, "day", 19, False),
        (DESK, "day", 21, True),
        (DESK, "room", 6, True),
    ],
)
def test_it_locks_by_device_and_room(
    clinic: Cast, device: str, theme: str, minutes: float, locks: bool
) -> None:
    client = signed_in(clinic, device)
    client.cookies["theme"] = theme
    left_alone(client, minutes)
    answer = client.get("/care/patients/?q=ruth")
    assert (answer.status_code == 302) is locks
    if locks:
        assert answer["Location"] == f"{LOCK_PAGE}?next=%2Fcare%2Fpatients%2F%3Fq%3Druth"
        assert client.get("/").status_code == 302, "it stays locked"
        left_alone(client, 0)
        assert client.get("/").status_code == 302, "a use that comes later opens nothing"


def test_an_open_page_that_looks_again_by_itself_is_no_use(clinic: Cast) -> None:
    client = signed_in(clinic)
    left_alone(client, 4)
    assert client.get("/clock/", HTTP_HX_REQUEST="true", HTTP_HX_TRIGGER="clock").status_code == 200
    left = timezone.now().timestamp() - client.session[STATE]["at"]
    assert left > 200
    client.post("/accounts/here/")
    assert timezone.now().timestamp() - client.session[STATE]["at"] < 60
    left_alone(client, 6)
    answer = client.get("/clock/", HTTP_HX_REQUEST="true", HTTP_HX_TRIGGER="clock")
    assert (answer.status_code, answer[LOCKED], answer.content) == (204, "yes", b"")
    assert client.post("/accounts/here/")[LOCKED] == "yes", "a report does not open it"


def test_what_was_sent_too_late_is_kept_until_its_person_goes_on(clinic: Cast) -> None:
    client = with_pin(signed_in(clinic))
    left_alone(client, 6)
    address = f"/care/patients/{clinic.patient.pk}/details/"
    sent = {
        "legal_name": "Ruth Calloway-Stern",
        "sex_at_birth": "female",
        "was": as_it_was(clinic.patient),
        "typed_by": signing.dumps(clinic.coordinator.pk, salt=BY_SALT),
    }
    answer = client.post(address, sent)
    assert answer["Location"].startswith(LOCK_PAGE)
    clinic.patient.person.refresh_from_db()
    assert clinic.patient.person.legal_name == "Ruth Calloway", "nothing is done while it is locked"
    assert client.post(LOCK_PAGE, {"given": "0000", "next": address}).status_code == 422
    assert client.post(LOCK_PAGE, {"given": PIN, "next": address})["Location"] == address
    assert "Ruth Calloway-Stern" in client.get(address).content.decode()


def test_three_wrong_pins_and_the_password_is_asked(clinic: Cast) -> None:
    client = with_pin(signed_in(clinic))
    client.post("/accounts/lock/")
    for _ in range(3):
        assert client.post(LOCK_PAGE, {"given": "8888"}).status_code == 422
    assert "Enter your password" in client.post(LOCK_PAGE, {"given": PIN}).content.decode()
    assert client.post(LOCK_PAGE, {"given": PASSWORD}).status_code == 302
    assert client.get("/").status_code == 200
    names = Event.objects.filter(target=clinic.coordinator.actor_ref).values_list("name", flat=True)
    assert list(names).count("identity.sign-in.resume-refused") == 4
    assert "identity.sign-in.resumed" in names


def test_a_pin_works_on_its_device_alone_and_signs_nobody_in(clinic: Cast) -> None:
    client = with_pin(signed_in(clinic))
    other = signed_in(clinic)
    other.post("/accounts/lock/")
    assert other.post(LOCK_PAGE, {"given": PIN}).status_code == 422
    out = Client()
    out.cookies[KEY_COOKIE] = client.cookies[KEY_COOKIE].value
    assert (
        out.post("/accounts/login/", {"login": clinic.coordinator.email, "password": PIN}).status_code == 200
    )
    assert client.cookies[KEY_COOKIE]["httponly"]
    assert PIN not in DevicePin.objects.get().pin


@pytest.mark.parametrize("pin", ["123", "1111", "2345", "9876", "12a4", "123456789", "١٢٣٩"])
def test_a_pin_that_anybody_tries_first_is_refused(clinic: Cast, pin: str) -> None:
    client = signed_in(clinic)
    sent = {"pin": pin, "again": pin, "password": PASSWORD, "once": str(uuid4())}
    assert client.post("/accounts/pin/", sent).status_code == 422
    assert not DevicePin.objects.exists()


def test_whoever_finds_an_open_page_sets_no_pin(clinic: Cast) -> None:
    client = signed_in(clinic)
    sent = {"pin": PIN, "again": PIN, "password": "not this one", "once": str(uuid4())}
    assert client.post("/accounts/pin/", sent).status_code == 422
    assert not DevicePin.objects.exists()


def test_a_new_password_forgets_the_pins(clinic: Cast) -> None:
    with_pin(signed_in(clinic))
    set_password(person=clinic.coordinator, password="another long one", by=clinic.director, at=NOW)
    assert not DevicePin.objects.exists()


def test_ones_own_new_password_forgets_the_pins_too(clinic: Cast) -> None:
    """Who changes it may do so because somebody watched: the PIN was seen as well."""
    client = with_pin(signed_in(clinic))
    new = "a quite different long one"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", sent).status_code == 302
    assert not DevicePin.objects.exists()
    assert Event.objects.filter(name="identity.pin.forgotten").exists()


def test_a_patient_behind_a_link_is_never_locked_out(clinic: Cast) -> None:
    client = signed_in(clinic)
    left_alone(client, 60)
    assert client.get("/t/not-a-token/").status_code == 404


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_goes_on_within_the_clinic_only(clinic: Cast, next_page: str) -> None:
    client = with_pin(signed_in(clinic))
    client.post("/accounts/lock/")
    assert client.post(LOCK_PAGE, {"given": PIN, "next": next_page})["Location"] == "/"


def test_a_demonstration_locks_nobody_out(cast: Cast) -> None:
    Installation.objects.create(signing_key=b"k" * 32, demonstration=True, demonstration_day=NOW.date())
    client = Client()
    client.force_login(cast.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    left_alone(client, 500)
    assert client.get("/").status_code == 200


def test_what_a_part_of_a_page_sends_while_locked_is_kept_and_said(clinic: Cast) -> None:
    """Nothing looks as saved: a script that asks whether the answer is good hears that it is not."""
    client = signed_in(clinic)
    address = f"/care/patients/{clinic.patient.pk}/details/"
    typed_by = client.get(address).context["typed_by"]
    left_alone(client, 6)
    sent = {"legal_name": "Ruth Calloway-Stern", "typed_by": typed_by}
    answer = client.post(address, sent, HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer[LOCKED]) == (423, "yes")
    assert "not saved yet, and not lost" in answer.content.decode()
    assert answer["HX-Trigger"] == "mooring-locked"
    client.post(LOCK_PAGE, {"given": PASSWORD})
    assert "Ruth Calloway-Stern" in client.get(address).content.decode()


def alert_in(clinic: Cast, kind: str, title: str) -> Task:
    return Task.objects.create(
        kind=kind,
        site=clinic.site,
        about=f"care_sessions.session:{len(kind)}",
        subject=clinic.patient.subject_ref,
        subject_name="Ruth Calloway",
        title=title,
        reason="SBP 195",
        address="/care/sessions/1/",
        act="Respond",
        urgent=True,
        opens_at=timezone.now(),
        due_at=timezone.now(),
        role="prescriber",
        made_at=timezone.now(),
    )


def test_a_locked_screen_still_shows_alerts_without_a_name(clinic: Cast) -> None:
    client = signed_in(clinic)
    left_alone(client, 6)
    client.get("/")
    quiet = client.get(LOCK_PAGE, HTTP_HX_REQUEST="true").content.decode()
    assert 'data-reds="0" data-calls="0"' in " ".join(quiet.split())
    alert_in(clinic, "red-alert", "Red alert in a session")
    alert_in(clinic, "patient-call", "The patient calls")
    part = client.get(LOCK_PAGE, HTTP_HX_REQUEST="true").content.decode()
    assert "Red alert in a session" in part
    assert 'data-reds="1" data-calls="1"' in " ".join(part.split())
    for name in ("Ruth", "Calloway", "SBP"):
        assert name not in part
    elsewhere = Client()
    elsewhere.force_login(clinic.stranger, backend="django.contrib.auth.backends.ModelBackend")
    elsewhere.get("/")
    elsewhere.post("/accounts/lock/")
    assert "Red alert" not in elsewhere.get(LOCK_PAGE, HTTP_HX_REQUEST="true").content.decode()
