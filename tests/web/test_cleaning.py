"""What nobody can see is cleaned at the door (case W7)."""

from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client

from mooring.identity.actions import add_person
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.web.cleaning import cleaned
from tests.people import NOW, PASSWORD, Cast


def typed(**fields: str) -> QueryDict:
    found = QueryDict(mutable=True)
    found.update(fields)
    return found


def test_every_field_is_cleaned_and_passwords_are_not() -> None:
    fields = cleaned(
        typed(name="An\u200ba \u202eSilva", note="first\r\nsecond\u2066", password="p\u200b", again="p\u200b")
    )
    assert fields["name"] == "Ana Silva"
    assert fields["note"] == "first\nsecond"
    assert fields["password"] == fields["again"] == "p\u200b"


def test_what_is_clean_stays_the_very_same() -> None:
    fields = typed(name="Ana Silva", note=" plain ")
    assert cleaned(fields) is fields


@pytest.mark.django_db
def test_case_w7_an_email_with_an_unseen_character_signs_in(cast: Cast, client: Client) -> None:
    """Case W7: pasted with a zero-width space, it is the same address."""
    login = f"\u200b{cast.monitor.email}\u200b"
    answer = client.post("/accounts/login/", {"login": login, "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["\u200b", "\u3164", "\u2800\u202e"])
def test_case_w7_a_name_that_cannot_be_seen_is_refused_with_the_reason(
    cast: Cast, client: Client, name: str
) -> None:
    """Case W7: no patient without a name, by any of the doors."""
    client.force_login(cast.coordinator)
    address = f"/care/patients/{cast.patient.pk}/details/"
    was = client.get(address).context["form"]["was"].value()
    answer = client.post(
        address, {"legal_name": name, "sex_at_birth": "female", "was": was, "once": str(uuid4())}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["legal_name"]
    with pytest.raises(Refused, match="no letters"):
        add_person(person=Person(legal_name=name), by=cast.coordinator, at=NOW)
