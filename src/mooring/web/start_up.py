"""What must be true before anything is served, each fault named with its remedy."""

from contextlib import redirect_stdout
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from mooring.audit import append_only
from mooring.identity.models import Site
from mooring.identity.packs import newest_signed_pack
from mooring.knowledge.queries.packs import content_faults
from mooring.web.mistakes import Mistake
from mooring.work.models import Installation


def migrations_missing() -> list[str]:
    """The names of changes that the database does not have yet; a database that cannot be opened is named."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Mistake(f"The database cannot be opened: {' '.join(str(error).split())}") from error
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


def migrate() -> str:
    """Bring the database up to date; returns what was done, in words."""
    missing = migrations_missing()
    with redirect_stdout(StringIO()):
        call_command("migrate", verbosity=0, interactive=False)
    guards = len(append_only.tables())
    done = f"{len(missing)} changes applied" if missing else "nothing to change"
    return f"The database is up to date: {done}; {guards} tables only grow, and their guards stand."


def require_ready(*, demonstration: bool) -> None:
    """Refuse to start on a database that is not ready, or not of the kind that was asked for."""
    missing = migrations_missing()
    if missing:
        raise Mistake(
            f"The database lacks {len(missing)} changes, first {missing[0]}. Run `mooring migrate`."
        )
    lost = append_only.missing("default")
    if lost:
        table, act = lost[0]
        raise Mistake(
            f"The table {table} has lost its guard against {act}. Run `mooring migrate`, which puts it "
            "back, then `mooring audit verify`."
        )
    installation = Installation.objects.first()
    if installation is None:
        raise Mistake("Nothing is set up here yet. Run `mooring setup`, or `mooring demo` to look around.")
    require_kind(installation, demonstration=demonstration)


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


def content_said() -> list[str]:
    """What the start says of the knowledge: nothing where its files load, else every fault, and what goes on."""
    faults = content_faults()
    if not faults:
        return []
    signed = [(site, newest_signed_pack(site)) for site in Site.objects.order_by("name")]
    goes_on = [
        f"  {site}: goes on with pack {pack.digest[:12]}, signed {pack.signed_at:%Y-%m-%d} by {pack.signed_by}."
        if pack
        else f"  {site}: has no signed pack, so nobody is screened or dosed there."
        for site, pack in signed
    ]
    return ["THE CONTENT FILES ARE REFUSED; NOTHING OF THEM IS LOADED.", *faults, *goes_on]
