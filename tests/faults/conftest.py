"""What the tests of backups need of the machine."""

import os

import pytest

from tests.databases import PROGRAMS


@pytest.fixture
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs stand on the path, as on a server that is backed up."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
