"""What goes wrong elsewhere: two rooms at once, two people at once, changed clocks, changed knowledge."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.urls import reverse

from mooring.care.sessions.actions import (
    cancel_session,
    end_dosing,
    enter_reading,
    open_session,
    start_dosing,
    write_entry,
)
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import chart_of, knowledge_of
from mooring.care.treatments.models import Cycle, Phase
from mooring.content.loader import load
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.sessions.rows import (
    checked,
    confirmed,
    discharge,
    minute,
    note,
    opened,
    ready_cycle,
    recovering,
    started,
    vitals,
)
from tests.care.sessions.test_session_page import signed_in
from tests.care.treatments.rows import cycle_in, live_order
from tests.packs import changed, sign_pack_for
from tests.people import NOW, Cast, make_cast, make_patient


def second_room(cast: Cast, at: datetime | None = None) -> Session:
    """Another patient's session, opened a minute later (or `at`) in another room."""
    other = make_patient(cast.site, "Otto Lind", (cast.therapist, "therapist"))
    return opened(Cast(**{**cast.__dict__, "patient": other}), at or minute(1))


@pytest.mark.django_db
def test_two_sessions_at_once_never_mix(cast: Cast) -> None:
    """A new session once showed another one's rescue entry: here each reads only its own log."""
    first = started(cast)
    second = second_room(cast)
    vitals(cast, first, minute(7), systolic_mmhg=185, diastolic_mmhg=111)
    note(first, cast.monitor, "Only in room one.", minute(8))
    vitals(cast, second, minute(9), systolic_mmhg=117)
    here, there = chart_of(first, minute(20)), chart_of(second, minute(20))
    assert [line.entry.text for line in here.state.lines if line.entry.text] == ["Only in room one."]
    assert [line.entry.kind for line in there.state.lines] == ["vitals"]
    assert there.state.started_at is None
    assert not there.alerts
    assert here.safety.alerts
    assert there.safety.uneventful


@pytest.mark.django_db
def test_the_clocks_go_back_in_the_middle_of_a_session(cast: Cast) -> None:
    """Los Angeles, 1 November 2026: after 01:59 comes 01:00. Minutes and the floor follow the time that passes."""
    at = datetime(2026, 11, 1, 8, 20, tzinfo=UTC)
    zone = cast.site.zone
    session = recovering(cast, at.astimezone(zone))
    started_local, ended_local = (
        cast.site.local(session.entries.get(kind=kind).at) for kind in ("started", "dosing-ended")
    )
    assert (f"{started_local:%H:%M}", f"{ended_local:%H:%M}") == ("01:25", "01:05")
    chart = chart_of(session, at + timedelta(minutes=60))
    assert chart.state.minute(at + timedelta(minutes=60)) == 55
    assert chart.state.ended_at == at + timedelta(minutes=45)
    checked(cast, session, at + timedelta(minutes=103))
    with pytest.raises(Refused, match="1 minute to go"):
        discharge(cast, session, (at + timedelta(minutes=104)).astimezone(zone))
    discharge(cast, session, (at + timedelta(minutes=105)).astimezone(zone))
    window = Task.objects.get(kind="integration-contact")
    assert window.due_at - (at + timedelta(minutes=45)) == timedelta(hours=72)


@pytest.mark.django_db
def test_a_running_session_keeps_the_knowledge_that_it_began_with(cast: Cast) -> None:
    session = started(cast)
    before = knowledge_of(session)
    stricter = changed(load(), "monitoring", "MON-IV@1", version=2, floor_after_end_min=600)
    signed = sign_pack_for(cast, stricter, at=minute(10))
    again = Session.objects.get(pk=session.pk)
    assert knowledge_of(again).plan == before.plan
    end_dosing(
        session=again,
        given_ml=Decimal("36"),
        happened_at=minute(45),
        key=uuid4(),
        by=cast.monitor,
        at=minute(45),
    )
    discharge(cast, checked(cast, again), minute(105))
    other = opened(Cast(**{**cast.__dict__, "patient": make_patient(cast.site, "Otto Lind")}), minute(60))
    assert other.pack == signed
    assert knowledge_of(other).plan.floor_after_end_min == 600


@pytest.mark.django_db
def test_naive_times_are_refused_everywhere(cast: Cast) -> None:
    cycle = ready_cycle(cast)
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        open_session(cycle=cycle, by=cast.monitor, at=naive)
    session = confirmed(cast, opened(cast, cycle=cycle))
    with pytest.raises(ValueError, match="time zone"):
        start_dosing(session=session, happened_at=naive, key=uuid4(), by=cast.monitor, at=minute(5))


