"""A browser of a person, and the wall clock of the pages, for the tests of this room."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from mooring.identity.models import Person
from tests.people import NOW


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the moment that the pages take for now."""
    moment = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def move(to: datetime) -> None:
        moment[0] = to

    return move


@pytest.fixture
def as_person() -> Callable[[Person], Client]:
    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in
