"""Inviting a colleague by e-mail: they set their own password behind a single-task link."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from mooring.audit.recording import Actor, note, recorded
from mooring.identity.actions import add_person, give_role, set_password
from mooring.identity.models import Person, Site
from mooring.rules.verdict import Refused
from mooring.work.actions import close_link, make_link, write_message
from mooring.work.models import Channel, TaskLink

KIND = "invitation"
LASTS = timedelta(days=7)


@recorded("work.person.invited")
def invite(*, person: Person, role: str, site: Site, by: Actor, at: datetime) -> TaskLink:
    """Add a new person (an unsaved row with an e-mail), give them the role, and send them the link."""
    if not person.email:
        raise Refused(_("An invitation is sent by e-mail. Enter an e-mail address."))
    person.email = person.email.lower()
    if Person.objects.filter(email=person.email).exists():
        raise Refused(
            _("A person with this e-mail address already has an account here. Give them the role instead.")
        )
    add_person(person=person, by=by, at=at)
    give_role(person=person, role=role, site=site, by=by, at=at)
    return send_invitation(person=person, site=site, by=by, at=at)


@recorded("work.invitation.sent")
def send_invitation(*, person: Person, site: Site, by: Actor, at: datetime) -> TaskLink:
    """Send the link, or send it again; an earlier one that was not used is withdrawn."""
    if person.has_usable_password():
        raise Refused(_("{person} already has a password and can sign in.").format(person=person))
    link = make_link(
        kind=KIND,
        person=person,
        about=person,
        opens="invitation",
        site=site,
        birth_date=None,
        lasts=LASTS,
        by=by,
        at=at,
    )
    write_message(
        channel=Channel.EMAIL,
        person=person,
        site=site,
        title=_("Your account at {site}").format(site=site),
        body=_(
            "Hello {person},\n\n{site} has made an account for you in Mooring. Open this link within seven days "
            "and choose your password:\n\n{link}\n\nIf you did not expect this message, please call {site}: {phone}."
        ).format(person=person, site=site, phone=site.phone, link="{link}"),
        link=link,
        by=by,
        at=at,
    )
    return link


@recorded("work.invitation.accepted")
def accept_invitation(*, link: TaskLink, password: str, by: Person, at: datetime) -> Person:
    """The invited person sets the first password; the link is used up with it."""
    person = link.person
    if person.has_usable_password():
        raise Refused(_("This account already has a password. Please sign in."))
    set_password(person=person, password=password, by=by, at=at)
    close_link(link=link, by=by, at=at)
    note(target=person)
    return person
