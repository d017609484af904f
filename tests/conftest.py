"""What every test may use."""

import gc
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache as shared_cache
from django.db import connections
from django.test import TransactionTestCase, client
from django.test.utils import ContextList
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from mooring.audit import guards
from mooring.care.sessions import log
from mooring.care.sessions.log import KeptLogs
from mooring.identity.models import Person
from mooring.web.memory import search_seldom
from tests import databases
from tests.people import Cast, make_cast
from tests.told import JOURNAL, told

search_seldom()
# A property is about what holds, not about how fast a busy machine shows it.
hypothesis_settings.register_profile("mooring", deadline=None)
hypothesis_settings.load_profile("mooring")

_find_static_files = WhiteNoiseMiddleware.add_files_from_finders
_static_files: dict[str, object] = {}


def _find_them_once(self: WhiteNoiseMiddleware) -> None:
    """They are the same all the run long; the first request of every client would look for them anew."""
    if not _static_files:
        _find_static_files(self)
        _static_files.update(self.files)
    self.files = _static_files


WhiteNoiseMiddleware.add_files_from_finders = _find_them_once


class _Rendered(ContextList):
    last: Any = None
    """The context that was rendered last, of which a copy stands at the end."""


def _keep_what_was_rendered(store: dict[str, Any], template: Any, context: Any, **_sent: Any) -> None:
    """For `response.context`: a copy of each context; Django copies the page's again for every template it includes."""
    store.setdefault("templates", []).append(template)
    contexts = store.setdefault("context", _Rendered())
    if contexts.last is not context:
        contexts.last = context
        contexts.append(copy(context))


client.store_rendered_templates = _keep_what_was_rendered  # type: ignore[attr-defined]

_sign_in = client.Client.force_login


@told
def _signed_in(person: int, backend: str | None) -> str:
    """The key of a sign-in, which is told like any other state: most tests of pages begin with one."""
    visitor = client.Client()
    _sign_in(visitor, Person.objects.get(pk=person), backend)
    return str(visitor.session.session_key)


def _sign_in_as_told(self: client.Client, user: Person, backend: str | None = None) -> None:
    if self.cookies:  # what they say (a device, another sign-in) counts
        _sign_in(self, user, backend)
    else:
        self.cookies[settings.SESSION_COOKIE_NAME] = _signed_in(user.pk, backend)


client.Client.force_login = _sign_in_as_told  # type: ignore[method-assign,assignment]

ON_POSTGRESQL = os.environ.get("MOORING_DATABASE_URL", "").startswith("postgres")


NEEDS_NO_DATABASE = re.compile(r"^pytestmark = (?:\[[^]]*)?pytest\.mark\.pure", re.MULTILINE)


@cache
def _is_left_out(module: Path) -> bool:
    """A module all of whose tests are pure is not even read in on PostgreSQL."""
    return NEEDS_NO_DATABASE.search(module.read_text(encoding="utf-8")) is not None


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return (
        True if ON_POSTGRESQL and collection_path.suffix == ".py" and _is_left_out(collection_path) else None
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what asks something of the database; the other tests ran already."""
    wrong = [each.nodeid for each in items if _asks_the_database(each) and _is_left_out(each.path)]
    if wrong:
        raise pytest.UsageError(f"a test of a pure module asks nothing of the database: {wrong}")
    if not ON_POSTGRESQL:
        return
    config.hook.pytest_deselected(items=[item for item in items if not _asks_the_database(item)])
    items[:] = [item for item in items if _asks_the_database(item)]


def pytest_collection_finish() -> None:
    """What collecting brought in stays to the end; Python need not search through it again."""
    gc.freeze()


def _asks_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("once"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(
        fixtures & {"db", "transactional_db", "live_server"}
    )


def drop_guards(using: str) -> None:
    """Take the append-only triggers away, as a forger with the database's password would."""
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


@contextmanager
def guards_down(using: str = "default") -> Iterator[None]:
    """Write past the guards what no act would write, and put them back."""
    drop_guards(using)
    yield
    guards.install(using)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Every worker's own copy of the migrated database; a test that commits leaves it as it found it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with django_db_blocker.unblock():
        databases.copy_for(worker)
    connections["default"].execute_wrappers.append(JOURNAL)
    plain = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda self: databases.put_back()  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = plain  # type: ignore[method-assign]
    with django_db_blocker.unblock():
        databases.drop_copy()


@pytest.fixture(scope="session")
def migrated(django_db_setup: None) -> Path:
    """The migrated, empty SQLite file from which each worker's is copied."""
    return databases.template_file()


@pytest.fixture(autouse=True)
def _from_the_beginning(request: pytest.FixtureRequest) -> Iterator[None]:
    """What one test wrote, read of a log, or counted against somebody (wrong passwords), does not reach the next."""
    changed_by = request.getfixturevalue("monkeypatch") if "monkeypatch" in request.fixturenames else None
    JOURNAL.begin(changed_by, alone=not _commits(request.node))
    log.KEPT = KeptLogs()  # the next test's sessions have the same numbers
    yield
    shared_cache.clear()


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    )


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast of `tests/people.py` in the database."""
    return make_cast()


@pytest.fixture
def cast_now(db: None) -> Cast:
    """The cast where it is noon, for a test that lives by the real clock."""
    return make_cast(timezone.now())
