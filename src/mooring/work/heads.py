"""The head of the audit: signed, sent outside every day, and compared again later.

Whoever holds the database can rewrite every seal in it. What shows that is a head that left before.
"""

import json
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from smtplib import SMTPException
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from mooring.audit import seals
from mooring.audit.models import Event
from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.rules.verdict import Refused
from mooring.sentences.times import day_words
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation

SHIPPED = "work.head.shipped"
SECONDS = 20


class NotShipped(Exception):
    """A place outside did not take the head."""


def signed_head(*, at: datetime) -> dict[str, Any]:
    """The newest seal of each stream, when, and an Ed25519 signature over the canonical JSON of both.

    Kept outside the machine, it shows later whether the tail of a stream was cut; `Refused` before setup.
    """
    key = _private_key()
    said = {"at": at.isoformat(), "heads": seals.head()}
    return {**said, "public_key": _public(key), "signature": key.sign(_body(said)).hex()}


def _private_key() -> Ed25519PrivateKey:
    """The key of the setting, which lies outside the database; without one the installation's own."""
    if settings.AUDIT_KEY is not None:
        return Ed25519PrivateKey.from_private_bytes(settings.AUDIT_KEY)
    installation = Installation.objects.first()
    if installation is None:
        raise Refused(_("Nothing is set up here yet, so there is no key to sign with."))
    return Ed25519PrivateKey.from_private_bytes(bytes(installation.signing_key))


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _body(said: dict[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def verify_against(file: Path) -> seals.Broken | None:
    """Whether the seals here are still those of the head in `file`, and this installation signed it."""
    try:
        head = json.loads(file.read_text(encoding="utf-8"))
        said = {"at": head["at"], "heads": dict(head["heads"])}
        signature, public = bytes.fromhex(head["signature"]), str(head["public_key"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Mistake(f"{file} is not a head of an audit: {error}.") from error
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, _body(said))
    except (InvalidSignature, ValueError):
        return seals.Broken("head", str(file), _("was changed after it was signed"))
    if public != _public(_private_key()):
        return seals.Broken("head", str(file), _("was signed with another key than this installation's"))
    return seals.verify_head(said["heads"])


def is_due(at: datetime) -> bool:
    """Whether no head left on this day (UTC) yet, and there is a place to send one to."""
    if not settings.AUDIT_HEAD_TO:
        return False
    last = Event.objects.filter(name=SHIPPED).order_by("-id").first()
    return last is None or last.at.date() != at.date()


@recorded(SHIPPED)
def note_shipped(*, heads: dict[str, str], places: int, by: Actor, at: datetime) -> None:
    note(heads=heads, places=places)


def ship_head(*, at: datetime) -> None:
    """Send today's head to every place of MOORING_AUDIT_HEAD_TO; `NotShipped` names the first that refused.

    It is recorded afterwards: a place that says nothing for 20 seconds would hold every writer of an SQLite meanwhile.
    """
    head = signed_head(at=at)
    for place in settings.AUDIT_HEAD_TO:
        try:
            _send(place, head, at)
        except (OSError, SMTPException, urllib.error.URLError) as error:
            raise NotShipped(f"{place}: {error}") from error
    note_shipped(heads=head["heads"], places=len(settings.AUDIT_HEAD_TO), by=CLOCK, at=at)


def _send(place: str, head: dict[str, Any], at: datetime) -> None:
    text = json.dumps(head, indent=2)
    if place.startswith("mailto:"):
        EmailMessage(
            subject=_("Head of the audit, {day}").format(day=day_words(at.date())),
            body=text,
            to=[place.removeprefix("mailto:")],
        ).send()
    elif place.startswith("http"):
        request = urllib.request.Request(  # noqa: S310  (the scheme was checked when the setting was read)
            place, data=text.encode(), headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
            pass
    else:
        folder = Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"audit-head-{at.date().isoformat()}.json"
        file.write_text(text, encoding="utf-8")


def ship_when_due(*, at: datetime) -> bool:
    """Ship the head of this day once; True when it left."""
    if not is_due(at):
        return False
    ship_head(at=at)
    return True
