"""What several tests of the session's pages need."""

from typing import Any

import pytest
from django.utils import timezone

from tests.people import NOW


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The wall clock of the pages, as a list of one moment that a test may move."""
    now = [NOW]
    real = timezone.now
    monkeypatch.setattr("mooring.care.sessions.views.session.timezone.now", lambda: now[0] or real())
    return now
