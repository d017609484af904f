"""Signing with a passkey in the place of the password: a challenge that counts once, for one person, for minutes.

The browser puts `passkey:` and the authenticator's answer where the password would stand. The authenticator checks
its holder (a finger, a face, its PIN), so a stolen key signs nothing; a copied one shows by its counter.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    UserVerificationRequirement,
)

from mooring.identity.models import PasskeyChallenge, Person
from mooring.rules.verdict import Refused

MARK = "passkey:"
LASTS = timedelta(minutes=5)
COUNTER = "counter"


def is_passkey(given: str) -> bool:
    """Whether what stands in the place of a password is an authenticator's answer."""
    return given.startswith(MARK)


def relying_party() -> dict[str, str]:
    """Who asks: the host name of MOORING_PUBLIC_ADDRESS, whatever a request calls this server."""
    host = urlsplit(settings.PUBLIC_ADDRESS).hostname or "localhost"
    return {"id": host, "name": "Mooring"}


def _server() -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(**relying_party()))


def passkeys_of(person: Person) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).order_by("pk"))


def _credential(passkey: Authenticator) -> AttestedCredentialData:
    held: AttestedCredentialData = passkey.wrap().authenticator_data.credential_data
    return held


def begin(person: Person, *, at: datetime) -> dict[str, Any]:
    """What the browser asks the authenticator; `Refused` for who has no passkey."""
    passkeys = passkeys_of(person)
    if not passkeys:
        raise Refused(
            _("{person} has no passkey. Use the password, or add one under your name.").format(person=person)
        )
    options, state = _server().authenticate_begin(
        [_credential(passkey) for passkey in passkeys], UserVerificationRequirement.REQUIRED
    )
    PasskeyChallenge.objects.filter(person=person, made_at__lt=at - LASTS).delete()
    PasskeyChallenge.objects.create(person=person, challenge=state["challenge"], made_at=at)
    return dict(options)


def is_right(person: Person, given: str, *, at: datetime) -> bool:
    """Whether the answer is of this person's passkey to a challenge that was asked now; it counts once."""
    try:
        answer: Mapping[str, Any] = json.loads(given.removeprefix(MARK))
        read = AuthenticationResponse.from_dict(answer)
        challenge = websafe_encode(read.response.client_data.challenge)
        asked = PasskeyChallenge.objects.filter(person=person, challenge=challenge, made_at__gt=at - LASTS)
        if asked.delete()[0] != 1:
            return False
        passkeys = passkeys_of(person)
        state = {"challenge": challenge, "user_verification": UserVerificationRequirement.REQUIRED}
        used = _server().authenticate_complete(state, [_credential(each) for each in passkeys], answer)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    passkey = next(each for each in passkeys if _credential(each).credential_id == used.credential_id)
    return _counts_on(passkey, read.response.authenticator_data.counter)


def _counts_on(passkey: Authenticator, counter: int) -> bool:
    """A key that counts its uses counts on; one that falls back has a copy somewhere. Many keys count nothing."""
    last = int(passkey.data.get(COUNTER, 0))
    if (counter or last) and counter <= last:
        return False
    passkey.data[COUNTER] = counter
    passkey.save(update_fields=["data"])
    passkey.record_usage()
    return True
