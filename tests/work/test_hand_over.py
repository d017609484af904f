"""Handing a task to a colleague."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.audit.models import Event
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.work.actions import Owed, close_task, make_task
from mooring.work.models import Task
from tests.people import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(cast: Cast) -> Task:
    now = timezone.now()
    owed = Owed(
        kind="fit-call",
        about=cast.patient,
        title="Call her",
        reason="She asked for it.",
        address="/lab/",
        act="Call",
        role=Role.COORDINATOR,
        owner=cast.coordinator,
        due_at=now + timedelta(hours=3),
    )
    return make_task(owed=owed, site=cast.site, by=cast.prescriber, at=now)


def address_of(task: Task) -> str:
    return reverse("task-hand-over", args=[task.pk])


def give(client: Client, task: Task, to: Person) -> int:
    return client.post(address_of(task), {"to": to.pk, "once": str(uuid4())}).status_code


def test_it_becomes_the_colleagues(client: Client, cast: Cast, task: Task) -> None:
    client.force_login(cast.coordinator)
    assert give(client, task, cast.director) == 302
    task.refresh_from_db()
    assert task.owner == cast.director
    event = Event.objects.get(name="work.task.handed-over")
    assert event.detail == {"to": cast.director.actor_ref}


def test_a_stranger_and_a_bad_id_find_nothing(client: Client, cast: Cast, task: Task) -> None:
    client.force_login(cast.stranger)
    assert client.get(address_of(task)).status_code == 404
    client.force_login(cast.coordinator)
    assert client.get(reverse("task-hand-over", args=[999999])).status_code == 404


def test_only_people_of_the_site_can_be_chosen(client: Client, cast: Cast, task: Task) -> None:
    client.force_login(cast.coordinator)
    text = client.get(address_of(task)).content.decode()
    assert "Amara Nwosu" in text
    assert "Kofi Mensah" not in text, "a prescriber does not answer interest forms"
    assert "Elena Marchetti" not in text
    assert give(client, task, cast.stranger) == 422


def test_a_closed_task_is_refused_with_a_reason(client: Client, cast: Cast, task: Task) -> None:
    client.force_login(cast.coordinator)
    assert client.get(address_of(task)).status_code == 200
    close_task(task=task, outcome="done", by=cast.prescriber, at=timezone.now())
    assert give(client, task, cast.director) == 404


def test_the_same_form_twice_does_one_thing(client: Client, cast: Cast, task: Task) -> None:
    client.force_login(cast.director)
    Task.objects.filter(pk=task.pk).update(fallback=cast.director)
    sent = {"to": cast.coordinator.pk, "once": str(uuid4())}
    assert client.post(address_of(task), sent).status_code == 302
    assert client.post(address_of(task), sent).status_code == 302
    assert Event.objects.filter(name="work.task.handed-over").count() == 1
