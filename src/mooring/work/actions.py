"""Acts on tasks, links and messages. Everything here runs inside the act that calls it, in its transaction."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, models
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.audit.recording import Actor, note, recorded, reference
from mooring.identity import queries as identity
from mooring.identity.models import Person, Site
from mooring.identity.queries import holders, on_duty
from mooring.rules.verdict import Refused
from mooring.work.models import Channel, LinkState, Message, Task, TaskLink, TaskState
from mooring.work.queries import may_do

WRONG_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What a new task is: `title` what is owed, `reason` why and what happens if nobody does it."""

    kind: str
    about: models.Model
    title: str
    reason: str
    address: str
    act: str
    role: str
    due_at: datetime
    opens_at: datetime | None = None
    subject: str = ""
    subject_name: str = ""
    owner: Person | None = None
    fallback: Person | None = None
    escalate_at: datetime | None = None
    urgent: bool = False


def make_task(*, owed: Owed, site: Site, by: Actor, at: datetime) -> Task:
    """One open task of a kind about a record: the open one if there is one, else a new one.

    Without an owner, who is on duty for the role owns it; without anybody on duty, the role does.
    """
    if standing := _open_tasks(owed.about, owed.kind):
        return standing[0]
    try:
        return _new_task(owed=owed, site=site, by=by, at=at)
    except IntegrityError:
        if standing := _open_tasks(owed.about, owed.kind):
            return standing[0]  # the clock and a writer asked for it in the same moment
        raise


def _open_tasks(record: models.Model, kind: str) -> list[Task]:
    return OPEN_TASKS.records((str(kind), reference(record)))


OPEN_TASKS = Prepared(
    lambda keys, moments: Task.objects.filter(kind=keys[0], about=keys[1], state=TaskState.OPEN).order_by(
        "pk"
    )
)


@recorded("work.task.made")
def _new_task(*, owed: Owed, site: Site, by: Actor, at: datetime) -> Task:
    duty = identity.on_duty(site, owed.role, at)
    owner = owed.owner or (duty[0] if duty else None)
    others = [person for person in duty if person != owner]
    return Task.objects.create(
        kind=owed.kind,
        site=site,
        about=reference(owed.about),
        subject=owed.subject or getattr(owed.about, "subject_ref", ""),
        subject_name=owed.subject_name,
        title=owed.title,
        reason=owed.reason,
        address=owed.address,
        act=owed.act,
        urgent=owed.urgent,
        opens_at=owed.opens_at or at,
        due_at=owed.due_at,
        role=owed.role,
        owner=owner,
        fallback=owed.fallback or (others[0] if others else None),
        escalate_at=owed.escalate_at,
        made_at=at,
    )


@recorded("work.task.closed")
def close_task(*, task: Task, outcome: str, by: Actor, at: datetime) -> Task:
    """Close an open task; one that somebody closed a moment ago is refused."""
    closed = Task.objects.filter(pk=task.pk, state=TaskState.OPEN).update(
        state=TaskState.CANCELLED if outcome == "cancelled" else TaskState.DONE,
        outcome=outcome,
        closed_by=by if isinstance(by, Person) else None,
        closed_at=at,
    )
    if closed != 1:
        raise Refused(_("A colleague closed this task a moment ago."))
    task.refresh_from_db()
    return task


def close_tasks_about(record: models.Model, *, kind: str, outcome: str, by: Actor, at: datetime) -> int:
    """Close the open tasks of a kind about a record, as part of the act that answers them."""
    found = _open_tasks(record, kind)
    return len([close_task(task=task, outcome=outcome, by=by, at=at) for task in found])


@recorded("work.task.handed-over")
def hand_over_task(*, task: Task, to: Person, by: Actor, at: datetime) -> Task:
    """Give an open task to a colleague of one's choice, who may do it."""
    if not may_do(to, task):
        raise Refused(_("{name} cannot do this task. Choose a colleague in its role.").format(name=to))
    return _give(task, to)


@recorded("work.task.passed-on")
def pass_on_task(*, task: Task, to: Person, by: Actor, at: datetime) -> Task:
    """Give an open task to whom its room names: the room knows who may do it."""
    return _give(task, to)


def _give(task: Task, to: Person) -> Task:
    if Task.objects.filter(pk=task.pk, state=TaskState.OPEN).update(owner=to) != 1:
        raise Refused(_("This task is closed already."))
    task.refresh_from_db()
    note(to=to.actor_ref)
    return task


