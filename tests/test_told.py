"""A state that is told again is the state that was told first; where that is not certain, it is told anew."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mooring.care.sessions.models import Session
from mooring.identity.models import Person, Site
from tests.care.sessions.rows import started
from tests.people import NOW, Cast, make_person
from tests.told import JOURNAL, told

calls: list[str] = []


@pytest.fixture(autouse=True)
def _none_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    calls.clear()


@told
def colleague(site: Site, name: str = "Ada Wells") -> Person:
    calls.append(name)
    return make_person(name, ("monitor", site))


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            found[table] = cursor.fetchall()
    return {table: lines for table, lines in found.items() if lines}


# PostgreSQL goes on counting within one test; what it is to show is the same on both.
within_a_test = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="rows keep their numbers on SQLite alone"
)


def from_the_cast(build: Callable[[Cast], Any], cast: Cast) -> tuple[Any, dict[str, list[tuple[Any, ...]]]]:
    """What `build` returns and leaves, taken back afterwards, as a test's own rows are."""
    state, writes = JOURNAL.state, list(JOURNAL.writes)
    with transaction.atomic():
        result, left = build(cast), rows()
        transaction.set_rollback(True)
    JOURNAL.state, JOURNAL.writes, JOURNAL.lost = state, writes, False
    return result, left


left: dict[str, list[tuple[Any, ...]]] = {}


@pytest.mark.parametrize("time", ["first", "second", "third"])
def test_a_session_told_again_has_the_same_rows_and_sends_what_wrote_them(cast: Cast, time: str) -> None:
    with CaptureQueriesContext(connection) as sent:
        session = started(cast)
    found = rows()
    assert Session.objects.get() == session
    if left:
        assert found == left, time
        assert not any(each["sql"].startswith("SELECT") for each in sent)
    left.update(found)


@within_a_test
def test_the_second_call_from_the_same_state_is_not_run(cast: Cast) -> None:
    for _ in range(2):
        person, _left = from_the_cast(lambda cast: colleague(cast.site), cast)
        assert person.legal_name == "Ada Wells"
    assert len(calls) <= 1


@within_a_test
def test_other_arguments_another_beginning_and_another_clock_are_told_anew(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ben Ode", "Cleo Marsh"):
        assert from_the_cast(lambda cast, name=name: colleague(cast.site, name), cast)[0].legal_name == name
    make_person("Somebody Else")
    from_the_cast(lambda cast: colleague(cast.site, "Ben Ode"), cast)
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=1))
    from_the_cast(lambda cast: colleague(cast.site, "Ben Ode"), cast)
    assert calls == ["Ben Ode", "Cleo Marsh", "Ben Ode", "Ben Ode"]


@within_a_test
def test_a_program_that_the_test_has_changed_is_told_anew(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_the_cast(lambda cast: colleague(cast.site, "Dora Finch"), cast)
    monkeypatch.setattr("tests.people.PASSWORD", "another long password")
    from_the_cast(lambda cast: colleague(cast.site, "Dora Finch"), cast)
    assert calls == ["Dora Finch", "Dora Finch"]


@within_a_test
def test_a_changed_object_of_the_cast_is_told_anew(cast: Cast) -> None:
    from_the_cast(lambda cast: colleague(cast.site, "Eli Stone"), cast)
    cast.site.name = "Elsewhere"
    from_the_cast(lambda cast: colleague(cast.site, "Eli Stone"), cast)
    assert calls == ["Eli Stone", "Eli Stone"]


def test_after_something_was_taken_back_nothing_is_taken_for_known(cast: Cast) -> None:
    colleague(cast.site, "Fay Moss")
    with transaction.atomic():
        make_person("Nobody Stays")
        transaction.set_rollback(True)
    assert JOURNAL.lost
    colleague(cast.other_site, "Gus Hale")
    colleague(cast.other_site, "Gus Vale")
    assert calls[-2:] == ["Gus Hale", "Gus Vale"]


@within_a_test
def test_what_belongs_to_the_cast_is_shared_with_the_copy(cast: Cast) -> None:
    from_the_cast(started, cast)
    again, _left = from_the_cast(started, cast)
    assert again.cycle.treatment.patient is cast.patient
    again.cycle.number = 99
    assert from_the_cast(started, cast)[0].cycle.number == 1


def test_a_test_that_asks_for_the_database_by_a_fixture_begins_in_a_known_state(db: None) -> None:
    assert not JOURNAL.lost


@within_a_test
def test_a_sign_in_told_again_opens_the_same_pages(cast: Cast) -> None:
    opened = [from_the_cast(signed_in_and_looked, cast) for _ in range(2)]
    assert opened[0] == opened[1]
    assert opened[0][0] == (200, 302)


def signed_in_and_looked(cast: Cast) -> tuple[int, int]:
    """What the first page answers to who is signed in, and to who has signed out again."""
    visitor = Client()
    visitor.force_login(cast.monitor)
    here = visitor.get("/").status_code
    visitor.logout()
    return here, visitor.get("/").status_code
