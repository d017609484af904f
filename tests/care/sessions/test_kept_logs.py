"""A process keeps the logs that it read; what it answers is what the database holds, whatever happened meanwhile."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from mooring.care.sessions import log
from mooring.care.sessions.log import KeptLogs, SessionLog, StoredEntry, log_of, logs_of
from mooring.care.sessions.models import LogEntry, Session
from mooring.identity.models import Person
from mooring.rules.session_entry import LoggedEntry
from tests.care.sessions.rows import minute, started, vitals
from tests.people import Cast


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "KEPT", KeptLogs())


def kept(session: Session) -> SessionLog:
    """The log as a page read it, outside an act; tests run within one."""
    found = log_of(session.pk)
    log.KEPT.keep({session.pk: found})
    return found


def read_anew(session: Session) -> SessionLog:
    log.KEPT = KeptLogs()  # the fixture puts back what was there
    return log_of(session.pk)


@pytest.mark.django_db
def test_a_log_that_did_not_grow_is_read_no_second_time(cast: Cast) -> None:
    session = started(cast)
    first = kept(session)
    with CaptureQueriesContext(connection) as asked:
        assert log_of(session.pk) is first
    assert len(asked) == 1


@pytest.mark.django_db
def test_only_what_came_since_is_read(cast: Cast) -> None:
    session = started(cast)
    first = kept(session)
    vitals(cast, session, minute(9), by=cast.second_monitor, systolic_mmhg=171)
    with CaptureQueriesContext(connection) as asked:
        found = log_of(session.pk)
    assert len(asked) == 1
    assert all(here is there for here, there in zip(first.rows, found.rows, strict=False))
    assert found.folded.last_values["systolic_mmhg"][0] == 171
    assert found == read_anew(session)
    assert found.names[cast.second_monitor.actor_ref] == cast.second_monitor.name


@pytest.mark.django_db
def test_an_author_who_is_called_otherwise_now_is_called_so(cast: Cast) -> None:
    session = started(cast)
    author = next(iter(kept(session).names))
    Person.objects.filter(pk=int(author.rpartition(":")[2])).update(chosen_name="Robin")
    assert log_of(session.pk).names[author] == "Robin"


@pytest.mark.django_db
def test_a_row_with_a_lower_number_that_was_committed_later_is_found(cast: Cast) -> None:
    """PostgreSQL gives out numbers before it commits; the door into the log holds the session's row, another hand may not."""
    session = started(cast)
    vitals(cast, session, minute(8), systolic_mmhg=150)
    newest = LogEntry.objects.filter(session=session).latest("id")
    late = LogEntry(
        pk=newest.pk + 1, session=session, kind="note", at=newest.at, stored_at=newest.at, by=newest.by
    )
    LogEntry.objects.create(
        pk=newest.pk + 2, session=session, kind="note", at=newest.at, stored_at=newest.at, by=newest.by
    )
    assert late.pk not in [row.pk for row in kept(session).rows]
    late.save(force_insert=True)
    found = log_of(session.pk)
    assert [row.pk for row in found.rows][-2:] == [newest.pk + 1, newest.pk + 2]
    assert found == read_anew(session)


@pytest.mark.django_db
def test_a_log_of_another_database_is_not_taken_for_this_one(cast: Cast) -> None:
    """After a restore the same numbers may stand for other rows: keys are never made twice."""
    session = started(cast)
    here = log_of(session.pk)
    first = here.rows[0].entry
    other = LoggedEntry(
        key=str(UUID(int=2**128 - 1)), kind="note", at=first.at, stored_at=first.stored_at, by=first.by
    )
    foreign = SessionLog((StoredEntry(here.rows[0].pk, other), *here.rows[1:]), here.names)
    log.KEPT.keep({session.pk: foreign})
    assert log_of(session.pk) == here


@pytest.mark.django_db
def test_a_log_of_another_database_is_not_read_on(cast: Cast) -> None:
    """Nor where a newer row here happens to have the greatest key of all."""
    session = started(cast)
    newest = LogEntry.objects.filter(session=session).latest("id")
    LogEntry.objects.create(
        session=session,
        kind="note",
        at=newest.at,
        stored_at=newest.at,
        by=newest.by,
        key=UUID(int=2**128 - 1),
    )
    here = log_of(session.pk)
    *first, row, _greatest = here.rows
    foreign = SessionLog((*first, StoredEntry(row.pk, replace(row.entry, key=str(UUID(int=0))))), here.names)
    log.KEPT.keep({session.pk: foreign})
    assert log_of(session.pk) == here


@pytest.mark.django_db
def test_logs_of_several_sessions_take_two_statements(cast: Cast) -> None:
    session = started(cast)
    kept(session)
    vitals(cast, session, minute(9), systolic_mmhg=140)
    with CaptureQueriesContext(connection) as asked:
        logs = logs_of([session.pk, session.pk + 1_000])
    assert len(asked) == 2
    assert logs[session.pk].folded.last_values["systolic_mmhg"][0] == 140
    assert logs[session.pk + 1_000] == SessionLog()


@pytest.mark.django_db(transaction=True)
def test_what_an_act_took_back_is_not_kept(cast: Cast) -> None:
    """The number of a row that was taken back is given to the next one."""
    session = started(cast)
    before = log_of(session.pk)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        vitals(cast, session, minute(9), systolic_mmhg=199)
        assert log_of(session.pk).folded.last_values["systolic_mmhg"][0] == 199
        _ = 1 / 0
    assert log_of(session.pk) == before
    vitals(cast, session, minute(9) + timedelta(minutes=1), systolic_mmhg=131)
    assert log_of(session.pk).folded.last_values["systolic_mmhg"][0] == 131
    with transaction.atomic():
        vitals(cast, session, minute(11), systolic_mmhg=133)
        within = log_of(session.pk)
    assert log_of(session.pk) is within, "what is committed is kept as the act read it"
