"""A browser of a person for the tests of this room."""

from collections.abc import Callable

import pytest
from django.test import Client

from mooring.identity.models import Person


@pytest.fixture
def as_person() -> Callable[[Person], Client]:
    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in
