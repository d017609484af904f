"""Going on after a device locked itself: by a PIN that counts on this device alone, or by the password.

Neither signs anybody in: the sign-in stands, and only its own person opens it again.
"""

import hashlib
import math
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.audit.recording import Actor, note, recorded, sent_once
from mooring.identity import passkeys, tries
from mooring.identity.models import DevicePin, Person
from mooring.identity.signing import what_is_signed
from mooring.rules.verdict import Refused

WRONG_PINS = 3
SHORTEST, LONGEST = 4, 8
EASY = "01234567890123", "98765432109876"


def device_print(device_key: str) -> str:
    """What is stored of a device's key."""
    return hashlib.sha256(device_key.encode()).hexdigest()


def refuse_easy_pin(pin: str) -> None:
    """`Refused` for what is no PIN, or one that anybody tries first."""
    if not pin.isdecimal() or not pin.isascii() or not SHORTEST <= len(pin) <= LONGEST:
        raise Refused(_("A PIN has {from_} to {to} digits.").format(from_=SHORTEST, to=LONGEST))
    if len(set(pin)) == 1 or any(pin in row for row in EASY):
        raise Refused(_("This PIN is easy to guess. Choose digits that do not follow each other."))


@recorded("identity.pin.set")
def set_pin(*, person: Person, device_key: str, pin: str, by: Actor, at: datetime) -> None:
    """Give this person a PIN on this device; an earlier one there is replaced."""
    refuse_easy_pin(pin)
    DevicePin.objects.update_or_create(
        person=person,
        device=device_print(device_key),
        defaults={"pin": make_password(pin), "wrong": 0, "set_at": at},
    )
    note(target=person)


@recorded("identity.pin.forgotten")
def forget_pins(*, person: Person, by: Actor, at: datetime) -> int:
    """Forget the PINs of a person on every device."""
    note(target=person)
    return int(DevicePin.objects.filter(person=person).delete()[0])


@recorded("identity.sign-in.resumed")
def note_resumed(*, person: Person, kind: str, address: str, by: Actor, at: datetime) -> None:
    note(target=person, kind=kind, address=address)


@recorded("identity.sign-in.resume-refused")
def note_refused_resume(*, person: Person, kind: str, address: str, by: Actor, at: datetime) -> None:
    note(target=person, kind=kind, address=address)


def confirm_resume(person: Person, given: str, *, device_key: str, address: str, at: datetime) -> None:
    """The person goes on: by the PIN of this device, else by the password; `Refused` says which is wrong.

    Three wrong PINs and it is forgotten; wrong passwords take ever longer, as at sign-in.
    """
    pin = DevicePin.objects.filter(person=person, device=device_print(device_key)).first()
    kind = "pin" if pin is not None and given.isdecimal() and len(given) <= LONGEST else "password"
    kind = "passkey" if passkeys.is_passkey(given) else kind
    try:
        if kind == "passkey":
            _confirm_passkey(person, given, at)
        elif kind == "pin" and pin is not None:
            _confirm_pin(pin, given)
        else:
            _confirm_password(person, given, at)
    except Refused:
        with sent_once(None):
            note_refused_resume(person=person, kind=kind, address=address, by=person, at=at)
        raise
    with sent_once(None):
        note_resumed(person=person, kind=kind, address=address, by=person, at=at)


def _confirm_pin(pin: DevicePin, given: str) -> None:
    """A try is claimed before it is judged: of many sent at once three are judged."""
    if DevicePin.objects.filter(pk=pin.pk, wrong__lt=WRONG_PINS).update(wrong=F("wrong") + 1) != 1:
        raise Refused(_("The PIN was wrong three times. Enter your password."))
    if not check_password(given, pin.pin):
        raise Refused(_("This is not your PIN on this device."))
    DevicePin.objects.filter(pk=pin.pk).update(wrong=0)


def _confirm_passkey(person: Person, given: str, at: datetime) -> None:
    try:
        passkeys.accept(person, given, signs=what_is_signed(), at=at)
    except passkeys.NotAccepted as error:
        raise Refused(_("The passkey was not accepted. Try again, or use your PIN or password.")) from error


def _confirm_password(person: Person, given: str, at: datetime) -> None:
    key = f"resume:{person.pk}"
    wait = tries.claim_try(key, at=at)
    if wait is not None:
        minutes = math.ceil(wait.total_seconds() / 60)
        raise Refused(
            ngettext(
                "Too many wrong passwords. Try again in {minutes} minute. What you typed is kept.",
                "Too many wrong passwords. Try again in {minutes} minutes. What you typed is kept.",
                minutes,
            ).format(minutes=minutes)
        )
    if not check_password(given, person.password):
        raise Refused(_("This is not your password."))
    tries.forget(key)
    DevicePin.objects.filter(person=person).update(wrong=0)
