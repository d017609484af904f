"""What is owed: one open task of a kind about a record, an owner, a fallback, an end."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from mooring.audit.models import Event
from mooring.identity.models import Duty
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, close_task, close_tasks_about, hand_over_task, make_task
from mooring.work.clock import escalate, tick
from mooring.work.models import Message, Task, TaskState
from mooring.work.queries import tasks_of
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def owed(cast: Cast, **changes: object) -> Owed:
    fields: dict[str, object] = {
        "kind": "fit-call",
        "about": cast.patient,
        "title": "Call Ruth Calloway",
        "reason": "The form promises an answer within a day.",
        "address": "/care/referrals/1/",
        "act": "Call",
        "role": Role.COORDINATOR,
        "due_at": NOW + timedelta(hours=4),
    }
    return Owed(**(fields | changes))  # type: ignore[arg-type]


def make(cast: Cast, **changes: object) -> Task:
    return make_task(owed=owed(cast, **changes), site=cast.site, by=cast.prescriber, at=NOW)


def test_a_second_call_returns_the_open_task(cast: Cast) -> None:
    first, second = make(cast), make(cast, title="Again")
    assert first == second
    assert Task.objects.get().title == "Call Ruth Calloway"


def test_a_task_that_another_act_makes_in_the_same_moment_is_that_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock and a writer ask for one thing at once: who looked too early gets the one task, with no second event."""
    task = make(cast)

    def before_the_other_was_there(_asked: QuerySet[Task]) -> None:
        monkeypatch.undo()

    monkeypatch.setattr(QuerySet, "first", before_the_other_was_there)
    assert make(cast) == task
    assert Event.objects.filter(name="work.task.made").count() == 1


def test_without_an_owner_it_is_the_roles_and_nobody_elses(cast: Cast) -> None:
    task = make(cast)
    assert task.owner is None
    assert list(tasks_of(cast.coordinator, NOW)) == [task]
    assert list(tasks_of(cast.monitor, NOW)) == []
    assert list(tasks_of(cast.stranger, NOW)) == [], "a coordinator of another site"


def test_who_is_on_duty_owns_it_and_the_next_is_the_fallback(cast: Cast) -> None:
    for number, person in enumerate((cast.coordinator, cast.director)):
        Duty.objects.create(
            site=cast.site,
            role=Role.COORDINATOR,
            person=person,
            starts_at=NOW - timedelta(hours=2 - number),
            ends_at=NOW + timedelta(hours=8),
        )
    task = make(cast)
    assert (task.owner, task.fallback) == (cast.coordinator, cast.director)


def test_a_task_that_opens_later_is_not_shown_yet(cast: Cast) -> None:
    task = make(cast, opens_at=NOW + timedelta(hours=1))
    assert list(tasks_of(cast.coordinator, NOW)) == []
    assert list(tasks_of(cast.coordinator, NOW + timedelta(hours=1))) == [task]


def test_two_people_close_it_and_the_second_is_told(cast: Cast) -> None:
    task = make(cast)
    close_task(task=task, outcome="called", by=cast.coordinator, at=NOW)
    with pytest.raises(Refused, match="a moment ago"):
        close_task(task=task, outcome="called", by=cast.director, at=NOW)
    assert Task.objects.get().closed_by == cast.coordinator


def test_an_act_closes_the_tasks_it_answers_and_leaves_the_others(cast: Cast) -> None:
    answered, other = make(cast), make(cast, kind="screening-decide")
    assert (
        close_tasks_about(cast.patient, kind="fit-call", outcome="called", by=cast.coordinator, at=NOW) == 1
    )
    answered.refresh_from_db()
    other.refresh_from_db()
    assert (answered.state, other.state) == (TaskState.DONE, TaskState.OPEN)


def test_a_task_can_be_made_anew_after_it_was_closed(cast: Cast) -> None:
    close_task(task=make(cast), outcome="called", by=cast.coordinator, at=NOW)
    assert make(cast).state == TaskState.OPEN
    assert Task.objects.count() == 2


def test_handing_over_is_recorded_with_the_new_owner(cast: Cast) -> None:
    task = hand_over_task(task=make(cast), to=cast.director, by=cast.coordinator, at=NOW)
    assert task.owner == cast.director
    assert Event.objects.get(name="work.task.handed-over").detail == {"to": cast.director.actor_ref}


def test_a_late_task_passes_to_the_fallback_who_is_told_once(cast: Cast) -> None:
    task = make(
        cast,
        owner=cast.therapist,
        fallback=cast.coordinator,
        escalate_at=NOW + timedelta(hours=5),
        urgent=True,
    )
    assert tick(at=NOW + timedelta(hours=4), holder="a").escalated == 0
    assert tick(at=NOW + timedelta(hours=5), holder="a").escalated == 1
    assert tick(at=NOW + timedelta(hours=6), holder="a").escalated == 0
    task.refresh_from_db()
    assert (task.owner, task.fallback) == (cast.coordinator, cast.therapist)
    assert set(Message.objects.values_list("person", flat=True)) == {cast.coordinator.pk, cast.therapist.pk}
    assert Event.objects.filter(name="work.task.escalated").count() == 1


def test_without_a_fallback_it_is_open_to_everyone_in_the_role(cast: Cast) -> None:
    task = make(cast, owner=cast.monitor, role=Role.MONITOR, escalate_at=NOW)
    assert tick(at=NOW, holder="a").escalated == 1
    for person in (cast.monitor, cast.second_monitor):
        assert tasks_of(person, NOW).filter(pk=task.pk).exists()
    assert not tasks_of(cast.coordinator, NOW).filter(pk=task.pk).exists()
    told = Message.objects.filter(title__startswith="Now open to everyone who is monitor")
    assert set(told.values_list("person", flat=True)) == {cast.monitor.pk, cast.second_monitor.pk}


def test_where_nobody_else_can_be_asked_it_says_so(cast: Cast) -> None:
    task = make(cast, owner=cast.coordinator, role=Role.COORDINATOR, escalate_at=NOW)
    assert tick(at=NOW, holder="a").escalated == 1
    task.refresh_from_db()
    assert task.owner == cast.coordinator
    assert Message.objects.get().title.startswith("Overdue, and there is no one else to ask")


def test_a_closed_task_does_not_escalate(cast: Cast) -> None:
    task = make(cast, owner=cast.therapist, fallback=cast.coordinator, escalate_at=NOW)
    close_task(task=task, outcome="reached", by=cast.therapist, at=NOW)
    assert escalate(task=task, by=cast.director, at=NOW) is False
    assert not Message.objects.exists()