@recorded("work.task.opened-to-role")
def open_to_role(*, task: Task, without: Person, by: Actor, at: datetime) -> Task:
    """Take an open task from `without`: it passes to the fallback, to who is on duty, or to everyone in its role.

    Where nobody holds the role any more it is the task of whoever acts, so that it is on somebody's page.
    """
    others = [person for person in holders(task.site, task.role, at) if person != without]
    duty = [person for person in on_duty(task.site, task.role, at) if person != without]
    fallback = task.fallback if task.fallback_id != without.pk else None
    owner = fallback or (duty[0] if duty else None)
    if owner is None and not others and isinstance(by, Person):
        owner = by
    if Task.objects.filter(pk=task.pk, state=TaskState.OPEN).update(owner=owner, fallback=None) != 1:
        raise Refused(_("This task is closed already."))
    task.refresh_from_db()
    note(to=owner.actor_ref if owner else "", role=task.role)
    return task


@recorded("work.links.withdrawn")
def withdraw_links_of(*, person: Person, by: Actor, at: datetime) -> int:
    """Withdraw every open link of a person; how many there were."""
    found = TaskLink.objects.filter(person=person, state=LinkState.OPEN)
    count = found.update(state=LinkState.WITHDRAWN, closed_at=at)
    note(target=person, count=count)
    return count


@recorded("work.task.moved")
def move_task(
    *, task: Task, opens_at: datetime, due_at: datetime, escalate_at: datetime | None, by: Actor, at: datetime
) -> Task:
    """Give an open task another time, because what it waits for happened earlier or later than planned."""
    moved = Task.objects.filter(pk=task.pk, state=TaskState.OPEN).update(
        opens_at=opens_at, due_at=due_at, escalate_at=escalate_at
    )
    if moved != 1:
        raise Refused(_("This task is closed already."))
    task.refresh_from_db()
    return task


@recorded("work.task.moved-to-site")
def move_task_to_site(*, task: Task, site: Site, owner: Person | None, by: Actor, at: datetime) -> Task:
    """An open task goes along with its patient: without an owner there, whoever is on duty, else everyone in its role."""
    duty = on_duty(site, task.role, at)
    asked = owner or (duty[0] if duty else None)
    if (
        Task.objects.filter(pk=task.pk, state=TaskState.OPEN).update(
            site=site, owner=asked, fallback=next((each for each in duty if each != asked), None)
        )
        != 1
    ):
        raise Refused(_("This task is closed already."))
    task.refresh_from_db()
    note(site=site.pk, to=asked.actor_ref if asked else "")
    return task


@recorded("work.links.moved-to-site")
def move_links_to_site(
    *, person: Person, subjects: Sequence[str], site: Site, by: Actor, at: datetime
) -> int:
    """Open links of a person go along with the record that they are about; how many.

    Whoever opens one reads the name, the phone and the crisis lines of the site that looks after them now.
    """
    links = TaskLink.objects.filter(person=person, subject__in=subjects, state=LinkState.OPEN)
    count = links.exclude(site=site).update(site=site)
    note(target=person, site=site.pk, count=count)
    return count


@recorded("work.link.made")
def make_link(
    *,
    kind: str,
    person: Person,
    about: models.Model,
    opens: str,
    site: Site,
    birth_date: date | None,
    lasts: timedelta,
    by: Actor,
    at: datetime,
    subject: str = "",
) -> TaskLink:
    """A link for one task; earlier open links for the same task are withdrawn.

    `opens` names the page behind it, whose only argument is the link's number.
    """
    withdraw_links_about(about, kind=kind, by=by, at=at)
    link = TaskLink.objects.create(
        kind=kind,
        site=site,
        person=person,
        subject=subject or getattr(about, "subject_ref", ""),
        about=reference(about),
        birth_date=birth_date,
        expires_at=at + lasts,
        made_at=at,
    )
    link.token_hash, link.address = hash_of(token_of(link)), reverse(opens, args=[link.pk])
    link.save(update_fields=["token_hash", "address"])
    return link


@recorded("work.link.withdrawn")
def withdraw_link(*, link: TaskLink, by: Actor, at: datetime) -> TaskLink:
    """The link opens no more. One that was answered or withdrawn meanwhile stays as it is."""
    TaskLink.objects.filter(pk=link.pk, state=LinkState.OPEN).update(state=LinkState.WITHDRAWN, closed_at=at)
    link.refresh_from_db()
    return link


