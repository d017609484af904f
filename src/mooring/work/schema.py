"""Whether the database has the program's tables, and of which kind it is: a clinic's or a demonstration's."""

from contextlib import redirect_stdout
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from mooring.audit import guards
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.recording import COMMAND_LINE
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation


def migrations_missing() -> list[str]:
    """The names of changes that the database does not have yet; a database that cannot be opened is named."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Mistake(f"The database cannot be opened: {' '.join(str(error).split())}") from error
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


EVENTS_NAME_ROWS = "audit 0002_rows_of_an_event"


def migrate() -> str:
    """Bring the database up to date; returns what was done, in words.

    The rows of a database from before events named them are adopted in the same step, and never later: a row
    that no event names is a finding of `mooring audit verify`.
    """
    missing = migrations_missing()
    with redirect_stdout(StringIO()):
        call_command("migrate", verbosity=0, interactive=False)
    adopted = adopt_unnamed(by=COMMAND_LINE, at=timezone.now()) if EVENTS_NAME_ROWS in missing else 0
    done = f"{len(missing)} changes applied" if missing else "nothing to change"
    named = f" {adopted} earlier rows were given a digest." if adopted else ""
    standing = len(guards.wanted(connection.vendor))
    return f"The database is up to date: {done}; {standing} guards stand.{named}"


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
