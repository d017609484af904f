"""A wrong date of birth is put right by two people, and the patient's open links follow (case W10)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Event
from mooring.care.patients.actions import confirm_birth_date, propose_birth_date, reject_birth_date
from mooring.care.patients.models import BirthDateCorrection
from mooring.rules.verdict import Refused
from mooring.work.actions import make_link, token_of
from mooring.work.models import Task, TaskLink
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
RIGHT = date(1981, 9, 4)


def proposed(cast: Cast) -> BirthDateCorrection:
    return propose_birth_date(
        patient=cast.patient, birth_date=RIGHT, reason="Passport seen.", by=cast.coordinator, at=NOW
    )


def test_case_w10_a_second_person_confirms_and_locked_links_open(cast: Cast, client: Client) -> None:
    """Case W10: five tries with the right date had locked the link; after the correction it opens."""
    link = make_link(
        kind="screening",
        person=cast.patient.person,
        about=cast.patient,
        opens="screening-answer",
        site=cast.site,
        birth_date=cast.patient.birth_date,
        lasts=timedelta(days=900),
        by=cast.coordinator,
        at=timezone.now(),
    )
    TaskLink.objects.update(wrong_tries=5)
    correction = proposed(cast)
    cast.patient.refresh_from_db()
    assert cast.patient.birth_date != RIGHT, "one person alone changes nothing"
    patient = confirm_birth_date(correction=correction, by=cast.prescriber, at=NOW + timedelta(hours=1))
    assert patient.birth_date == RIGHT
    answer = client.post(f"/t/{token_of(link)}/", {"birth_date": RIGHT.isoformat()})
    assert answer.status_code == 302
    names = set(Event.objects.values_list("name", flat=True))
    assert {"care.patients.birth-date-proposed", "care.patients.birth-date-confirmed"} <= names
    assert not Task.objects.filter(kind="birth-date-confirm", state="open").exists()


def test_who_proposed_does_not_confirm(cast: Cast) -> None:
    correction = proposed(cast)
    with pytest.raises(Refused, match="colleague"):
        confirm_birth_date(correction=correction, by=cast.coordinator, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        BirthDateCorrection.objects.update(confirmed=True, decided_by=cast.coordinator, decided_at=NOW)


def test_rejected_it_changes_nothing_and_is_decided_once(cast: Cast) -> None:
    correction = proposed(cast)
    reject_birth_date(correction=correction, by=cast.prescriber, at=NOW)
    cast.patient.refresh_from_db()
    assert cast.patient.birth_date == date(1981, 4, 9)
    with pytest.raises(Refused, match="already decided"):
        confirm_birth_date(correction=correction, by=cast.prescriber, at=NOW)
    assert proposed(cast).pk != correction.pk


@pytest.mark.parametrize(("birth_date", "why"), [(date(2030, 1, 1), "past"), (date(1981, 4, 9), "already")])
def test_a_date_that_cannot_be_is_refused(cast: Cast, birth_date: date, why: str) -> None:
    with pytest.raises(Refused, match=why):
        propose_birth_date(
            patient=cast.patient, birth_date=birth_date, reason="x", by=cast.coordinator, at=NOW
        )


def test_a_second_proposal_waits_for_the_first(cast: Cast) -> None:
    proposed(cast)
    with pytest.raises(Refused, match="waiting"):
        proposed(cast)


def test_two_colleagues_correct_it_on_the_page(cast: Cast, client: Client) -> None:
    address = f"/care/patients/{cast.patient.pk}/birth-date/"
    client.force_login(cast.coordinator)
    sent = {"birth_date": RIGHT.isoformat(), "reason": "Passport seen.", "once": str(uuid4())}
    assert client.post(address, sent).status_code == 302
    assert "Confirm correction" not in client.get(address).content.decode()
    refused = client.post(address, {"confirm": "1", "once": str(uuid4())})
    assert refused.status_code == 422
    client.force_login(cast.prescriber)
    assert "Confirm correction" in client.get(address).content.decode()
    assert client.post(address, {"confirm": "1", "once": str(uuid4())}).status_code == 302
    cast.patient.refresh_from_db()
    assert cast.patient.birth_date == RIGHT


def test_a_stranger_and_a_reader_do_not_correct(cast: Cast, client: Client) -> None:
    address = f"/care/patients/{cast.patient.pk}/birth-date/"
    for person, status in ((cast.stranger, 404), (cast.monitor, 403)):
        client.force_login(person)
        assert client.get(address).status_code == status
