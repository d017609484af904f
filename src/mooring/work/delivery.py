"""How a message leaves: on the screen, by e-mail (SMTP), by a signed webhook for text messages.

A message is delivered at least once and, where the other side honours its key, exactly once: an e-mail
carries the key as Message-ID, the webhook as Idempotency-Key.
"""

import hashlib
import hmac
import json
import logging
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.utils.translation import gettext as _

from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.identity.roles import Role
from mooring.work import queries
from mooring.work.actions import Owed, make_task, token_of
from mooring.work.models import RETRY_AFTER, Channel, DemonstrationDelivery, Message

logger = logging.getLogger(__name__)
CLAIM = timedelta(seconds=60)
"""How long a process has to send what it claimed: longer than the timeouts of both adapters together."""


class NotDelivered(Exception):
    """This attempt failed; it is tried again later, unless `for_good` says that no try can succeed."""

    def __init__(self, cause: str, *, for_good: bool = False) -> None:
        super().__init__(cause)
        self.for_good = for_good


def deliver(message: Message, *, at: datetime) -> bool:
    """Try once; True when it left. A failure is noted with the time of the next try, then given up.

    The message is claimed first, in a transaction of its own: a slow server never makes a writer wait, two
    clocks never send the same message at once, and a process that is killed while sending leaves a message
    that is tried again when its claim has run out.
    """
    claimed = Message.objects.filter(
        pk=message.pk, attempts=message.attempts, delivered_at__isnull=True, given_up_at__isnull=True
    ).update(attempts=F("attempts") + 1, next_try_at=at + CLAIM)
    if claimed != 1:
        return False
    try:
        link = _link_address(message)
        _send(message, message.body.replace("{link}", link), link)
    except NotDelivered as failed:
        _put_back(message, str(failed), at, for_good=failed.for_good)
        return False
    except Exception as error:
        logger.exception("delivery: %s", message.key)
        _put_back(message, f"{type(error).__name__}: {error}", at)
        return False
    Message.objects.filter(pk=message.pk).update(delivered_at=at, last_error="")
    return True


def _link_address(message: Message) -> str:
    if message.link is None:
        return ""
    return f"{settings.PUBLIC_ADDRESS}/t/{token_of(message.link)}/"


def _send(message: Message, text: str, link: str) -> None:
    if message.channel == Channel.SCREEN:
        return
    email = message.to_email or message.person.email
    if not (email if message.channel == Channel.EMAIL else message.person.phone):
        raise NotDelivered(_("there is no address to send it to"), for_good=True)
    if queries.is_demonstration():
        DemonstrationDelivery.objects.get_or_create(message=message, defaults={"text": text, "link": link})
    elif message.channel == Channel.EMAIL:
        _send_email(message, text)
    else:
        send_text(to=message.person.phone, text=text, key=message.key)


def _send_email(message: Message, text: str) -> None:
    if not settings.EMAIL_HOST:
        raise NotDelivered(_("{setting} is not set").format(setting="MOORING_SMTP_HOST"))
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    email = EmailMessage(
        subject=message.title,
        body=text,
        to=[message.to_email or message.person.email or ""],
        headers={"Message-ID": f"<{message.key}@{host}>"},
    )
    try:
        email.send()
    except (OSError, SMTPException) as error:
        raise NotDelivered(_("e-mail: {error}").format(error=error)) from error


def signature_of(body: bytes) -> str:
    """HMAC-SHA256 of the body under the webhook's secret, hex."""
    return hmac.new(settings.SMS_WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()


def send_text(*, to: str, text: str, key: UUID) -> None:
    """Give one text message to the sender of the setting; `NotDelivered` says why it was not taken."""
    if not settings.SMS_WEBHOOK:
        raise NotDelivered(_("{setting} is not set").format(setting="MOORING_SMS_WEBHOOK"))
    body = json.dumps({"to": to, "text": text, "key": str(key)}).encode()
    request = urllib.request.Request(  # noqa: S310  (the scheme was checked when the setting was read)
        settings.SMS_WEBHOOK,
        data=body,
        headers={
            "Content-Type": "application/json",
            "Idempotency-Key": str(key),
            "X-Mooring-Signature": f"sha256={signature_of(body)}",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=20):  # noqa: S310
            pass
    except urllib.error.HTTPError as error:
        refused = error.code in range(400, 500) and error.code not in MAY_PASS
        raise NotDelivered(_("text message: {error}").format(error=error), for_good=refused) from error
    except (urllib.error.URLError, OSError) as error:
        raise NotDelivered(_("text message: {error}").format(error=error)) from error


MAY_PASS = {401, 403, 404, 408, 425, 429}
"""Answers of the sender of text messages that somebody may put right there; any other 4xx stays as it is."""


def _put_back(message: Message, error: str, at: datetime, *, for_good: bool = False) -> None:
    tries = message.attempts + 1
    logger.warning("message %s not delivered: %s", message.key, error)
    if for_good or tries > len(RETRY_AFTER):
        give_up(message=message, tries=tries, cause=error[:300], by=CLOCK, at=at)
    else:
        Message.objects.filter(pk=message.pk).update(
            attempts=tries, last_error=error[:300], next_try_at=at + RETRY_AFTER[tries - 1]
        )


@recorded("work.message.given-up")
def give_up(*, message: Message, tries: int, cause: str, by: Actor, at: datetime) -> None:
    """A message that does not arrive becomes somebody's task: they call, or put the address right."""
    Message.objects.filter(pk=message.pk).update(attempts=tries, last_error=cause, given_up_at=at)
    note(target=message, person=message.person.actor_ref, tries=tries)
    about_patient = message.subject.startswith("care_patients.")
    make_task(
        owed=Owed(
            kind="not-reached",
            about=message,
            title=_("Not reached: {person}. Call them.").format(person=message.person)[:200],
            reason=_("“{title}” did not arrive ({how}): {cause}").format(
                title=message.title, how=message.get_channel_display(), cause=cause
            )[:300],
            address=message.address or "/",
            act=_("Call {phone}").format(phone=message.person.phone or _("without a number on file"))[:60],
            role=Role.COORDINATOR if about_patient else Role.ADMINISTRATOR,
            due_at=at + (timedelta(minutes=15) if message.urgent else timedelta(hours=4)),
            subject=message.subject,
            subject_name=str(message.person) if about_patient else "",
            urgent=message.urgent,
        ),
        site=message.site,
        by=by,
        at=at,
    )
