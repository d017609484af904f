"""Signing with a passkey in the place of the password: a challenge that counts once, for one person, for minutes.

The challenge is sixteen random bytes and the SHA-256 of the form that is signed (`signing.py`): an answer that was
given for one form signs no other.

The browser puts `passkey:` and the authenticator's answer where the password would stand. The authenticator checks
its holder (a finger, a face, its PIN), so a stolen key signs nothing; a copied one shows by its counter.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.utils.translation import gettext as _
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    UserVerificationRequirement,
)

from mooring.identity.models import PasskeyChallenge, Person
from mooring.identity.signing import PASSKEY_MARK, FormSent
from mooring.rules.verdict import Refused

RANDOM_BYTES = 16
LASTS = timedelta(minutes=5)
COUNTER = "counter"


def is_passkey(given: str) -> bool:
    """Whether what stands in the place of a password is an authenticator's answer."""
    return given.startswith(PASSKEY_MARK)


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


def begin(person: Person, *, signs: FormSent, at: datetime) -> dict[str, Any]:
    """What the browser asks the authenticator to sign for this form; `Refused` for who has no passkey."""
    passkeys = passkeys_of(person)
    if not passkeys:
        raise Refused(
            _("{person} has no passkey. Use the password, or add one under your name.").format(person=person)
        )
    options, state = _server().authenticate_begin(
        [_credential(passkey) for passkey in passkeys],
        UserVerificationRequirement.REQUIRED,
        challenge=secrets.token_bytes(RANDOM_BYTES) + bytes.fromhex(signs.digest),
    )
    PasskeyChallenge.objects.filter(person=person, made_at__lt=at - LASTS).delete()
    PasskeyChallenge.objects.create(person=person, challenge=state["challenge"], made_at=at)
    return dict(options)


class NotAccepted(Exception):
    """An answer that signs nothing; `other_form` where it was given for something else than what is sent now."""

    def __init__(self, *, other_form: bool = False) -> None:
        super().__init__()
        self.other_form = other_form


def accept(person: Person, given: str, *, signs: FormSent, at: datetime) -> dict[str, str]:
    """The signature of this person's passkey over this form, to be kept; `NotAccepted` for anything else.

    The challenge was asked a moment ago and counts once.
    """
    try:
        answer: Mapping[str, Any] = json.loads(given.removeprefix(PASSKEY_MARK))
        read = AuthenticationResponse.from_dict(answer)
        challenge = websafe_encode(read.response.client_data.challenge)
        asked = PasskeyChallenge.objects.filter(person=person, challenge=challenge, made_at__gt=at - LASTS)
        if asked.delete()[0] != 1:
            raise NotAccepted
        passkeys = passkeys_of(person)
        state = {"challenge": challenge, "user_verification": UserVerificationRequirement.REQUIRED}
        used = _server().authenticate_complete(state, [_credential(each) for each in passkeys], answer)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotAccepted from error
    passkey = next(each for each in passkeys if _credential(each).credential_id == used.credential_id)
    if not _counts_on(passkey, read.response.authenticator_data.counter):
        raise NotAccepted
    if read.response.client_data.challenge[RANDOM_BYTES:].hex() != signs.digest:
        raise NotAccepted(other_form=True)
    return {
        "public_key": websafe_encode(cbor.encode(used.public_key)),
        "client_data": websafe_encode(read.response.client_data),
        "authenticator_data": websafe_encode(read.response.authenticator_data),
        "signature": websafe_encode(read.response.signature),
    }


def is_of(kept: Mapping[str, str], digest: str) -> bool:
    """Whether a kept signature is the passkey's own over the form with this digest. Needs no row of the passkey."""
    try:
        client = CollectedClientData(websafe_decode(kept["client_data"]))
        public: Any = cbor.decode(websafe_decode(kept["public_key"]))
        key = CoseKey.parse(public)
        signed = websafe_decode(kept["authenticator_data"]) + client.hash
        key.verify(signed, websafe_decode(kept["signature"]))
    except (InvalidSignature, ValueError, TypeError, KeyError):
        return False
    return bool(client.challenge[RANDOM_BYTES:].hex() == digest)


def _counts_on(passkey: Authenticator, counter: int) -> bool:
    """A key that counts its uses counts on; one that falls back has a copy somewhere. Many keys count nothing."""
    last = int(passkey.data.get(COUNTER, 0))
    if (counter or last) and counter <= last:
        return False
    passkey.data[COUNTER] = counter
    passkey.save(update_fields=["data"])
    passkey.record_usage()
    return True
