"""A passkey in software: it registers with one person and answers challenges, as an authenticator would."""

import hashlib
import json
import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from mooring.identity.models import Person

ORIGIN, HOST = "http://localhost:8000", "localhost"
FLAGS = AuthenticatorData.FLAG


class SoftKey:
    """One passkey of one person."""

    def __init__(self, person: Person, *, origin: str = ORIGIN) -> None:
        self.person, self.origin, self.counter = person, origin, 0
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.key_id = secrets.token_bytes(16)
        self.row = Authenticator.objects.create(
            user=person, type="webauthn", data={"name": "Passkey", "credential": self._registered()}
        )

    def _registered(self) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self.private.public_key())
        made = AttestedCredentialData.create(Aaguid.NONE, self.key_id, public)
        data = AuthenticatorData.create(
            hashlib.sha256(HOST.encode()).digest(), FLAGS.UP | FLAGS.UV | FLAGS.AT, 0, made
        )
        client = CollectedClientData.create("webauthn.create", secrets.token_bytes(32), ORIGIN)
        attested = AttestationObject.create("none", data, {})
        return {
            "id": websafe_encode(self.key_id),
            "rawId": websafe_encode(self.key_id),
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(attested),
            },
            "clientExtensionResults": {},
        }

    def answer(self, options: dict[str, Any], *, verified: bool = True, counter: int | None = None) -> str:
        """What the browser would put where the password stands."""
        self.counter = self.counter + 1 if counter is None else counter
        flags = FLAGS.UP | FLAGS.UV if verified else FLAGS.UP
        data = AuthenticatorData.create(hashlib.sha256(HOST.encode()).digest(), flags, self.counter)
        asked = options["publicKey"]["challenge"]
        client = json.dumps({"type": "webauthn.get", "challenge": asked, "origin": self.origin}).encode()
        signed = self.private.sign(bytes(data) + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        answer = {
            "id": websafe_encode(self.key_id),
            "rawId": websafe_encode(self.key_id),
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(bytes(data)),
                "signature": websafe_encode(signed),
            },
            "clientExtensionResults": {},
        }
        return f"passkey:{json.dumps(answer)}"
