"""A professional from outside reads one patient's record, with a second step, until a day, and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Access
from mooring.care.disclosures.actions.external import Outside, close_expired, end_external, open_to_external
from mooring.care.disclosures.models import RecordDisclosure
from mooring.care.patients.access import may_on, patients_for
from mooring.care.patients.models import ExternalAccess
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.identity.second_step import is_asked_of
from mooring.rules.verdict import Refused
from mooring.work.models import Installation, Message
from tests.care.disclosures.test_disclose import asked_about_drinking, programme
from tests.packs import sign_pack_for
from tests.people import Cast, make_patient

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def opened(cast: Cast, **other: object) -> ExternalAccess:
    given: dict = {
        "legal_name": "Nadia Berg",
        "email": "nadia@practice.example",
        "kind": "therapist",
        "works_at": "Berg practice",
        "purpose": "Therapy between doses",
        "until": timezone.now() + timedelta(days=30),
    }
    return open_to_external(
        patient=cast.patient,
        outside=Outside(**(given | other)),
        consent=None,
        by=cast.coordinator,
        at=timezone.now(),
    )


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_they_read_this_record_and_no_other(cast: Cast) -> None:
    sign_pack_for(cast)
    other = make_patient(cast.site, "Somebody Else")
    person = fresh(opened(cast).person)
    client = signed_in(person)
    assert "Ruth Calloway" in client.get("/").content.decode()
    assert client.get(f"/care/patients/{cast.patient.pk}/").status_code == 200
    assert client.get(f"/care/patients/{other.pk}/").status_code == 404
    assert client.get("/care/patients/").status_code == 403
    assert client.get(f"/care/patients/{cast.patient.pk}/details/").status_code == 403
    assert client.get(f"/care/disclosures/of/{cast.patient.pk}/").status_code == 403
    assert client.get(f"/care/integration/notes/{cast.patient.pk}/").status_code == 403
    assert Access.objects.filter(viewer=person.actor_ref, subjects__subject=cast.patient.subject_ref).exists()


def test_an_interpreter_reads_consents_alone(cast: Cast) -> None:
    sign_pack_for(cast)
    person = fresh(opened(cast, kind="interpreter").person)
    client = signed_in(person)
    assert client.get(f"/care/consents/of/{cast.patient.pk}/").status_code == 200
    assert client.get(f"/care/patients/{cast.patient.pk}/").status_code == 404
    assert not may_on(person, cast.patient, Permission.MEASURES_READ)


def test_a_second_step_is_asked_of_them_whatever_the_policy_says(cast: Cast) -> None:
    Installation.objects.create(signing_key=b"k" * 32)
    person = fresh(opened(cast).person)
    assert is_asked_of(person)
    client = signed_in(person)
    assert client.get(f"/care/patients/{cast.patient.pk}/").headers["Location"] == "/accounts/2fa/"
    Authenticator.objects.create(user=person, type="totp", data={})
    assert signed_in(person).get(f"/care/patients/{cast.patient.pk}/").status_code == 200


def test_it_ends_by_itself_and_the_account_with_it(cast: Cast) -> None:
    access = opened(cast)
    person = fresh(access.person)
    assert patients_for(person).exists()
    ExternalAccess.objects.update(
        given_at=timezone.now() - timedelta(days=40), ends_at=timezone.now() - timedelta(days=1)
    )
    assert not patients_for(fresh(person)).exists(), "at once, whatever the clock does"
    assert close_expired(at=timezone.now()) == 1
    assert not fresh(person).is_active
    assert fresh(person).standing == ()
    assert close_expired(at=timezone.now()) == 0


def test_it_is_ended_at_once_and_told(cast: Cast, client: Client) -> None:
    access = opened(cast)
    page = signed_in(cast.privacy_officer).get(f"/care/disclosures/of/{cast.patient.pk}/").content.decode()
    assert "Nadia Berg" in page
    assert "Berg practice" in page
    made = RecordDisclosure.objects.get()
    assert (made.recipient, made.channel, made.purpose) == (
        "Nadia Berg",
        "health-record",
        "Therapy between doses",
    )
    assert Message.objects.filter(person=access.person, link__isnull=False).exists(), "invited"
    client = signed_in(cast.coordinator)
    assert (
        client.post(f"/care/disclosures/external/{access.pk}/end/", {"once": str(uuid4())}).status_code == 302
    )
    assert not patients_for(fresh(access.person)).exists()
    access.refresh_from_db()
    assert access.ended_by == cast.coordinator
    with pytest.raises(Refused, match="already"):
        end_external(access=access, by=cast.coordinator, at=timezone.now())


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"until": timezone.now() + timedelta(days=120)}, "within 90 days"),
        ({"until": timezone.now() - timedelta(days=1)}, "within 90 days"),
        ({"email": "kofi.mensah@example.org"}, "works or is treated here"),
        ({"email": "ruth@example.com"}, "works or is treated here"),
    ],
)
def test_what_is_refused(cast: Cast, other: dict, says: str) -> None:
    with pytest.raises(Refused, match=says):
        opened(cast, **other)


def test_it_is_not_opened_twice_and_serves_for_a_second_patient(cast: Cast) -> None:
    first = opened(cast)
    with pytest.raises(Refused, match="already"):
        opened(cast)
    end_external(access=first, by=cast.coordinator, at=timezone.now())
    again = opened(cast)
    assert again.person == first.person
    assert fresh(again.person).is_active


def test_records_of_substance_use_ask_for_a_consent(cast: Cast) -> None:
    programme(cast)
    asked_about_drinking(cast)
    with pytest.raises(Refused, match="consent that covers"):
        opened(cast)
    assert not ExternalAccess.objects.exists()


def test_it_is_opened_on_its_page(cast: Cast) -> None:
    client = signed_in(cast.coordinator)
    day = cast.site.today(timezone.now()) + timedelta(days=20)
    typed = {
        "legal_name": "Nadia Berg",
        "email": "nadia@practice.example",
        "kind": "prescriber",
        "works_at": "Berg practice",
        "purpose": "Referral",
        "until": day.isoformat(),
        "once": str(uuid4()),
    }
    address = f"/care/disclosures/of/{cast.patient.pk}/external/"
    assert client.get(address).status_code == 200
    assert client.post(address, typed).status_code == 302
    assert ExternalAccess.objects.get().kind == "prescriber"
    assert signed_in(cast.therapist).get(address).status_code == 403
