"""The database of an address that asks for a pool."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from mooring.web import environment, serving

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no pool"),
    pytest.mark.django_db,
]


@pytest.fixture
def wrapper(monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseWrapper]:
    """A connection of its own to this database, from a pool."""
    monkeypatch.setenv(
        "MOORING_DATABASE_URL", "postgresql://x/x?pool_min_size=1&pool_max_size=2&pool_timeout=5"
    )
    described = environment.database("MOORING_DATABASE_URL", Path("x"))
    assert isinstance(described["OPTIONS"], dict)
    options = {**connection.settings_dict["OPTIONS"], "pool": described["OPTIONS"]["pool"]}
    wrapper = DatabaseWrapper(
        {**connection.settings_dict, "OPTIONS": options, "CONN_MAX_AGE": described["CONN_MAX_AGE"]}, "pooled"
    )
    yield wrapper
    wrapper.close_pool()


def test_a_pool_lends_its_connections_and_takes_them_back(wrapper: DatabaseWrapper) -> None:
    for _round in range(5):  # more often than there are connections
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
        wrapper.close()
    assert wrapper.pool.get_stats()["pool_size"] <= 2


def test_a_server_has_neither_connection_nor_pool_when_it_forks(
    wrapper: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapper.ensure_connection()
    pool = wrapper.pool
    monkeypatch.setattr(serving, "connections", SimpleNamespace(all=lambda **_asked: [wrapper]))
    serving.leave_database()
    assert wrapper.connection is None
    assert pool.closed
    assert wrapper.pool is not pool
