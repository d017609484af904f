"""The public page: a genuine paper and badge are told from tampered ones, and the licence number needs a second code."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mooring.academy.credits.actions.certificates import store_paper
from mooring.academy.credits.models import Certificate
from mooring.academy.credits.queries.certificates import second_code
from mooring.academy.credits.queries.papers import drawn_paper
from tests.academy.credits.crediting import claim, credit_course, finished
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
GENUINE = "exactly as it was signed"


@pytest.fixture
def certificate(cast: Cast) -> Certificate:
    return claim(finished(cast.learner, credit_course(cast.educator)), "tiny-cme")


def said_of(client: Client, name: str, data: bytes) -> str:
    answer = client.post(reverse("verify"), {"file": SimpleUploadedFile(name, data)})
    return answer.content.decode()


def test_a_paper_is_genuine_and_one_changed_byte_is_noticed(client: Client, certificate: Certificate) -> None:
    pdf = drawn_paper(certificate)
    store_paper(certificate=certificate, pdf=pdf, by=certificate.learner, at=NOW)
    assert GENUINE in said_of(client, "c.pdf", pdf)
    forged = bytearray(pdf)
    forged[len(forged) // 3] ^= 1
    assert GENUINE not in said_of(client, "c.pdf", bytes(forged))
    assert GENUINE not in said_of(client, "c.pdf", b"%PDF-1.7 nothing")


def test_a_badge_is_genuine_and_one_changed_word_is_noticed(client: Client, certificate: Certificate) -> None:
    text = certificate.snapshot.badge
    assert GENUINE in said_of(client, "b.json", text.encode())
    forged = json.loads(text)
    forged["credentialSubject"]["creditsEarned"] = 50
    assert GENUINE not in said_of(client, "b.json", json.dumps(forged).encode())


def test_the_licence_number_shows_with_the_holders_second_code_alone(
    client: Client, certificate: Certificate
) -> None:
    address = reverse("certificate-shown", args=[certificate.code])
    assert "MD-1234" not in client.get(address).content.decode()
    assert "MD-1234" not in client.post(address, {"second_code": "000000"}).content.decode()
    opened = client.post(address, {"second_code": second_code(certificate)})
    assert "MD-1234" in opened.content.decode()


def test_a_code_that_no_certificate_bears_is_said_and_not_found(
    client: Client, certificate: Certificate
) -> None:
    answer = client.post(reverse("verify"), {"code": "AAAA-AAAA-AAAA-AAAA"})
    assert answer.status_code == 422
    assert "No certificate has this number" in answer.content.decode()


def test_case_e6_an_address_with_a_wrong_number_says_so(client: Client, certificate: Certificate) -> None:
    answer = client.get(reverse("certificate-shown", args=["AAAA-AAAA-AAAA-AAAA"]))
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "No certificate has this number" in page
    for other in ("988", "crisis", "emergency", "phone"):
        assert other not in page.lower()
