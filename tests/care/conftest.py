"""The wall clock of the pages, for every room of care."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from tests.people import NOW


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the moment that the pages take for now."""
    moment = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def move(to: datetime) -> None:
        moment[0] = to

    return move
