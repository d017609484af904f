"""Seal a secret to somebody's public key: X25519, HKDF-SHA256 and ChaCha20-Poly1305.

The sealed bytes are a version, the public half of a key made for this one secret, and the ciphertext. Whoever makes
backups holds the public key alone and cannot open what was sealed before.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"mooring-sealed-1"
KEY_BYTES = 32
NONCE = bytes(12)
"""Each key seals one secret, so the nonce need not differ."""


def _key(shared: bytes, one_time: bytes, recipient: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=one_time + recipient, info=VERSION).derive(shared)


def seal_to(recipient: bytes, secret: bytes) -> bytes:
    """Seal `secret` to the recipient's public key (32 bytes)."""
    one_time = X25519PrivateKey.generate()
    public = one_time.public_key().public_bytes_raw()
    shared = one_time.exchange(X25519PublicKey.from_public_bytes(recipient))
    sealed = ChaCha20Poly1305(_key(shared, public, recipient)).encrypt(NONCE, secret, VERSION)
    return VERSION + public + sealed


def open_sealed(identity: bytes, sealed: bytes) -> bytes:
    """Open with the private key (32 bytes); `ValueError` for another key or altered bytes."""
    if not sealed.startswith(VERSION):
        raise ValueError("not a sealed secret")
    body = sealed.removeprefix(VERSION)
    public, ciphertext = body[:KEY_BYTES], body[KEY_BYTES:]
    private = X25519PrivateKey.from_private_bytes(identity)
    own = private.public_key().public_bytes_raw()
    shared = private.exchange(X25519PublicKey.from_public_bytes(public))
    try:
        return ChaCha20Poly1305(_key(shared, public, own)).decrypt(NONCE, ciphertext, VERSION)
    except InvalidTag as error:
        raise ValueError("sealed to another key, or altered") from error


def new_pair() -> tuple[str, str]:
    """A private and a public key, as hex."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw().hex(), private.public_key().public_bytes_raw().hex()
