"""A new database, made at once, is the one that every migration since the first release leads to.

Before each step the framework draws anew every model that is joined to the changed one, over any number of joins: forty
thousand models, in nine tenths of the time. The statements need the changed model alone. Which models are drawn changes
no statement, or the two databases would differ here; `./run soak` does it the framework's way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.state import ProjectState

from mooring.audit import guards
from mooring.work import schema
from mooring.work.new_database import fill_if_empty

FILLED = ("django_migrations", "django_content_type", "auth_permission")
NOT_OURS = "auth_group_permissions"
"""The framework's own table, in which nothing stands: its migrations make the key wider than its model says."""
POSTGRESQL = (
    "SELECT 'column', table_name, column_name, data_type, is_nullable, column_default, is_identity, "
    "character_maximum_length FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT 'index', tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
)


def rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def parts(statement: str) -> list[str]:
    """What stands between the outer brackets of a CREATE TABLE, in any order: a later column stands last."""
    found, depth, quoted = [""], 0, ""
    for letter in statement[statement.index("(") + 1 : statement.rindex(")")]:
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"":
            quoted = letter
        depth += 0 if quoted else {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth and not quoted:
            found.append("")
        else:
            found[-1] += letter
    return sorted(each.strip() for each in found)


def described() -> set[str]:
    """Everything that the database says of itself, a line each."""
    lines = {f"{table}: {len(rows(f'SELECT * FROM {table}'))}" for table in FILLED}
    lines |= {f"applied: {row}" for row in rows("SELECT app, name FROM django_migrations")}
    if connection.vendor == "postgresql":
        return lines | {str(row) for query in POSTGRESQL for row in rows(query)}
    for kind, name, statement in rows(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    ):
        said = parts(str(statement)) if kind == "table" else [" ".join(str(statement).split())]
        lines |= {f"{kind} {name}: {each}" for each in said}
    return lines


@contextmanager
def another_database(folder: Path) -> Iterator[None]:
    """Point the connection at an empty one."""
    name = connection.settings_dict["NAME"]
    other = str(folder / "other.sqlite3") if connection.vendor == "sqlite" else f"{name}_other"
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f"CREATE DATABASE {other}")
    connection.close()
    connection.settings_dict["NAME"] = other
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        if connection.vendor == "postgresql":
            with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
                cursor.execute(f"DROP DATABASE {other} WITH (FORCE)")


def changed_alone(self: ProjectState, app: str, model: str, delay: bool) -> set[tuple[str, str]]:
    """The models to draw after a change of this one: itself."""
    return {(app, model.lower())}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("drawn", ["changed", pytest.param("all", marks=pytest.mark.soak)])
def test_it_is_what_every_migration_leads_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawn: str
) -> None:
    if drawn == "changed":
        monkeypatch.setattr(ProjectState, "_find_reload_model", changed_alone)
    at_once = described()
    with another_database(tmp_path):
        call_command("migrate", verbosity=0, interactive=False)
        step_by_step = described()
        assert guards.missing("default") == []
    assert len(at_once) > 1000
    differs = {each for each in at_once ^ step_by_step if NOT_OURS not in each}
    assert differs == set()


@pytest.mark.django_db(transaction=True)
def test_a_database_with_tables_is_left_to_its_migrations(tmp_path: Path) -> None:
    with another_database(tmp_path):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE somebody_elses (id integer)")
        fill_if_empty()
        assert connection.introspection.table_names() == ["somebody_elses"]


@pytest.mark.django_db(transaction=True)
def test_made_half_it_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    with another_database(tmp_path):
        monkeypatch.setattr("mooring.work.new_database.call_command", dies)
        with pytest.raises(KeyboardInterrupt):
            fill_if_empty()
        assert connection.introspection.table_names() == []
        monkeypatch.undo()
        assert "guards stand" in schema.migrate()
        assert schema.migrations_missing() == []
