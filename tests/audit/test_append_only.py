"""The tables that only grow, on the database at hand."""

import pytest
from django.db import DatabaseError, connection, models, transaction

from mooring.audit import append_only, guards
from mooring.audit.checks import triggers_in_place
from mooring.audit.models import Event
from mooring.audit.recording import COMMAND_LINE, recorded
from tests.people import NOW

pytestmark = pytest.mark.django_db


@recorded("tests.something.done")
def do_something(*, by: object, at: object) -> None:
    """An act that only leaves its event."""


@pytest.fixture
def event() -> Event:
    do_something(by=COMMAND_LINE, at=NOW)
    return Event.objects.get()


@pytest.mark.parametrize("change", ["update", "delete", "queryset-delete", "raw-update"])
def test_a_row_cannot_be_changed_or_deleted(event: Event, change: str) -> None:
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        if change == "update":
            event.name = "tests.something.else"
            event.save(update_fields=["name"])
        elif change == "delete":
            event.delete()
        elif change == "queryset-delete":
            Event.objects.all().delete()
        else:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE audit_event SET name = 'x'")
    assert Event.objects.get().name == "tests.something.done"


def test_insert_or_replace_does_not_walk_past_the_guard(event: Event) -> None:
    if connection.vendor != "sqlite":
        statement = "TRUNCATE audit_event CASCADE"
    else:
        names = [field.column for field in Event._meta.concrete_fields]
        forged = ["'forged'" if name == "name" else name for name in names]
        statement = f"INSERT OR REPLACE INTO audit_event ({', '.join(names)}) SELECT {', '.join(forged)} FROM audit_event"
    with (
        pytest.raises(DatabaseError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.get().name == "tests.something.done"


def test_a_rebuilt_table_gets_its_guards_back() -> None:
    """SQLite rebuilds a table to alter a column and drops its triggers without a word."""
    table = Event._meta.db_table
    with connection.cursor() as cursor:
        name = f"{table}_refuse_update"
        cursor.execute(f'DROP TRIGGER "{name}"' + ("" if connection.vendor == "sqlite" else f' ON "{table}"'))
    assert guards.missing("default") == [(table, "update")]
    assert [error.id for error in triggers_in_place(None, databases=["default"])] == ["audit.E001"]
    guards.install("default")
    assert guards.missing("default") == []


def test_every_table_that_only_grows_is_guarded() -> None:
    assert "care_sessions_logentry" in append_only.tables()
    assert guards.missing("default") == []
    assert issubclass(Event, models.Model)
