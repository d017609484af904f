"""No event, no act; and an act that is sent twice happens once."""

from datetime import datetime
from typing import NoReturn
from uuid import uuid4

import pytest
from django.db import connection

from mooring.audit.models import Event
from mooring.audit.recording import COMMAND_LINE, Actor, AlreadyDone, Clash, note, recorded, sent_once
from mooring.identity.models import Organisation
from mooring.rules.verdict import Refused
from tests.people import NOW

pytestmark = pytest.mark.django_db


@recorded("tests.organisation.named")
def name_organisation(*, name: str, by: Actor, at: datetime) -> Organisation:
    note(length=len(name))
    organisation = Organisation.objects.create(name=name)
    if name == "refused":
        raise Refused("No.")
    return organisation


@recorded("tests.two.named")
def name_two(*, by: Actor, at: datetime) -> None:
    name_organisation(name="one", by=by, at=at)
    name_organisation(name="two", by=by, at=at)


def test_an_act_leaves_its_event_with_actor_target_and_detail() -> None:
    made = name_organisation(name="Elm Quay", by=COMMAND_LINE, at=NOW)
    event = Event.objects.get()
    assert (event.name, event.actor, event.at) == ("tests.organisation.named", "command-line", NOW)
    assert event.target == f"identity.organisation:{made.pk}"
    assert event.detail == {"length": 8}


def test_a_refused_act_leaves_neither_row_nor_event() -> None:
    with pytest.raises(Refused):
        name_organisation(name="refused", by=COMMAND_LINE, at=NOW)
    assert (Organisation.objects.count(), Event.objects.count()) == (0, 0)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        name_organisation(name="x", by=COMMAND_LINE, at=datetime(2026, 11, 12, 10))  # noqa: DTZ001
    assert Event.objects.count() == 0


def test_sent_twice_is_done_once() -> None:
    key = uuid4()
    with sent_once(key):
        first = name_organisation(name="Elm Quay", by=COMMAND_LINE, at=NOW)
    with sent_once(key), pytest.raises(AlreadyDone) as repeated:
        name_organisation(name="Elm Quay", by=COMMAND_LINE, at=NOW)
    assert repeated.value.event.target == f"identity.organisation:{first.pk}"
    assert Organisation.objects.count() == 1


@recorded("tests.organisation.closed")
def close_organisation(*, name: str, by: Actor, at: datetime) -> Organisation:
    found = Organisation.objects.filter(name=name).first()
    if found is None:
        raise Refused("It is closed already.")
    found.name = f"{name}, closed"
    found.save()
    return found


def test_what_is_refused_because_it_did_it_before_is_done_already() -> None:
    """The first sending changed what the second one rests on: the refusal is not for whoever sent it twice."""
    Organisation.objects.create(name="Elm Quay")
    key = uuid4()
    with sent_once(key):
        close_organisation(name="Elm Quay", by=COMMAND_LINE, at=NOW)
    with sent_once(key), pytest.raises(AlreadyDone):
        close_organisation(name="Elm Quay", by=COMMAND_LINE, at=NOW)
    with sent_once(uuid4()), pytest.raises(Refused):
        close_organisation(name="Elm Quay", by=COMMAND_LINE, at=NOW)
    assert Event.objects.count() == 1


def test_a_clash_is_explained_once_the_act_is_rolled_back() -> None:
    def explain() -> NoReturn:
        raise Refused(f"{Organisation.objects.count()} stand.")

    @recorded("tests.clashing")
    def clashing(*, by: Actor, at: datetime) -> None:
        Organisation.objects.create(pk=7, name="half done")
        raise Clash(explain)

    with pytest.raises(Refused, match=r"0 stand\."):
        clashing(by=COMMAND_LINE, at=NOW)
    assert Event.objects.count() == 0


def test_the_key_belongs_to_the_outermost_act() -> None:
    with sent_once(uuid4()):
        name_two(by=COMMAND_LINE, at=NOW)
    assert list(Event.objects.order_by("id").values_list("name", flat=True)) == [
        "tests.organisation.named",
        "tests.organisation.named",
        "tests.two.named",
    ]
    assert Event.objects.filter(once__isnull=False).count() == 1


def test_an_act_must_name_who_and_when() -> None:
    with pytest.raises(TypeError, match="takes `by` and `at`"):

        @recorded("tests.nobody")
        def act(*, by: Actor) -> None: ...

    with pytest.raises(TypeError, match="keywords only"):

        @recorded("tests.positional")
        def other(by: Actor, at: datetime) -> None: ...


@pytest.mark.django_db(transaction=True)
def test_a_failure_inside_rolls_everything_back() -> None:
    @recorded("tests.failing")
    def failing(*, by: Actor, at: datetime) -> None:
        Organisation.objects.create(name="half done")
        raise RuntimeError("the power went out")

    with pytest.raises(RuntimeError):
        failing(by=COMMAND_LINE, at=NOW)
    assert not connection.in_atomic_block
    assert (Organisation.objects.count(), Event.objects.count()) == (0, 0)
