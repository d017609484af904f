"""Inviting a colleague by e-mail: they set their own password behind a single-task link."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from mooring.audit.models import Event
from mooring.audit.recording import Actor, note, recorded
from mooring.identity.actions import add_person, give_role, set_password
from mooring.identity.models import Person, Site
from mooring.rules.verdict import Refused
from mooring.work.actions import close_link, make_link, write_message
from mooring.work.models import Channel, TaskLink

KIND = "invitation"
LASTS = timedelta(days=7)
PASSWORD_LINK_LASTS = timedelta(hours=1)


@recorded("work.person.invited")
def invite(*, person: Person, role: str, site: Site, by: Actor, at: datetime) -> TaskLink:
    """Add a new person (an unsaved row with an e-mail), give them the role, and send them the link."""
    save_invited(person=person, by=by, at=at)
    give_role(person=person, role=role, site=site, by=by, at=at)
    return send_invitation(person=person, site=site, by=by, at=at)


@recorded("work.person.saved")
def save_invited(*, person: Person, by: Actor, at: datetime) -> Person:
    """Add a new person who will sign in: the e-mail is nobody else's."""
    if not person.email:
        raise Refused(_("An invitation is sent by e-mail. Enter an e-mail address."))
    person.email = person.email.lower()
    if Person.objects.filter(email=person.email).exists():
        raise Refused(
            _("A person with this e-mail address already has an account here. Give them the role instead.")
        )
    return add_person(person=person, by=by, at=at)


@recorded("work.invitation.sent")
def send_invitation(*, person: Person, site: Site, by: Actor, at: datetime) -> TaskLink:
    """Send the link, or send it again; an earlier one that was not used is withdrawn."""
    if person.has_usable_password():
        raise Refused(_("{person} already has a password and can sign in.").format(person=person))
    body = _(
        "Hello {person},\n\n{site} has made an account for you in Mooring. Open this link within seven days "
        "and choose your password:\n\n{link}\n\nIf you did not expect this message, please call {site}: {phone}."
    ).format(person=person, site=site, phone=site.phone, link="{link}")
    title = _("Your account at {site}").format(site=site)
    return mail_link(person=person, site=site, lasts=LASTS, title=title, body=body, by=by, at=at)


@recorded("work.password-link.sent")
def send_password_link(*, person: Person, site: Site, by: Person, at: datetime) -> TaskLink:
    """Send somebody who forgot their password a link for a new one; the colleague knows who asked.

    Only for who can sign in and holds a role: a patient gets no sign-in by it. A whole recovery takes two people:
    who sent the link does not remove the second step within a week.
    """
    if by == person:
        raise Refused(
            _("A colleague sends this link. While signed in, change your own password in the menu.")
        )
    if not person.has_usable_password() or not person.is_active or not person.standing:
        raise Refused(
            _("{person} has no account to sign in with. Invite them instead.").format(person=person)
        )
    must_be_another(person, by, at, earlier="identity.second-step.reset")
    must_be_another(person, by, at, earlier="work.email.change-asked")
    body = _(
        "Hello {person},\n\n{colleague} sent you a link for a new password. It works once, within one hour:\n\n"
        "{link}\n\nIf you did not ask for it, please call {site}: {phone}."
    ).format(person=person, colleague=by, site=site, phone=site.phone, link="{link}")
    title = _("A new password at {site}").format(site=site)
    link = mail_link(
        person=person, site=site, lasts=PASSWORD_LINK_LASTS, title=title, body=body, by=by, at=at
    )
    note(target=person)
    return link


def mail_link(
    *, person: Person, site: Site, lasts: timedelta, title: str, body: str, by: Actor, at: datetime
) -> TaskLink:
    """Within an act: mail the link behind which this person chooses a password; `{link}` in `body` becomes it."""
    link = make_link(
        kind=KIND,
        person=person,
        about=person,
        opens="invitation",
        site=site,
        birth_date=None,
        lasts=lasts,
        by=by,
        at=at,
    )
    write_message(
        channel=Channel.EMAIL, person=person, site=site, title=title, body=body, link=link, by=by, at=at
    )
    return link


def must_be_another(person: Person, by: Person, at: datetime, *, earlier: str) -> None:
    """Two people for a whole recovery: whoever did the other half of it this week does not do this half, too."""
    mine = Event.objects.filter(
        name=earlier, target=person.actor_ref, actor=by.actor_ref, at__gt=at - timedelta(days=7)
    )
    if mine.exists():
        raise Refused(
            _(
                "You did the other half of this recovery. A second colleague who manages people does this half."
            )
        )


@recorded("identity.second-step.reset")
def reset_second_step(*, person: Person, by: Person, at: datetime) -> int:
    """Remove the second step of a colleague who lost it; they set up a new one at the next sign-in."""
    if by == person:
        raise Refused(_("A colleague removes it. While signed in, manage your second step in the menu."))
    must_be_another(person, by, at, earlier="work.password-link.sent")
    must_be_another(person, by, at, earlier="work.email.change-asked")
    count = int(Authenticator.objects.filter(user=person).delete()[0])
    if not count:
        raise Refused(_("{person} has no second step.").format(person=person))
    if person.standing:
        site = person.standing[0].site
        body = _(
            "Hello {person},\n\n{colleague} removed your second step at sign-in. You set up a new one at your next "
            "sign-in. If you did not ask for this, please call {site} at once: {phone}."
        ).format(person=person, colleague=by, site=site, phone=site.phone)
        title = _("Your second step at {site} was removed").format(site=site)
        write_message(channel=Channel.EMAIL, person=person, site=site, title=title, body=body, by=by, at=at)
    note(target=person)
    return count


@recorded("work.invitation.accepted")
def accept_invitation(*, link: TaskLink, password: str, by: Person, at: datetime) -> Person:
    """The person behind the link sets a first or a new password; the link is used up with it.

    Every sign-in of the account ends, because the password is part of what each was made from.
    """
    person = link.person
    if not person.is_active:
        raise Refused(_("This account is closed. Ask a colleague who manages people."))
    set_password(person=person, password=password, by=by, at=at)
    close_link(link=link, by=by, at=at)
    note(target=person)
    return person
