"""What may go goes, by dated rules; what must stay stays, and the page says which rule keeps it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mooring.audit import seals
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.models import Event
from mooring.audit.recording import COMMAND_LINE
from mooring.care.disclosures.actions.erasing import erase_contact
from mooring.care.disclosures.queries import kept_kinds
from mooring.care.patients.models import Patient, SupportPerson
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.actions import write_message
from mooring.work.models import Channel, Message
from tests.packs import sign_pack_for
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def left_long_ago(cast: Cast) -> None:
    """The patient's last entry lies two years back."""
    sign_pack_for(cast)
    Patient.objects.update(since=timezone.now() - timedelta(days=800))
    SupportPerson.objects.create(patient=cast.patient, name="Sam Calloway", phone="+1 503 555 0199")


def test_contact_goes_and_the_clinical_record_stays(cast: Cast) -> None:
    left_long_ago(cast)
    write_message(
        channel=Channel.EMAIL,
        person=cast.patient.person,
        site=cast.site,
        title="Your visit",
        body="See you on Monday, Ruth.",
        by=cast.coordinator,
        at=timezone.now(),
    )
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    cast.patient.refresh_from_db()
    erase_contact(patient=cast.patient, by=cast.privacy_officer, at=timezone.now())
    person = Person.objects.get(pk=cast.patient.person_id)
    assert (person.email, person.phone, person.legal_name) == (None, "", "Ruth Calloway")
    assert Patient.objects.get(pk=cast.patient.pk).phone_key == ""
    assert SupportPerson.objects.get().phone == "-"
    assert Message.objects.get().body == "-"
    detail = Event.objects.get(name="care.disclosures.contact-erased").detail
    assert detail == {"support_people": 1, "messages": 1}
    assert seals.verify() is None


def test_before_its_day_nothing_goes(cast: Cast) -> None:
    sign_pack_for(cast)
    with pytest.raises(Refused, match="kept until"):
        erase_contact(patient=cast.patient, by=cast.privacy_officer, at=timezone.now())
    assert Person.objects.get(pk=cast.patient.person_id).phone


def test_without_a_signed_rule_nothing_goes(cast: Cast) -> None:
    Patient.objects.update(since=timezone.now() - timedelta(days=800))
    with pytest.raises(Refused, match="no rule in the pack"):
        erase_contact(patient=cast.patient, by=cast.privacy_officer, at=timezone.now())
    assert all(kind.rule is None for kind in kept_kinds(cast.patient, timezone.now()).values())


def test_the_page_names_the_rule_and_takes_a_signature(cast: Cast, client: Client) -> None:
    left_long_ago(cast)
    keeping = f"/care/disclosures/of/{cast.patient.pk}/keeping/"
    client.force_login(cast.privacy_officer)
    page = client.get(keeping).content.decode()
    assert "RETAIN-CLINICAL@1" in page
    assert "Stays: no period is set" in page
    assert "RETAIN-DISCLOSURES@1" in page
    address = f"/care/disclosures/of/{cast.patient.pk}/erase/contact/"
    assert address in page
    assert "RETAIN-CONTACT@1" in client.get(address).content.decode()
    wrong = client.post(address, {"password": "no", "once": str(uuid4())})
    assert wrong.status_code == 422
    assert client.post(address, {"password": PASSWORD, "once": str(uuid4())}).status_code == 302
    assert not Person.objects.get(pk=cast.patient.person_id).phone
    client.force_login(cast.coordinator)
    assert client.get(address).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
