"""Another address for signing in: it counts only after it proved itself, and the old one is told twice.

A colleague may ask for somebody who lost the old mailbox. They do not send the link for a new password in the same
week (`invitations.must_be_another`): one colleague alone takes over no account.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.identity.models import Person, Site
from mooring.rules.verdict import Refused
from mooring.work.actions import close_link, make_link, withdraw_links_of, write_message
from mooring.work.invitations import must_be_another
from mooring.work.models import Channel, EmailChange, TaskLink

KIND = "email-change"
LASTS = timedelta(hours=24)


@recorded("work.email.change-asked")
def ask_email_change(*, person: Person, email: str, site: Site, by: Person, at: datetime) -> EmailChange:
    """Send a link to the new address; until it is opened nothing changes. The old address is told at once."""
    email = email.strip().lower()
    if not person.has_usable_password() or not person.email:
        raise Refused(_("{person} has no account to sign in with.").format(person=person))
    if email == person.email:
        raise Refused(_("This is the address already."))
    if by != person:
        must_be_another(person, by, at, earlier="work.password-link.sent")
        must_be_another(person, by, at, earlier="identity.second-step.reset")
    change = EmailChange.objects.create(
        person=person, was=person.email, becomes=email, asked_by=by, asked_at=at
    )
    link = make_link(
        kind=KIND,
        person=person,
        about=person,
        opens="email-change",
        site=site,
        birth_date=None,
        lasts=LASTS,
        by=by,
        at=at,
    )
    proof = _(
        "Hello {person},\n\nthis address was entered for signing in at {site}. Open this link within 24 hours to "
        "confirm it:\n\n{link}\n\nIf you did not expect this, do nothing: nothing changes."
    ).format(person=person, site=site, link="{link}")
    warning = _(
        "Hello {person},\n\nanother address was entered for your account at {site}. It counts once that address "
        "has confirmed it. If you did not ask for it, call {site} at once: {phone}."
    ).format(person=person, site=site, phone=site.phone)
    title = _("Your address for signing in at {site}").format(site=site)
    _write(change, site, title, proof, by, at, to_email=email, link=link)
    _write(change, site, title, warning, by, at, to_email=change.was)
    note(target=person)
    return change


@recorded("work.email.changed")
def prove_email(*, link: TaskLink, by: Person, at: datetime) -> Person:
    """Whoever reads the new address confirms it: from now on it signs in, and the old one is told."""
    change = EmailChange.objects.filter(person=link.person, proved_at__isnull=True).order_by("-pk").first()
    if change is None:
        raise Refused(_("This link is used up."))
    if Person.objects.filter(email=change.becomes).exists():
        raise Refused(_("Another account has this address. Ask a colleague who manages people."))
    changed = Person.objects.filter(pk=change.person_id, email=change.was, is_active=True).update(
        email=change.becomes
    )
    if changed != 1:
        raise Refused(_("The address was changed meanwhile. Ask for a new link."))
    EmailChange.objects.filter(pk=change.pk).update(proved_at=at)
    close_link(link=link, by=by, at=at)
    withdraw_links_of(person=change.person, by=by, at=at)
    body = _(
        "Hello {person},\n\nyour account at {site} signs in with another address from now on. If you did not ask "
        "for it, call {site} at once: {phone}."
    ).format(person=change.person, site=link.site, phone=link.site.phone)
    title = _("Your address for signing in at {site} changed").format(site=link.site)
    _write(change, link.site, title, body, by, at, to_email=change.was)
    note(target=change.person)
    change.person.refresh_from_db()
    return change.person


def _write(
    change: EmailChange,
    site: Site,
    title: str,
    body: str,
    by: Person,
    at: datetime,
    *,
    to_email: str,
    link: TaskLink | None = None,
) -> None:
    write_message(
        channel=Channel.EMAIL,
        person=change.person,
        site=site,
        title=title,
        body=body,
        link=link,
        to_email=to_email,
        by=by,
        at=at,
    )