def withdraw_links_about(record: models.Model, *, kind: str, by: Actor, at: datetime) -> int:
    """Withdraw the open links of a kind for a record, as part of the act that makes them useless."""
    links = TaskLink.objects.filter(kind=kind, about=reference(record), state=LinkState.OPEN)
    return len([withdraw_link(link=link, by=by, at=at) for link in links])


@recorded("work.link.birth-date-changed")
def change_birth_date_of_links(*, person: Person, birth_date: date, by: Actor, at: datetime) -> int:
    """Open links ask for the corrected date of birth from now on, and tries with the wrong one count no more."""
    note(target=person)
    links = TaskLink.objects.filter(person=person, state=LinkState.OPEN, birth_date__isnull=False)
    return links.update(birth_date=birth_date, wrong_tries=0)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def token_of(link: TaskLink) -> str:
    """The link's token, made from the secret key when it is needed: it is stored nowhere, only its hash is.

    A link that was made under an earlier secret key keeps that key's token while the key is known.
    """
    tokens = [_token(link, str(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return next((token for token in tokens if hash_of(token) == link.token_hash), tokens[0])


def _token(link: TaskLink, secret: str) -> str:
    # In UTC, as the database gives the moment back: an act may have been told it on a site's clock.
    said = f"{link.pk}:{link.made_at.astimezone(UTC).isoformat()}"
    digest = salted_hmac("work.link", said, secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def why_closed(link: TaskLink, at: datetime) -> str:
    """Why a link opens no more, for the person who holds it; empty while it does."""
    if link.state == LinkState.DONE:
        return _("This is already done. You do not need to do anything more.")
    if link.state == LinkState.WITHDRAWN:
        return _(
            "This link no longer works: the clinic withdrew it or sent a newer one. Use the newest message, or ask the clinic."
        )
    if link.wrong_tries >= WRONG_TRIES:
        return _(
            "This link no longer works: the date of birth was wrong too often. Please ask the clinic for a new one."
        )
    if link.expires_at <= at:
        return _("This link has expired. Please ask the clinic for a new one. Saved answers are not lost.")
    return ""


@recorded("work.link.opened")
def open_link(*, link: TaskLink, birth_date: date | None, by: Actor, at: datetime) -> TaskLink:
    """The person behind the link shows that they know the date of birth; five wrong ones close the link."""
    closed = why_closed(link, at)
    if closed:
        raise Refused(closed)
    if link.birth_date is not None and link.birth_date != birth_date:
        raise WrongBirthDate
    if link.first_opened_at is None:
        TaskLink.objects.filter(pk=link.pk).update(first_opened_at=at)
    return link


class WrongBirthDate(Refused):
    """The date of birth typed for a link is not the one on record."""

    def __init__(self) -> None:
        super().__init__(_("This date of birth is not the one we have. Please check it, or call the clinic."))


@recorded("work.link.missed")
def count_wrong_birth_date(*, link: TaskLink, by: Actor, at: datetime) -> TaskLink:
    TaskLink.objects.filter(pk=link.pk).update(wrong_tries=models.F("wrong_tries") + 1)
    link.refresh_from_db()
    return link


@recorded("work.link.answered")
def close_link(*, link: TaskLink, by: Actor, at: datetime) -> TaskLink:
    """The task behind the link is done."""
    if (
        TaskLink.objects.filter(pk=link.pk, state=LinkState.OPEN).update(state=LinkState.DONE, closed_at=at)
        != 1
    ):
        raise Refused(_("This is already done."))
    link.refresh_from_db()
    return link


@recorded("work.message.written")
def write_message(
    *,
    channel: Channel,
    person: Person,
    site: Site,
    title: str,
    body: str,
    by: Actor,
    at: datetime,
    link: TaskLink | None = None,
    task: Task | None = None,
    address: str = "",
    subject: str = "",
    urgent: bool = False,
    not_before: datetime | None = None,
    to_email: str = "",
) -> Message:
    """Put a message into the outbox, in the transaction of the act; the clock delivers it.

    `{link}` in the body becomes the single-task link at delivery.
    """
    return Message.objects.create(
        channel=channel,
        person=person,
        to_email=to_email,
        site=site,
        title=title,
        body=body,
        link=link,
        task=task,
        address=address,
        subject=subject,
        urgent=urgent,
        not_before=not_before or at,
        next_try_at=not_before or at,
        made_at=at,
    )


def best_channel(person: Person) -> Channel:
    """How a person without an account is reached: text message, else e-mail, else nobody can."""
    if person.phone:
        return Channel.SMS
    return Channel.EMAIL if person.email else Channel.SCREEN
