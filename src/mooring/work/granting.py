"""Giving a role: at once where the giver's own rights cover it, else by two people.

Where nobody else manages people at the site the first one gives it alone, because somebody has to begin.
"""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.identity.actions import give_role
from mooring.identity.models import Person, RoleAssignment, RoleProposal, Site
from mooring.identity.queries import holders
from mooring.identity.roles import TABLE, Permission, Role, outranks
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, close_tasks_about, make_task, write_message
from mooring.work.invitations import invite, save_invited, send_invitation
from mooring.work.models import Channel, TaskLink

CONFIRM_WITHIN = timedelta(days=2)  # a design default
MANAGERS = TABLE[Permission.PEOPLE_MANAGE].site
WATCH = (Role.PRIVACY_OFFICER, Role.MEDICAL_DIRECTOR, Role.ADMINISTRATOR)


def who_confirms(person: Person, site: Site, by: Person, at: datetime) -> list[tuple[Person, Role]]:
    """Who else manages people at the site: neither who gives the role nor who gets it."""
    return [
        (other, role) for role in MANAGERS for other in holders(site, role, at) if other not in (by, person)
    ]


def takes_two(person: Person, role: str, site: Site, by: Person, at: datetime) -> bool:
    """Whether this role may more than the giver's own at the site, and there is somebody to confirm it."""
    own = [held.role for held in by.standing if held.site_id == site.pk]
    return outranks(role, own) and bool(who_confirms(person, site, by, at))


@recorded("work.role.granted")
def grant_role(
    *, person: Person, role: str, site: Site, by: Person, at: datetime
) -> RoleAssignment | RoleProposal:
    """Give a role; one that may more than the giver's own waits for a second person who manages people.

    Where nobody else manages people it is given at once, and those who watch over the site are told.
    """
    note(target=person, role=role, site=site.pk)
    if takes_two(person, role, site, by, at):
        return propose_role(person=person, role=role, site=site, by=by, at=at)
    given = give_role(person=person, role=role, site=site, by=by, at=at)
    _tell_if_alone(given, by, at)
    return given


@recorded("work.person.granted")
def grant_colleague(
    *, person: Person, role: str, site: Site, by: Person, at: datetime
) -> RoleProposal | TaskLink:
    """Add a new person (an unsaved row) with a role: invited at once, or once a second person confirms."""
    if takes_two(person, role, site, by, at):
        return propose_colleague(person=person, role=role, site=site, by=by, at=at)
    link = invite(person=person, role=role, site=site, by=by, at=at)
    note(target=person, role=role, site=site.pk)
    _tell_if_alone(person.roles.get(role=role, site=site), by, at)
    return link


def _tell_if_alone(given: RoleAssignment, by: Person, at: datetime) -> None:
    """Who gives alone what may more than their own role does it in the sight of others."""
    site, own = given.site, [held.role for held in by.standing if held.site_id == given.site_id]
    if not outranks(given.role, own):
        return
    told = who_is_told(given.person, site, by, at)
    note(told=[person.actor_ref for person in told])
    title = _("{by} gave a role alone: {role}").format(by=by, role=given.get_role_display())
    body = _(
        "{by} gave {person} the role {role} at {site}. No one else manages people there, so no second person "
        "confirmed it. If it is not right, end it under People."
    ).format(by=by, person=given.person, role=given.get_role_display(), site=site)
    for person in told:
        for channel in (Channel.SCREEN, Channel.EMAIL):
            write_message(
                channel=channel,
                person=person,
                site=site,
                title=title,
                body=body,
                address=reverse("person", args=[given.person_id]),
                by=by,
                at=at,
            )


def who_is_told(person: Person, site: Site, by: Person, at: datetime) -> list[Person]:
    """The privacy officer and the director of the site, else those of the organisation's other sites."""
    for places in ([site], Site.objects.exclude(pk=site.pk).order_by("pk")):
        found = {
            other.pk: other
            for place in places
            for role in WATCH
            for other in holders(place, role, at)
            if other not in (by, person)
        }
        if found:
            return list(found.values())
    return []


@recorded("work.role.proposed")
def propose_role(*, person: Person, role: str, site: Site, by: Person, at: datetime) -> RoleProposal:
    """Propose a role; a second person who manages people confirms or rejects it."""
    if by == person:
        raise Refused(_("You cannot give yourself a role. A colleague who manages people does it."))
    if RoleAssignment.objects.filter(person=person, role=role, site=site, held_until__isnull=True).exists():
        raise Refused(_("{person} holds this role at {site} already.").format(person=person, site=site))
    if RoleProposal.objects.filter(person=person, role=role, site=site, decided_at__isnull=True).exists():
        raise Refused(_("This role is waiting for a second person already."))
    proposal = RoleProposal.objects.create(
        person=person, role=role, site=site, proposed_by=by, proposed_at=at
    )
    owed = Owed(
        kind="role-confirm",
        about=proposal,
        title=_("Confirm a role: {person}").format(person=person)[:200],
        reason=_(
            "{by} proposes {role}. It may more than their own role, so a second person confirms."
        ).format(by=by, role=proposal.get_role_display().lower())[:300],
        address=reverse("role-proposal", args=[proposal.pk]),
        act=_("Check role"),
        role=who_confirms(person, site, by, at)[0][1],
        due_at=at + CONFIRM_WITHIN,
    )
    make_task(owed=owed, site=site, by=by, at=at)
    note(target=person, role=role, site=site.pk)
    return proposal


@recorded("work.person.proposed")
def propose_colleague(*, person: Person, role: str, site: Site, by: Person, at: datetime) -> RoleProposal:
    """Add a new person (an unsaved row) and propose their role; the invitation goes out when it is confirmed."""
    save_invited(person=person, by=by, at=at)
    return propose_role(person=person, role=role, site=site, by=by, at=at)


@recorded("work.role.confirmed")
def confirm_role(*, proposal: RoleProposal, by: Person, at: datetime) -> RoleAssignment:
    """A second person confirms: the role holds from now on, and who has no account yet is invited."""
    if by in (proposal.proposed_by, proposal.person):
        raise Refused(_("A second person confirms this role, neither who proposed it nor who gets it."))
    _decide(proposal, by, at, confirmed=True)
    person, site = proposal.person, proposal.site
    given = give_role(person=person, role=proposal.role, site=site, by=by, at=at)
    if not person.has_usable_password():
        send_invitation(person=person, site=site, by=by, at=at)
    return given


@recorded("work.role.rejected")
def reject_role(*, proposal: RoleProposal, by: Person, at: datetime) -> RoleProposal:
    """It is not given; who proposed it may take it back this way, too."""
    _decide(proposal, by, at, confirmed=False)
    return proposal


def _decide(proposal: RoleProposal, by: Person, at: datetime, *, confirmed: bool) -> None:
    decided = RoleProposal.objects.filter(pk=proposal.pk, decided_at__isnull=True)
    if decided.update(decided_by=by, decided_at=at, confirmed=confirmed) != 1:
        raise Refused(_("A colleague already decided this."))
    proposal.refresh_from_db()
    note(target=proposal.person, role=proposal.role, site=proposal.site_id)
    outcome = "confirmed" if confirmed else "rejected"
    close_tasks_about(proposal, kind="role-confirm", outcome=outcome, by=by, at=at)
