"""Tables that only grow: the database itself refuses to change or delete a row.

`@append_only` marks a model. The triggers are put back after every migration, because SQLite drops them
silently when a migration rebuilds a table, and `missing()` is asked at every start.
"""

from typing import TypeVar

from django.apps import apps
from django.db import connections, models

REFUSAL = "this table only grows: a correction is a new entry"
M = TypeVar("M", bound=type[models.Model])
_labels: set[str] = set()


def append_only(model: M) -> M:
    """Mark a model whose rows are never changed or deleted."""
    _labels.add(model._meta.label_lower)
    return model


def tables() -> list[str]:
    """The names of all append-only tables."""
    return sorted(apps.get_model(label)._meta.db_table for label in _labels)


def _trigger(table: str, act: str) -> str:
    return f"{table}_refuse_{act}"


def install(using: str) -> None:
    """Create the triggers that are missing, on tables that exist."""
    connection = connections[using]
    wanted = missing(using)
    if connection.vendor == "postgresql" and wanted:
        _run(
            using,
            "CREATE OR REPLACE FUNCTION mooring_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        )
    for table, act in wanted:
        if connection.vendor == "sqlite":
            _run(
                using,
                f'CREATE TRIGGER "{_trigger(table, act)}" BEFORE {act.upper()} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
            )
        else:
            level = "STATEMENT" if act == "truncate" else "ROW"
            _run(
                using,
                f'CREATE TRIGGER "{_trigger(table, act)}" BEFORE {act.upper()} ON "{table}" '
                f"FOR EACH {level} EXECUTE FUNCTION mooring_refuse_change()",
            )


def missing(using: str) -> list[tuple[str, str]]:
    """`(table, act)` for every trigger that should stand and does not."""
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if connection.vendor == "sqlite":
            acts = ["update", "delete"]
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            acts = ["update", "delete", "truncate"]
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        standing = {row[0] for row in cursor.fetchall()}
    return [
        (table, act)
        for table in tables()
        if table in existing
        for act in acts
        if _trigger(table, act) not in standing
    ]


def _run(using: str, statement: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(statement)