@pytest.mark.django_db
def test_the_database_refuses_a_second_open_session_by_itself(cast: Cast) -> None:
    session = opened(cast)
    second = cycle_in(Phase.READY, session.cycle.treatment, number=2)
    order = live_order(cast, second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(
            cycle=second,
            patient=cast.patient,
            order=order,
            pack=session.pack,
            monitoring="MON-IV@1",
            opened_by=cast.monitor,
            opened_at=NOW,
        )


def both_at_once(*acts: Callable[[], object]) -> list[Exception | None]:
    """Run the acts at the same moment, each on its own connection; what became of each."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[Exception | None] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            act()
        except (Refused, IntegrityError, OperationalError) as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_the_same_moment_leave_one() -> None:
    cast = make_cast()
    session = confirmed(cast, opened(cast))

    def start() -> None:
        start_dosing(session=session, happened_at=minute(5), key=uuid4(), by=cast.monitor, at=minute(5))

    outcomes = both_at_once(start, start)
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "Refused"]
    assert LogEntry.objects.filter(session=session, kind="started").count() == 1
    assert Task.objects.filter(kind="integration-contact").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_witnesses_at_the_same_moment_are_two_and_one_alone_is_one() -> None:
    """Both halves of the double check in one moment open the start; the same person twice never does."""
    cast = make_cast()
    session = opened(cast)
    vitals(cast, session, minute(2))

    def read(person: Person) -> Callable[[], object]:
        reading = Decimal("36")
        return lambda: enter_reading(session=session, reading=reading, key=uuid4(), by=person, at=minute(4))

    def start() -> None:
        start_dosing(session=session, happened_at=minute(5), key=uuid4(), by=cast.monitor, at=minute(5))

    both_at_once(read(cast.monitor), read(cast.monitor))
    assert len(chart_of(session, minute(5)).state.confirmed_by) == 1
    with pytest.raises(Refused):
        start()
    assert both_at_once(read(cast.second_monitor), read(cast.monitor)) == [None, None]
    assert len(chart_of(session, minute(5)).state.confirmed_by) == 2
    start()


@pytest.mark.django_db(transaction=True)
def test_a_start_and_a_void_at_the_same_moment_leave_one() -> None:
    cast = make_cast()
    session = confirmed(cast, opened(cast))

    def start() -> None:
        start_dosing(session=session, happened_at=minute(5), key=uuid4(), by=cast.monitor, at=minute(5))

    def void() -> None:
        cancel_session(session=session, reason="Wrong room.", by=cast.prescriber, at=minute(5))

    outcomes = both_at_once(start, void)
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "Refused"]
    began = Cycle.objects.get(pk=session.cycle_id).phase == Phase.DOSING
    assert (Session.objects.get(pk=session.pk).state == "open") is began


@pytest.mark.django_db(transaction=True)
def test_two_people_writing_at_once_both_land() -> None:
    cast = make_cast()
    session = started(cast)

    def write(words: str) -> Callable[[], object]:
        return lambda: note(session, cast.monitor, words, minute(9))

    assert both_at_once(*(write(f"note {number}") for number in range(4))) == [None] * 4
    assert session.entries.filter(kind="note").count() == 4


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_twice_at_the_same_moment_is_stored_once() -> None:
    cast = make_cast()
    session, key = started(cast), uuid4()

    def send() -> None:
        vitals(cast, session, minute(9), key=key)

    repeated: list[BaseException] = []

    def send_again() -> None:
        try:
            send()
        except Exception as error:
            repeated.append(error)

    assert both_at_once(send_again, send_again) == [None, None]
    assert session.entries.filter(key=key).count() == 1
    assert [type(each).__name__ for each in repeated] == ["AlreadyDone"]


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_acknowledges_nothing_and_keeps_what_was(clock: list[Any]) -> None:
    """SQLite alone can be told how many pages it may have; the entry is refused, and stored once when there is room."""
    if connection.vendor != "sqlite":
        return
    cast = make_cast()
    session = started(cast)
    clock[0] = minute(9)
    client = signed_in(cast.monitor)
    client.raise_request_exception = False
    address = reverse("session-write", args=[session.pk, "note"])
    count = session.entries.count()
    sent: list[dict[str, str]] = []
    answers: list[int] = []

    def send(note: dict[str, str]) -> int:
        return client.post(address, note, headers={"hx-request": "true"}).status_code

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 3}")
    while answers.count(500) < 3 and len(sent) < 60:
        sent.append({"once": str(uuid4()), "note-text": "x" * 1900})
        answers.append(send(sent[-1]))
    assert answers.count(500) == 3
    acknowledged = answers.count(200)
    assert session.entries.count() == count + acknowledged
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone() == ("ok",)
    assert {send(each) for each in sent} == {200}
    assert session.entries.count() == count + len(sent)


def _correct(cast: Cast, entry: LogEntry, text: str) -> LogEntry:
    return write_entry(
        session=entry.session,
        kind=EntryKind(entry.kind),
        facts={},
        text=text,
        happened_at=entry.at,
        key=uuid4(),
        corrects=entry,
        by=cast.monitor,
        at=minute(8),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("corrects", [False, True])
def test_while_an_entry_is_written_nobody_else_ends_its_session(cast: Cast, corrects: bool) -> None:
    """The act holds the session from its first check to its commit, so a sign-off in the same moment waits for it."""
    session = started(cast)
    before = note(session, cast.monitor, "Says that the ceiling breathes.", minute(7))
    other = connections.create_connection("default")
    other.settings_dict = {**other.settings_dict, "OPTIONS": {**other.settings_dict["OPTIONS"]}}
    if connection.vendor == "sqlite":
        other.settings_dict["OPTIONS"]["timeout"] = 0

    def end_it() -> None:
        with other.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET lock_timeout = '50ms'")
            cursor.execute("UPDATE care_sessions_session SET state = 'open' WHERE id = %s", [session.pk])

    try:
        with transaction.atomic():
            if corrects:
                _correct(cast, before, "Says that the floor breathes.")
            else:
                note(session, cast.monitor, "Says that it stopped.", minute(8))
            with pytest.raises(OperationalError):
                end_it()
        end_it()
    finally:
        other.close()
