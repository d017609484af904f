"""The triggers that keep append-only tables growing and signed rows as they were signed.

They are put back after every migration, because SQLite drops them silently when a migration rebuilds a table.
`missing()` compares all that each trigger says, not only its name, and is asked at every start.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connections, transaction

from mooring.audit import append_only, kept

REFUSAL = "this table only grows: a correction is a new entry"
SIGNED = "this row is signed: it stays what it was"
FUNCTIONS = {"mooring_refuse_change": REFUSAL, "mooring_refuse_signed": SIGNED}


@dataclass(frozen=True)
class Guard:
    """One trigger: on which table, against which act, and the statement that makes it."""

    table: str
    act: str
    make: str

    @property
    def of_signed_rows(self) -> bool:
        return SIGNED in self.make or "mooring_refuse_signed" in self.make

    @property
    def name(self) -> str:
        return f"{self.table}_refuse_{self.act}"


def wanted(vendor: str) -> list[Guard]:
    """Every guard that should stand in a database of this kind."""
    make = (_sqlite_grows, _sqlite_signed) if vendor == "sqlite" else (_postgresql_grows, _postgresql_signed)
    acts = ("update", "delete") if vendor == "sqlite" else ("update", "delete", "truncate")
    growing = [make[0](table, act) for table in append_only.tables() for act in acts]
    signed = [
        make[1](model._meta.db_table, act, rules.once, kept.frozen_columns(model, rules))
        for model, rules in kept.signed_models()
        for act in ("change", "delete")
    ]
    return [*growing, *signed]


def _sqlite_grows(table: str, act: str) -> Guard:
    make = (
        f'CREATE TRIGGER "{table}_refuse_{act}" BEFORE {act.upper()} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    return Guard(table, act, make)


def _sqlite_signed(table: str, act: str, once: str, columns: list[str]) -> Guard:
    since = f'OLD."{once}" IS NOT NULL' if once else "1"
    changed = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)
    event, when = ("DELETE", since) if act == "delete" else ("UPDATE", f"{since} AND ({changed})")
    make = (
        f'CREATE TRIGGER "{table}_refuse_{act}" BEFORE {event} ON "{table}" WHEN {when} '
        f"BEGIN SELECT RAISE(ABORT, '{SIGNED}'); END"
    )
    return Guard(table, act, make)


def _postgresql_grows(table: str, act: str) -> Guard:
    level = "STATEMENT" if act == "truncate" else "ROW"
    make = (
        f'CREATE TRIGGER "{table}_refuse_{act}" BEFORE {act.upper()} ON "{table}" '
        f"FOR EACH {level} EXECUTE FUNCTION mooring_refuse_change()"
    )
    return Guard(table, act, make)


def _postgresql_signed(table: str, act: str, once: str, columns: list[str]) -> Guard:
    since = f'OLD."{once}" IS NOT NULL' if once else "true"
    changed = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)
    event, when = ("DELETE", since) if act == "delete" else ("UPDATE", f"{since} AND ({changed})")
    make = (
        f'CREATE TRIGGER "{table}_refuse_{act}" BEFORE {event} ON "{table}" '
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION mooring_refuse_signed()"
    )
    return Guard(table, act, make)


def install(using: str) -> None:
    """Create the guards that are missing or say something else, on tables that exist."""
    lost = _lost(using)
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, refusal in FUNCTIONS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${_body(refusal)}$$"
                )
        for guard in lost:
            cursor.execute(_drop(connection.vendor, guard))
            cursor.execute(guard.make)


def step_aside(using: str) -> None:
    """Take the guards of signed rows away while a migration changes their columns; `install` puts them back.

    PostgreSQL refuses to alter a column that a trigger names.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for guard in wanted(connection.vendor):
            if guard.of_signed_rows and guard.table in existing:
                cursor.execute(_drop(connection.vendor, guard))


@contextmanager
def aside(using: str, tables: Iterable[str]) -> Iterator[None]:
    """Take the guards of these tables away within one transaction, and put them back before it ends.

    For values that stay what they are and are only stored otherwise (sealed with a new key): nobody else can write
    meanwhile, because the transaction holds the tables.
    """
    connection, named = connections[using], set(tables)
    with transaction.atomic(using=using):
        with connection.cursor() as cursor:
            for guard in wanted(connection.vendor):
                if guard.table in named:
                    cursor.execute(_drop(connection.vendor, guard))
        yield
        install(using)


def _drop(vendor: str, guard: Guard) -> str:
    where = f' ON "{guard.table}"' if vendor == "postgresql" else ""
    return f'DROP TRIGGER IF EXISTS "{guard.name}"{where}'


def missing(using: str) -> list[tuple[str, str]]:
    """`(table, act)` for every guard that should stand and does not, or says something else."""
    return [(guard.table, guard.act) for guard in _lost(using)]


def _lost(using: str) -> list[Guard]:
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger "
                "JOIN pg_proc ON pg_proc.oid = tgfoid "
                "WHERE NOT tgisinternal AND tgenabled <> 'D' AND prosrc = ANY(%s)",
                [[_body(refusal) for refusal in FUNCTIONS.values()]],
            )
        standing = dict(cursor.fetchall())
    return [
        guard
        for guard in wanted(connection.vendor)
        if guard.table in existing and _plain(guard.make) != _plain(standing.get(guard.name, ""))
    ]


def _body(refusal: str) -> str:
    """What the function of PostgreSQL's triggers says, to the letter: one that says it under a condition is none."""
    return f" BEGIN RAISE EXCEPTION '{refusal}'; END "


_WRITING = re.compile(r"[()]|::[a-z]+( varying)?|\bpublic\.")


def _plain(says: str) -> str:
    """A trigger's statement without what each database writes as it likes: quotation marks, brackets, casts, schema.

    >>> _plain("WHEN (((old.kind)::text IS DISTINCT FROM (new.kind)::text))")
    'when old.kind is distinct from new.kind'
    """
    return " ".join(_WRITING.sub(" ", says.lower().replace('"', "")).replace(" .", ".").split())
