"""The addresses that machines speak to without a sign-in answer whatever a visitor sends there, and store none of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mooring.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("address", "answer"), [("device-pair", (404,)), ("payment-webhook", (400,))])
@pytest.mark.parametrize("sent", ["a form with a file", "no JSON", "nothing"])
def test_what_is_no_message_is_refused(address: str, answer: tuple[int, ...], sent: str) -> None:
    client, to = Client(raise_request_exception=False), reverse(address)
    if sent == "a form with a file":
        said = client.post(to, {"code": "1", "file": SimpleUploadedFile("a.txt", b"a")})
    else:
        body = "{" if sent == "no JSON" else ""
        said = client.post(to, body, content_type="application/json")
    assert said.status_code in answer
    assert not Event.objects.exists()
