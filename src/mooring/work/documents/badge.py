"""Open Badges 3.0 with a signature that a stranger can check: Data Integrity, cryptosuite eddsa-jcs-2022.

The signature is Ed25519 (`cryptography`) over two SHA-256 digests of canonical JSON (`rfc8785`). The signer is
a `did:key`: the public key is its own name, so nothing is fetched to check a badge, and no outside address is
ever opened.

Sources: W3C, Data Integrity EdDSA Cryptosuites v1.0 (vc-di-eddsa), section 3.3; W3C, Verifiable Credentials
Data Model v2.0; 1EdTech, Open Badges 3.0; W3C, Bitstring Status List v1.0.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext as _

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
SUITE = "eddsa-jcs-2022"
LARGEST_BADGE_BYTES = 100_000
STATUS_LIST_BITS = 131_072
"""Fewest entries of a status list, so that one entry hides among many (Bitstring Status List v1.0)."""
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519_KEY = b"\xed\x01"
PROOF_PARTS = {
    "@context",
    "type",
    "cryptosuite",
    "created",
    "verificationMethod",
    "proofPurpose",
    "proofValue",
}

Document = dict[str, Any]


class NotGenuine(ValueError):
    """A badge that cannot be relied on; the message says why, in words for a person."""


def base58(data: bytes) -> str:
    """Bitcoin's base 58 with the multibase prefix `z`, as `did:key` and `proofValue` want it."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = ALPHABET[rest] + digits
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + digits


def from_base58(text: str) -> bytes:
    """The bytes of multibase base 58; at most 128 characters are read. Raises NotGenuine."""
    if not text.startswith("z") or len(text) > 128 or set(text[1:]) - set(ALPHABET):
        raise NotGenuine(_("A key or signature in it is not written as it should be."))
    number = 0
    for letter in text[1:]:
        number = number * 58 + ALPHABET.index(letter)
    zeros = len(text) - 1 - len(text[1:].lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def did_of(key: Ed25519PublicKey) -> str:
    """The `did:key` of a public key."""
    return "did:key:" + base58(ED25519_KEY + key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def key_of(did: str) -> Ed25519PublicKey:
    """The public key that a `did:key` names. Raises NotGenuine for any other name."""
    if not did.startswith("did:key:"):
        raise NotGenuine(
            _("The issuer is not named by a key (did:key), so its signature cannot be checked here.")
        )
    data = from_base58(did.removeprefix("did:key:"))
    if len(data) != 34 or not data.startswith(ED25519_KEY):
        raise NotGenuine(_("The issuer's key is not an Ed25519 key."))
    return Ed25519PublicKey.from_public_bytes(data[2:])


def sign(document: Mapping[str, Any], *, key: Ed25519PrivateKey, created: datetime) -> Document:
    """The document with its proof. Equal documents, keys and times give equal signatures."""
    did = did_of(key.public_key())
    proof: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": stamp(created),
        "verificationMethod": f"{did}#{did.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    return {**document, "proof": {**proof, "proofValue": base58(key.sign(_digests(document, proof)))}}


def stamp(at: datetime) -> str:
    """A moment as credentials write it: UTC, whole seconds, `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(data: bytes) -> Document:
    """The badge in a file. Raises NotGenuine for anything but one JSON object of bearable size."""
    if len(data) > LARGEST_BADGE_BYTES:
        raise NotGenuine(_("This file is too large to be a badge."))
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except (ValueError, RecursionError) as fault:
        if isinstance(fault, NotGenuine):
            raise
        raise NotGenuine(_("This file is not a badge: it is not JSON that can be read.")) from fault
    if not isinstance(found, dict):
        raise NotGenuine(_("This file is not a badge: it holds no single object."))
    return found


def as_text(document: Mapping[str, Any]) -> str:
    """A document in canonical JSON: what is stored, handed out and compared."""
    return rfc8785.dumps(dict(document)).decode()


def check(document: Mapping[str, Any]) -> str:
    """The issuer (`did:key`) that signed exactly this document. Raises NotGenuine with the reason."""
    proof = document.get("proof")
    issuer = _id_of(document.get("issuer"))
    if not isinstance(proof, dict) or not set(proof) <= PROOF_PARTS:
        raise NotGenuine(
            _("It carries no signature of the kind that is read here (one Data Integrity proof).")
        )
    expected = {"type": "DataIntegrityProof", "cryptosuite": SUITE, "proofPurpose": "assertionMethod"}
    if any(proof.get(name) != value for name, value in expected.items()):
        raise NotGenuine(_("Its signature is not of the kind {suite}.").format(suite=SUITE))
    if proof.get("verificationMethod") != f"{issuer}#{issuer.removeprefix('did:key:')}":
        raise NotGenuine(_("It names one issuer and is signed by another."))
    if not str(document.get("validFrom", "")):
        raise NotGenuine(_("It says no day from which it holds."))
    if proof.get("@context") != document.get("@context"):
        raise NotGenuine(_("The signature was made for another kind of document."))
    said = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    try:
        signature = from_base58(str(proof.get("proofValue", "")))
        key_of(issuer).verify(signature, _digests(said, options))
    except InvalidSignature as fault:
        raise NotGenuine(
            _("It was changed after it was signed, or the signature is not the issuer's.")
        ) from fault
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as fault:
        raise NotGenuine(_("It holds numbers or letters that no badge may hold.")) from fault
    return issuer


def status_list(*, address: str, revoked: Iterable[int], issuer: Document, valid_from: datetime) -> Document:
    """A Bitstring Status List, unsigned: bit `n` is set when entry `n` was revoked."""
    bits = bytearray(STATUS_LIST_BITS // 8)
    for index in revoked:
        bits[index // 8] |= 0x80 >> (index % 8)
    packed = base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")
    return {
        "@context": [CONTEXTS[0]],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": stamp(valid_from),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{packed}",
        },
    }


def _digests(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    return b"".join(hashlib.sha256(rfc8785.dumps(dict(part))).digest() for part in (proof, document))


def _id_of(issuer: object) -> str:
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(found, str):
        raise NotGenuine(_("It does not say who issued it."))
    return found


def _once_each(pairs: list[tuple[str, Any]]) -> Document:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotGenuine(_("It holds one name twice, so neither value can be trusted."))
    return found


def _no_constant(name: str) -> None:
    raise NotGenuine(_("It holds {name}, which is not a number.").format(name=name))
