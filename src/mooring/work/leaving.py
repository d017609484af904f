"""Somebody leaves a role or a site: one act, with everything that hung on them listed and handed on.

Nothing stays with somebody who left: their open tasks go to a colleague who may do them or are open to the role,
duties end, care teams are left, links of theirs are withdrawn, and with the last role the account is closed, which
ends every sign-in at once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.identity.actions import close_account, end_duty, end_role, leave_team
from mooring.identity.models import CareTeamMember, Duty, Person, RoleAssignment, Site
from mooring.identity.queries import holders
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import hand_over_task, open_to_role, withdraw_links_of
from mooring.work.models import LinkState, Task, TaskLink, TaskState
from mooring.work.queries import may_do

LAST_ONES = (Role.ADMINISTRATOR, Role.MEDICAL_DIRECTOR)
"""Of these a site always keeps one: without them nobody invites and nothing is signed."""


@dataclass(frozen=True)
class Hanging:
    """What hangs on somebody at a site: shown before they leave, handed on when they do."""

    roles: list[RoleAssignment]
    tasks: list[Task]
    duties: list[Duty]
    teams: list[CareTeamMember]
    links: list[TaskLink]
    is_last_role: bool

    @property
    def signatures(self) -> list[Task]:
        """Tasks that end in a signature of a prescriber or director: somebody has to sign in their place."""
        return [task for task in self.tasks if task.role in {Role.PRESCRIBER, Role.MEDICAL_DIRECTOR}]


def what_hangs_on(person: Person, roles: Collection[RoleAssignment], at: datetime) -> Hanging:
    """Everything of these roles (all of one site) that somebody else has to take."""
    site = next(iter(roles)).site
    held = _standing(person, at)
    ending = {assignment.pk for assignment in roles}
    names = {assignment.role for assignment in roles}
    rest_here = held.filter(site=site).exclude(pk__in=ending)
    leaves_site = not rest_here.exists()
    tasks = Task.objects.filter(Q(owner=person) | Q(fallback=person), site=site, state=TaskState.OPEN)
    teams = CareTeamMember.objects.filter(person=person, team__site=site, until__isnull=True)
    duties = Duty.objects.filter(person=person, site=site, ends_at__gt=at)
    kept = {assignment.role for assignment in rest_here}
    last = not held.exclude(pk__in=ending).exists()
    return Hanging(
        roles=list(roles),
        tasks=[task for task in tasks.order_by("due_at", "pk") if leaves_site or task.role not in kept],
        duties=list(duties if leaves_site else duties.filter(role__in=names)),
        teams=list((teams if leaves_site else teams.filter(role__in=names)).select_related("team")),
        links=list(TaskLink.objects.filter(person=person, state=LinkState.OPEN)) if last else [],
        is_last_role=last,
    )


def _standing(person: Person, at: datetime) -> "QuerySet[RoleAssignment]":
    return person.roles.select_related("site").filter(
        Q(held_until__isnull=True) | Q(held_until__gt=at), held_from__lte=at
    )


@recorded("work.person.left")
def leave(
    *, person: Person, roles: Collection[RoleAssignment], to: Person | None, by: Person, at: datetime
) -> Person:
    """End these roles and hand on what hangs on them: to `to` where they may do it, else to everyone in the role."""
    site = next(iter(roles)).site
    hanging = what_hangs_on(person, roles, at)
    _must_not_be_last(person, hanging.roles, at)
    for assignment in hanging.roles:
        end_role(assignment=assignment, by=by, at=at)
    for task in hanging.tasks:
        _hand_on(task, person, to, by, at)
    for duty in hanging.duties:
        end_duty(duty=duty, by=by, at=at)
    for member in hanging.teams:
        leave_team(member=member, by=by, at=at)
    if hanging.is_last_role:
        withdraw_links_of(person=person, by=by, at=at)
        close_account(person=person, by=by, at=at)
    note(
        target=person,
        site=site.pk,
        roles=sorted(assignment.role for assignment in hanging.roles),
        tasks=len(hanging.tasks),
        duties=len(hanging.duties),
        teams=len(hanging.teams),
        links=len(hanging.links),
        closed=hanging.is_last_role,
        to=to.actor_ref if to else "",
    )
    return person


def _must_not_be_last(person: Person, roles: Collection[RoleAssignment], at: datetime) -> None:
    for assignment in roles:
        if assignment.role not in LAST_ONES:
            continue
        if not [other for other in holders(assignment.site, assignment.role, at) if other != person]:
            raise Refused(
                _(
                    "{person} is the last {role} of {site}. Give the role to a colleague first; without one "
                    "no one could invite people or sign knowledge there."
                ).format(person=person, role=assignment.get_role_display().lower(), site=assignment.site)
            )


def _hand_on(task: Task, person: Person, to: Person | None, by: Person, at: datetime) -> None:
    if task.owner_id != person.pk:
        Task.objects.filter(pk=task.pk).update(fallback=None)
        return
    if to is not None and to != person and may_do(to, task):
        hand_over_task(task=task, to=to, by=by, at=at)
    else:
        open_to_role(task=task, without=person, by=by, at=at)


def roles_here(person: Person, site: Site, at: datetime) -> list[RoleAssignment]:
    """The roles that a person holds at a site now."""
    return list(_standing(person, at).filter(site=site).order_by("pk"))
