"""Whether the database has the program's tables, and of which kind it is: a clinic's or a demonstration's."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from mooring.audit import guards
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.recording import COMMAND_LINE
from mooring.identity.ciphers import sealed_fields
from mooring.work.keys import seal_again
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation
from mooring.work.new_database import fill_if_empty


def migrations_missing() -> list[str]:
    """The names of changes that the database does not have yet; a database that cannot be opened is named."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Mistake(f"The database cannot be opened: {' '.join(str(error).split())}") from error
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


def migrations_unknown() -> list[str]:
    """Changes that a newer version made to the database: older code would write rows that newer code misreads."""
    loader = MigrationExecutor(connection).loader
    known = set(loader.disk_migrations or {})
    return sorted(
        f"{app} {name}" for app, name in loader.applied_migrations or {} if (app, name) not in known
    )


def require_no_newer() -> None:
    """`Mistake` where a newer version changed this database."""
    unknown = migrations_unknown()
    if unknown:
        raise Mistake(
            f"A newer version of Mooring changed this database ({len(unknown)} changes, first {unknown[0]}). Install "
            "that version, or restore the backup from before the upgrade (docs/operations/upgrade.md)."
        )


def require_applied(migrations: list[str], version: str) -> None:
    """`Mistake` unless this database has just these changes: rows of another schema would be misread."""
    applied = {f"{app} {name}" for app, name in MigrationExecutor(connection).loader.applied_migrations or {}}
    more, fewer = sorted(set(migrations) - applied), sorted(applied - set(migrations))
    if more or fewer:
        which = f"is missing {more[0]}" if more else f"has {fewer[0]} on top"
        raise Mistake(
            f"The export was made with version {version}; this database {which}. Import it with that version, then "
            "upgrade."
        )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock of migrations: a second machine waits, and finds nothing to do.

    PostgreSQL keeps it with the connection; the folder of a SQLite file is locked by the operating system.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return
    folder = Path(name_of_database()).parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


LOCK = 0x6D6F6F72696E67
"""The number of the advisory lock: the letters of the program's name."""
EVENTS_NAME_ROWS = "audit 0002_rows_of_an_event"
SEALS_VALUES = "identity 0008_sealed_numbers"


def migrate() -> str:
    """Bring the database up to date; returns what was done, in words.

    The rows of a database from before events named them are adopted in the same step, and never later: a row
    that no event names is a finding of `mooring audit verify`. What stood in plain text before columns were sealed
    is sealed.
    """
    with one_at_a_time():
        return _migrate()


def _migrate() -> str:
    missing = migrations_missing()
    require_no_newer()
    fill_if_empty()
    with redirect_stdout(StringIO()):
        call_command("migrate", verbosity=0, interactive=False)
    if SEALS_VALUES in missing and any(model._base_manager.exists() for model, _fields in sealed_fields()):
        seal_again(by=COMMAND_LINE, at=timezone.now())
    adopted = adopt_unnamed(by=COMMAND_LINE, at=timezone.now()) if EVENTS_NAME_ROWS in missing else 0
    done = f"{len(missing)} changes applied" if missing else "nothing to change"
    named = f" {adopted} earlier rows were given a digest." if adopted else ""
    standing = len(guards.wanted(connection.vendor))
    return f"The database is up to date: {done}; {standing} guards stand.{named}"


def damaged_pages() -> str:
    """What `quick_check` says of a SQLite file; nothing where all is well, or on PostgreSQL."""
    if connection.vendor != "sqlite":
        return ""
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            said = str(cursor.fetchone()[0])
    except DatabaseError as error:
        return " ".join(str(error).split())
    return "" if said == "ok" else " ".join(said.split())


def require_kind(installation: Installation, *, demonstration: bool) -> None:
    """A clinic never runs on a demonstration database, and a demonstration never on a clinic's."""
    if installation.demonstration and not demonstration:
        raise Mistake(
            f"The database {name_of_database()} is a demonstration, where anybody may sign in as anybody. "
            "Name another one in MOORING_DATABASE_URL, or run `mooring demo`."
        )
    if demonstration and not installation.demonstration:
        raise Mistake(
            f"The database {name_of_database()} belongs to a clinic. A demonstration is never loaded into it; "
            "give another --folder."
        )


def name_of_database() -> str:
    return str(settings.DATABASES["default"]["NAME"])
