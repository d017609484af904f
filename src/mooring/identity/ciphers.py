"""Values that stand encrypted in the database, so that a copied file or a lost backup gives them to nobody.

A key is made from the secret key and a purpose (HKDF-SHA256); the cipher is Fernet. Keys of earlier secrets
(`MOORING_SECRET_KEY_BEFORE`) still open; `mooring keys rotate` seals everything again with today's. Psychotherapy
notes have a secret of their own (`MOORING_NOTES_KEY`), which need not lie where the other one lies.

    number = SealedTextField(purpose="identity.credential.number")

In Python the field holds the plain text; digests of signed rows are of the plain text too, so sealing again changes
no digest. A value whose key is gone reads as empty.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django import forms
from django.apps import apps
from django.conf import settings
from django.db import models

NOTES, SECOND_STEP = "notes", "web.second_steps.totp"
TOKEN = "gAAAA"  # noqa: S105  (a prefix, no secret)
"""How every Fernet token begins: version 0x80 and the high bytes of a time before the year 2106."""


def cipher(purpose: str) -> MultiFernet:
    """What seals and opens values of a purpose: with today's key, and opens with those before it."""
    if purpose == NOTES and settings.NOTES_KEY:
        return _cipher(purpose, (settings.NOTES_KEY, *settings.NOTES_KEYS_BEFORE, *_secrets()))
    return _cipher(purpose, _secrets())


def _secrets() -> tuple[str, ...]:
    return (str(settings.SECRET_KEY), *(str(secret) for secret in settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=64)
def _cipher(purpose: str, secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])


def _key(secret: str, purpose: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
    return urlsafe_b64encode(made)


def seal_text(purpose: str, text: str) -> str:
    return cipher(purpose).encrypt(text.encode()).decode() if text else text


def open_text(purpose: str, stored: str) -> str:
    """The plain text; empty where no key opens it. What was stored before it was sealed is given back as it is."""
    if not stored.startswith(TOKEN):
        return stored
    try:
        return cipher(purpose).decrypt(stored.encode()).decode()
    except InvalidToken:
        return ""


def opens(purpose: str, stored: str | bytes | memoryview | None) -> bool:
    """Whether a column's value is plain or can be opened with a key that is known."""
    held = stored.encode() if isinstance(stored, str) else bytes(stored or b"")
    if not held.startswith(TOKEN.encode()):
        return True
    try:
        cipher(purpose).decrypt(held)
    except InvalidToken:
        return False
    return True


class _Sealed:
    """What both fields share: the purpose, which belongs to the field."""

    def __init__(self, *args: Any, purpose: str, **named: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **named)

    def deconstruct(self) -> Any:
        name, path, args, named = super().deconstruct()  # type: ignore[misc]
        return name, path, args, {**named, "purpose": self.purpose}


class SealedTextField(_Sealed, models.TextField):  # type: ignore[type-arg]
    """Text that stands sealed in its column. It can be neither searched nor sorted by."""

    def formfield(self, **named: Any) -> Any:
        """A line of text where it has a length, a box where it has none."""
        line = {"widget": forms.TextInput} if self.max_length else {}
        return super().formfield(**{**line, **named})

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return seal_text(self.purpose, prepared) if isinstance(prepared, str) else prepared

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return None if value is None else open_text(self.purpose, value)


class SealedBytesField(_Sealed, models.BinaryField):  # type: ignore[type-arg]
    """Bytes that stand sealed in their column."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value:
            value = cipher(self.purpose).encrypt(bytes(value))
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: object, connection: object) -> bytes | None:
        if value is None or not bytes(value).startswith(TOKEN.encode()):
            return value if value is None else bytes(value)
        try:
            return cipher(self.purpose).decrypt(bytes(value))
        except InvalidToken:
            return b""


def sealed_fields() -> list[tuple[type[models.Model], list[SealedTextField | SealedBytesField]]]:
    """Every model with sealed fields, and those fields."""
    found = []
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, _Sealed)]
        if fields:
            found.append((model, fields))
    return found  # type: ignore[return-value]  # every field with a purpose is one of the two
