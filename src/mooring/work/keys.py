"""A new secret key: everything that was sealed with the old one is sealed again, in one transaction."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection, models

from mooring.audit import guards
from mooring.audit.recording import Actor, note, recorded
from mooring.identity.ciphers import (
    SECOND_STEP,
    SealedBytesField,
    SealedTextField,
    open_text,
    opens,
    seal_text,
    sealed_fields,
)
from mooring.work.installation import print_of_secret_key
from mooring.work.models import Installation

Sealed = SealedTextField | SealedBytesField


@recorded("work.keys.rotated")
def seal_again(*, by: Actor, at: datetime) -> int:
    """Seal every sealed value with today's key, and the second steps that the sign-in library keeps; how many rows.

    Digests of signed rows are of the plain text, so they stay.
    """
    found = sealed_fields()
    with guards.aside("default", [model._meta.db_table for model, _fields in found]):
        rows = sum(_seal_table(model, fields) for model, fields in found)
    rows += _seal_second_steps()
    Installation.objects.update(secret_key_print=print_of_secret_key())
    note(rows=rows)
    return rows


def _seal_table(model: type[models.Model], fields: list[Sealed]) -> int:
    names = [field.attname for field in fields]
    count = 0
    for row in model._base_manager.only("pk", *names).order_by("pk").iterator(chunk_size=500):
        held = {name: getattr(row, name) for name in names}
        if any(held.values()):
            model._base_manager.filter(pk=row.pk).update(**held)
            count += 1
    return count


def _seal_second_steps() -> int:
    """Secrets of authenticator apps and of recovery codes."""
    count = 0
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN):
        data = {name: _sealed_again(value) for name, value in row.data.items()}
        if data != row.data:
            Authenticator.objects.filter(pk=row.pk).update(data=data)
            count += 1
    return count


def _sealed_again(value: Any) -> Any:
    """A secret as the library keeps it: a text, or a list of texts (recovery codes that were brought along)."""
    if isinstance(value, list):
        return [_sealed_again(each) for each in value]
    if not isinstance(value, str):
        return value
    return seal_text(SECOND_STEP, open_text(SECOND_STEP, value)) or value


def unreadable() -> dict[str, int]:
    """Of each table, how many sealed values no known key opens: what the doctor names."""
    lost: dict[str, int] = {}
    for model, fields in sealed_fields():
        for field in fields:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT "{field.column}" FROM "{model._meta.db_table}"')  # noqa: S608 (our own names)
                count = sum(1 for (stored,) in cursor if not opens(field.purpose, stored))
            if count:
                lost[model._meta.label] = lost.get(model._meta.label, 0) + count
    return lost
