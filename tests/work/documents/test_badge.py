"""A badge's signature: the published test vector, tampering, and JSON that means harm."""

import base64
import copy
import gzip
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from mooring.work.documents import badge

pytestmark = pytest.mark.pure
AT = datetime(2026, 11, 12, 10, 0, tzinfo=UTC)

# W3C, Data Integrity EdDSA Cryptosuites v1.0, appendix B.1 (representation: eddsa-jcs-2022): key pair,
# unsecured document, proof options and signature.
PUBLISHED_SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
PUBLISHED_DID = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
PUBLISHED_SIGNATURE = (
    "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
)
PUBLISHED = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}


def published_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(badge.from_base58(PUBLISHED_SECRET)[2:])


def signed(**changes: object) -> badge.Document:
    key = published_key()
    document = {**PUBLISHED, "issuer": {"id": badge.did_of(key.public_key())}, **changes}
    return badge.sign(document, key=key, created=AT)


def test_the_published_vector_comes_out() -> None:
    found = badge.sign(PUBLISHED, key=published_key(), created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC))
    assert badge.did_of(published_key().public_key()) == PUBLISHED_DID
    assert found["proof"]["proofValue"] == PUBLISHED_SIGNATURE


def test_a_signed_badge_names_its_issuer_also_after_it_was_stored() -> None:
    stored = badge.read(json.dumps(signed(), indent=4, sort_keys=True).encode())
    assert badge.check(stored) == PUBLISHED_DID


def changed(document: badge.Document, *path: str, to: object) -> badge.Document:
    found = copy.deepcopy(document)
    part = found
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = to
    return found


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("name",), "Another Credential"),
        (("credentialSubject", "alumniOf"), "The School of Elsewhere"),
        (("validFrom",), "2024-01-01T00:00:00Z"),
        (("proof", "created"), "2027-01-01T00:00:00Z"),
        (("proof", "proofValue"), PUBLISHED_SIGNATURE),
        (("proof", "proofValue"), "z0OIl"),
        (("proof", "proofValue"), None),
        (("proof", "cryptosuite"), "eddsa-rdfc-2022"),
        (("proof", "proofPurpose"), "authentication"),
        (("proof", "@context"), ["https://www.w3.org/ns/credentials/v2"]),
        (("proof",), []),
        (("proof",), None),
        (("issuer",), "did:web:example.org"),
        (("issuer",), None),
        (("issuer",), {"id": ["did:key:z6Mk"]}),
        (("added",), 2**60),
        (("added",), "\ud800"),
    ],
)
def test_a_change_anywhere_is_noticed(path: tuple[str, ...], to: object) -> None:
    with pytest.raises(badge.NotGenuine):
        badge.check(changed(signed(), *path, to=to))


def test_a_badge_that_names_another_issuer_than_its_signer_is_refused() -> None:
    other = badge.did_of(Ed25519PrivateKey.generate().public_key())
    with pytest.raises(badge.NotGenuine, match="signed by another"):
        badge.check(badge.sign({**PUBLISHED, "issuer": other}, key=published_key(), created=AT))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"7",
        b"{" * 50_000,
        b"[" * 90_000,
        b'{"a": NaN}',
        b'{"issuer": "did:key:z6Mk", "issuer": "did:key:z6Mj"}',
        b" " * (badge.LARGEST_BADGE_BYTES + 1),
    ],
    ids=["empty", "not-text", "list", "number", "deep-objects", "deep-lists", "nan", "twice", "large"],
)
def test_a_file_that_means_harm_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(badge.NotGenuine):
        badge.read(data)


def test_depth_is_refused_by_the_check_as_well() -> None:
    deep: object = "end"
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(badge.NotGenuine):
        badge.check(changed(signed(), "added", to=deep))


@given(st.binary(min_size=0, max_size=80))
def test_base58_comes_back(data: bytes) -> None:
    assert badge.from_base58(badge.base58(data)) == data


@given(st.sets(st.integers(min_value=0, max_value=badge.STATUS_LIST_BITS - 1), max_size=20))
def test_a_status_list_says_who_is_revoked(revoked: set[int]) -> None:
    found = badge.status_list(
        address="https://example.org/1.json", revoked=revoked, issuer={"id": PUBLISHED_DID}, valid_from=AT
    )
    encoded = found["credentialSubject"]["encodedList"][1:]
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    assert len(bits) * 8 == badge.STATUS_LIST_BITS
    assert {n for n in range(badge.STATUS_LIST_BITS) if bits[n // 8] & (0x80 >> n % 8)} == revoked
