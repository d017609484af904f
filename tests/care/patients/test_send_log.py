"""The patient reads who opened their record, by a link that the clinic sends."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Access, Event
from mooring.care.patients.access import LOG_LINK
from mooring.work.actions import token_of
from mooring.work.models import Message, TaskLink
from tests.links import page_of
from tests.people import Cast

pytestmark = pytest.mark.django_db


def send(client: Client, cast: Cast, once: str = "") -> int:
    answer = client.post(f"/care/patients/{cast.patient.pk}/log/send/", {"once": once or str(uuid4())})
    return answer.status_code


def open_own(client: Client, birth_date: str = "1981-04-09") -> None:
    link = TaskLink.objects.filter(kind=LOG_LINK).latest("pk")
    client.post(f"/t/{token_of(link)}/", {"birth_date": birth_date})


def test_the_patient_reads_who_looked_and_their_own_look_is_listed(cast: Cast) -> None:
    staff, phone = Client(), Client()
    staff.force_login(cast.coordinator)
    staff.get(f"/care/patients/{cast.patient.pk}/details/")
    assert send(staff, cast) == 302
    open_own(phone)
    text = phone.get(page_of(LOG_LINK)).content.decode()
    assert "Ines Duarte" in text
    assert "names and contact" in text
    assert "by link" in phone.get(page_of(LOG_LINK)).content.decode()
    assert Access.objects.filter(viewer=cast.patient.person.actor_ref).count() == 2
    assert Event.objects.filter(name="care.patients.log-sent", actor=cast.coordinator.actor_ref).count() == 1


def test_sent_twice_it_goes_out_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    once = str(uuid4())
    send(client, cast, once)
    send(client, cast, once)
    assert TaskLink.objects.filter(kind=LOG_LINK).count() == 1
    assert Message.objects.filter(link__kind=LOG_LINK).count() == 1


def test_a_stranger_finds_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    assert send(client, cast) == 404


def test_who_may_open_but_not_read_the_log_may_not_send_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    assert send(client, cast) == 403
    assert not TaskLink.objects.filter(kind=LOG_LINK).exists()


def test_nobody_reads_it_without_the_link_or_with_a_wrong_birth_date(cast: Cast, client: Client) -> None:
    assert client.get("/care/patients/log/1/").status_code == 404
    staff = Client()
    staff.force_login(cast.coordinator)
    send(staff, cast)
    open_own(client, "1980-01-01")
    assert client.get(page_of(LOG_LINK)).status_code == 404


def test_a_link_that_ran_out_says_so(cast: Cast, client: Client) -> None:
    staff = Client()
    staff.force_login(cast.coordinator)
    send(staff, cast)
    open_own(client)
    TaskLink.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    answer = client.get(page_of(LOG_LINK))
    assert answer.status_code == 410
    assert "has expired" in answer.content.decode()


def test_without_phone_and_mail_the_next_step_is_said(cast: Cast, client: Client) -> None:
    person = cast.patient.person
    person.phone, person.email = "", None
    person.save(update_fields=["phone", "email"])
    client.force_login(cast.coordinator)
    send(client, cast)
    assert "Print the list" in client.get(f"/care/patients/{cast.patient.pk}/log/").content.decode()
