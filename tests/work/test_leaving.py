"""Somebody leaves: nothing stays with them, and what may not be without an owner cannot be left."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.audit.models import Event
from mooring.identity.actions import give_role, set_duty
from mooring.identity.models import CareTeamMember, Person, RoleAssignment
from mooring.identity.roles import Role, covers
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, hand_over_task, make_task
from mooring.work.leaving import leave, roles_here, what_hangs_on
from mooring.work.models import Task, TaskState
from mooring.work.queries import may_do, tasks_of
from tests.people import Cast, make_person

pytestmark = pytest.mark.django_db


def owe(cast: Cast, role: Role, number: int, owner: Person | None, fallback: Person | None = None) -> Task:
    now = timezone.now()
    owed = Owed(
        kind=f"kind-{number}",
        about=cast.patient,
        title=f"Task {number}",
        reason="",
        address="/lab/",
        act="Do it",
        role=role,
        owner=owner,
        fallback=fallback,
        due_at=now + timedelta(hours=3),
    )
    return make_task(owed=owed, site=cast.site, by=cast.director, at=now)


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def open_and_nobodys(cast: Cast) -> list[Task]:
    """Open tasks that stand on nobody's page."""
    people = [fresh(person) for person in Person.objects.filter(is_active=True)]
    seen = {task.pk for person in people for task in tasks_of(person, timezone.now())}
    return [task for task in Task.objects.filter(state=TaskState.OPEN) if task.pk not in seen]


def test_case_w11_45_open_tasks_of_the_last_coordinator_are_on_somebodys_page(cast: Cast) -> None:
    for number in range(45):
        owe(cast, Role.COORDINATOR, number, cast.coordinator)
    now = timezone.now()
    roles = roles_here(cast.coordinator, cast.site, now)
    assert len(what_hangs_on(cast.coordinator, roles, now).tasks) == 45
    leave(person=cast.coordinator, roles=roles, to=None, by=cast.administrator, at=now)
    assert not Task.objects.filter(state=TaskState.OPEN, owner=cast.coordinator).exists()
    assert open_and_nobodys(cast) == []


def test_they_pass_to_the_colleague_who_may_do_them_and_else_to_the_role(cast: Cast) -> None:
    second = make_person("Ana Sousa", (Role.COORDINATOR, cast.site))
    mine = owe(cast, Role.COORDINATOR, 1, cast.coordinator)
    now = timezone.now()
    leave(
        person=cast.coordinator,
        roles=roles_here(cast.coordinator, cast.site, now),
        to=second,
        by=cast.administrator,
        at=now,
    )
    mine.refresh_from_db()
    assert mine.owner == second
    signature = owe(cast, Role.PRESCRIBER, 2, cast.prescriber)
    make_person("Pedro Alves", (Role.PRESCRIBER, cast.site))
    leave(
        person=cast.prescriber,
        roles=roles_here(cast.prescriber, cast.site, now),
        to=second,
        by=cast.administrator,
        at=now,
    )
    signature.refresh_from_db()
    assert signature.owner is None, "a coordinator does not sign; it is open to every prescriber"


def test_duties_teams_links_and_sign_ins_end_with_the_last_role(client: Client, cast: Cast) -> None:
    now = timezone.now()
    for start in (-1, 24):
        set_duty(
            site=cast.site,
            role=Role.THERAPIST,
            person=cast.therapist,
            starts_at=now + timedelta(hours=start),
            ends_at=now + timedelta(hours=start + 8),
            by=cast.administrator,
            at=now,
        )
    client.force_login(cast.therapist, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").status_code == 200
    later = now + timedelta(seconds=1)
    roles = roles_here(cast.therapist, cast.site, later)
    leave(person=cast.therapist, roles=roles, to=None, by=cast.administrator, at=later)
    assert client.get("/").status_code == 302, "the sign-in ended at once"
    assert not cast.therapist.duties.filter(ends_at__gt=later).exists()
    assert not CareTeamMember.objects.filter(person=cast.therapist, until__isnull=True).exists()
    event = Event.objects.get(name="work.person.left")
    assert (event.detail["duties"], event.detail["teams"], event.detail["closed"]) == (2, 1, True)
    give_role(person=fresh(cast.therapist), role=Role.THERAPIST, site=cast.site, by=cast.director, at=later)
    assert fresh(cast.therapist).is_active, "who returns gets a role, and the account is open again"


def test_one_of_two_roles_ends_and_the_other_keeps_its_tasks(cast: Cast) -> None:
    RoleAssignment.objects.create(
        person=cast.coordinator, role=Role.MONITOR, site=cast.site, held_from=timezone.now()
    )
    as_monitor = owe(cast, Role.MONITOR, 1, cast.coordinator)
    as_coordinator = owe(cast, Role.COORDINATOR, 2, cast.coordinator)
    now = timezone.now()
    role = cast.coordinator.roles.get(role=Role.COORDINATOR)
    leave(person=cast.coordinator, roles=[role], to=None, by=cast.administrator, at=now)
    as_monitor.refresh_from_db()
    as_coordinator.refresh_from_db()
    assert as_monitor.owner == cast.coordinator
    assert as_coordinator.owner != cast.coordinator
    assert fresh(cast.coordinator).is_active


@pytest.mark.parametrize("who", ["administrator", "director"])
def test_the_last_administrator_and_the_last_director_stay(cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    now = timezone.now()
    with pytest.raises(Refused, match="is the last"):
        leave(person=person, roles=roles_here(person, cast.site, now), to=None, by=cast.monitor, at=now)
    assert fresh(person).is_active


def test_the_page_lists_what_hangs_and_ends_the_role(client: Client, cast: Cast) -> None:
    owe(cast, Role.COORDINATOR, 1, cast.coordinator)
    role = cast.coordinator.roles.get()
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("role-end", args=[role.pk])
    page = client.get(address).content.decode()
    assert "1 open task" in page
    assert "Task 1" in page
    assert client.post(address, {"to": cast.director.pk, "once": str(uuid4())}).status_code == 302
    assert Task.objects.get(kind="kind-1").owner == cast.director
    role.refresh_from_db()
    assert role.held_until is not None
    client.force_login(cast.monitor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 403
    client.force_login(cast.stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address).status_code == 403


def test_case_w13_a_task_is_handed_only_to_who_may_do_it(cast: Cast) -> None:
    inspector = make_person("Iris Keller", (Role.INSPECTOR, cast.site))
    task = owe(cast, Role.PRESCRIBER, 1, cast.prescriber)
    assert not may_do(inspector, task)
    assert may_do(cast.director, task)
    with pytest.raises(Refused, match="cannot do this task"):
        hand_over_task(task=task, to=inspector, by=cast.prescriber, at=timezone.now())


@pytest.mark.pure
def test_what_a_role_covers_follows_from_the_table() -> None:
    assert all(covers(role, role) for role in Role)
    assert covers(Role.MEDICAL_DIRECTOR, Role.PRESCRIBER)
    assert covers(Role.MEDICAL_DIRECTOR, Role.COORDINATOR)
    assert not covers(Role.PRESCRIBER, Role.COORDINATOR)
    for role in Role:
        assert not covers(Role.INSPECTOR, role) or role == Role.INSPECTOR
