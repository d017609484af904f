"""The pages of consents: reading, taking in the room, taking back; who may and who may not."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mooring.care.consents.models import Consent
from mooring.identity.models import Person
from tests.care.consents.signing import TEXT_KEY, post_of, signed_consent, text_of
from tests.packs import sign_pack_for
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def take_url(cast: Cast, key: str = TEXT_KEY) -> str:
    return reverse("consent-take", args=[cast.patient.pk, key])


def test_the_whole_walk(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    client = as_person(cast.therapist)
    listed = client.get(reverse("consents", args=[cast.patient.pk]))
    assert b"Not signed" in listed.content
    page = client.get(take_url(cast))
    assert page.status_code == 200
    for section in text_of(signed).sections:
        assert section.heading.encode() in page.content
    answer = client.post(take_url(cast), post_of(text_of(signed), password=PASSWORD))
    assert answer.status_code == 302
    consent = Consent.objects.get()
    assert consent.taken_by == cast.therapist
    record = client.get(reverse("consent", args=[consent.pk]))
    assert b"Understood, in own words" in record.content
    assert client.post(reverse("consent-withdraw", args=[consent.pk])).status_code == 302
    assert b"Withdrawn" in client.get(reverse("consent", args=[consent.pk])).content


def test_a_wrong_password_signs_nothing_and_keeps_the_answers(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    answer = as_person(cast.therapist).post(take_url(cast), post_of(text_of(signed), password="wrong"))
    assert answer.status_code == 422
    assert b"not your password" in answer.content
    assert b'value="Ruth Calloway"' in answer.content
    assert not Consent.objects.exists()


def test_not_yet_understood_is_refused_with_the_section(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    sent = post_of(text_of(signed), password=PASSWORD, **{"understood_off-label": "again"})
    answer = as_person(cast.therapist).post(take_url(cast), sent)
    assert answer.status_code == 422
    assert b"This use is not licensed" in answer.content


def test_sent_twice_signs_once(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    sent = post_of(text_of(signed), password=PASSWORD, once=str(uuid4()))
    client = as_person(cast.therapist)
    assert [client.post(take_url(cast), sent).status_code for _ in range(2)] == [302, 302]
    assert Consent.objects.count() == 1


def test_a_stranger_finds_nothing(cast: Cast) -> None:
    consent = signed_consent(cast, sign_pack_for(cast))
    client = as_person(cast.stranger)
    for url in (
        reverse("consents", args=[cast.patient.pk]),
        take_url(cast),
        reverse("consent", args=[consent.pk]),
        reverse("consent-withdraw", args=[consent.pk]),
    ):
        assert client.get(url).status_code == 404


def test_a_reader_may_read_and_not_take(cast: Cast) -> None:
    consent = signed_consent(cast, sign_pack_for(cast))
    client = as_person(cast.facilitator)
    assert client.get(reverse("consent", args=[consent.pk])).status_code == 200
    assert client.get(take_url(cast)).status_code == 403
    assert client.post(reverse("consent-withdraw", args=[consent.pk])).status_code == 403
    assert b"Take consent" not in client.get(reverse("consents", args=[cast.patient.pk])).content


def test_bad_ids_are_not_found(cast: Cast) -> None:
    sign_pack_for(cast)
    client = as_person(cast.therapist)
    assert client.get(take_url(cast, "NO-SUCH-TEXT@9")).status_code == 404
    assert client.get(reverse("consent", args=[987654])).status_code == 404
    assert client.get(reverse("consents", args=[987654])).status_code == 404


def test_without_a_signed_pack_the_page_says_who_signs_one(cast: Cast) -> None:
    client = as_person(cast.therapist)
    assert (
        b"The medical director signs one" in client.get(reverse("consents", args=[cast.patient.pk])).content
    )
    assert client.get(take_url(cast)).status_code == 302


def test_hostile_words_are_inert(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    sent = post_of(text_of(signed), password=PASSWORD) | {"signed_name": "<script>alert(1)</script>"}
    answer = as_person(cast.therapist).post(take_url(cast), sent)
    assert answer.status_code == 422
    assert b"<script>alert(1)" not in answer.content
