"""Two acts at once on SQLite: the second begins as soon as the first is done, and says so where it never is."""

import sqlite3

import pytest
from django.db import OperationalError, connection, transaction

from mooring.audit.sqlite import base

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def other() -> sqlite3.Connection:
    """Another process's act, which holds the only writer."""
    held = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    return held


def _waits_in_sqlite_ms() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        found: int = cursor.fetchone()[0]
    return found


def test_a_waiting_act_begins_at_the_first_question_after_the_other(
    other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def wait(seconds: float) -> None:
        asked.append(seconds)
        if len(asked) == 3:
            other.execute("COMMIT")

    monkeypatch.setattr(base.time, "sleep", wait)
    with transaction.atomic():
        assert asked == [base.ASKED_EVERY_S] * 3
    assert _waits_in_sqlite_ms() == 20_000  # what is no beginning waits in SQLite as before


def test_an_act_that_waited_too_long_says_that_the_database_is_locked(
    other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([0.0, 10.0, 19.9, 20.0])
    monkeypatch.setattr(base.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(base.time, "monotonic", lambda: next(moments))
    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        pass
    other.execute("COMMIT")
    monkeypatch.undo()
    with transaction.atomic():
        assert _waits_in_sqlite_ms() == 20_000
