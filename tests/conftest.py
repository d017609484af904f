"""What every test may use."""

import os
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from mooring.audit import append_only
from tests.people import Cast, make_cast

# A property is about what holds, not about how fast a busy machine shows it.
hypothesis_settings.register_profile("mooring", deadline=None)
hypothesis_settings.load_profile("mooring")

ON_POSTGRESQL = os.environ.get("MOORING_DATABASE_URL", "").startswith("postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what touches the database; the pure tests ran already."""
    if not ON_POSTGRESQL:
        return
    touching = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in touching])
    items[:] = touching


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(
        fixtures & {"db", "transactional_db", "live_server"}
    )


def drop_guards(using: str) -> None:
    """Take the append-only triggers away (tests only: a flush, or a forger with the database password)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_refuse_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE tgname LIKE '%_refuse_%'")
            for name, table in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}" ON {table}')


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_guards() -> Iterator[None]:
    """Between transactional tests the append-only guards step aside for the flush, then stand again."""
    plain_teardown = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        drop_guards("default")
        plain_teardown(self)
        append_only.install("default")

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = plain_teardown  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _forget_limits() -> Iterator[None]:
    """What one test counted against somebody (wrong passwords) does not lock them in the next."""
    yield
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast of `tests/people.py` in the database."""
    return make_cast()
