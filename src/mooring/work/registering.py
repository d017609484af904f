"""A learner asks for an account by themselves: it opens with the link in their mail, never before."""

import hashlib
import math
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.audit.recording import Actor, note, recorded
from mooring.identity import tries
from mooring.identity.actions import give_role
from mooring.identity.models import Person, Site
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import write_message
from mooring.work.invitations import mail_link, save_invited
from mooring.work.models import Channel

LASTS = timedelta(days=1)


def wait_for_turn(*, email: str, address: str, at: datetime) -> None:
    """Count a request against the mailbox and against where it came from; refused while either has to wait."""
    mailbox = hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
    for key in (f"register:{address}"[:120], f"register-mail:{mailbox}"):
        wait = tries.claim_try(key, at=at)
        if wait is not None:
            minutes = math.ceil(wait.total_seconds() / 60)
            raise Refused(
                ngettext(
                    "Too many requests. Try again in {minutes} minute.",
                    "Too many requests. Try again in {minutes} minutes.",
                    minutes,
                ).format(minutes=minutes)
            )


@recorded("work.person.registered")
def register_learner(*, name: str, email: str, site: Site, by: Actor, at: datetime) -> Person:
    """Make a learner's account that opens with the link in the mail; nothing tells a stranger who has one already.

    Whoever has a password is told so by mail; whoever never opened the link gets a new one.
    """
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        person = Person(legal_name=name.strip(), email=email.strip().lower(), time_zone=site.time_zone)
        save_invited(person=person, by=by, at=at)
        give_role(person=person, role=Role.LEARNER, site=site, by=by, at=at)
    note(target=person)
    if person.has_usable_password():
        _say_that_there_is_one(person, site, by, at)
    elif person.is_active and not _is_staff(person):
        _send_link(person, site, by, at)
    return person


def _is_staff(person: Person) -> bool:
    return person.roles.filter(held_until__isnull=True).exclude(role=Role.LEARNER).exists()


def _say_that_there_is_one(person: Person, site: Site, by: Actor, at: datetime) -> None:
    write_message(
        channel=Channel.EMAIL,
        person=person,
        site=site,
        title=_("You have an account at {site}").format(site=site),
        body=_(
            "A request for an account came with this e-mail address. You have one: sign in with your password. "
            "If it was not you, nothing is to be done."
        ),
        by=by,
        at=at,
    )


def _send_link(person: Person, site: Site, by: Actor, at: datetime) -> None:
    body = _(
        "Hello {person},\n\nyou asked for an account to learn at {site}. Open this link within a day and choose "
        "your password:\n\n{link}\n\nIf it was not you, nothing is to be done: without the link no account opens."
    ).format(person=person, site=site, link="{link}")
    title = _("Your account at {site}").format(site=site)
    mail_link(person=person, site=site, lasts=LASTS, title=title, body=body, by=by, at=at)
