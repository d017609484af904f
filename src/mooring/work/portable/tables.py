"""What is exported of each table: its columns with their privacy classes, and how a value is written and read."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import yaml
from django.apps import apps
from django.conf import settings
from django.db import models

SECRET, APART = "secret", "apart"
OURS = "mooring."
OF_A_MOMENT = {
    "work.Lease": "who runs the clock now",
    "work.DemonstrationDelivery": "what a demonstration's phones show",
    "identity.PasskeyChallenge": "counts for five minutes",
    "identity.WrongTries": "wrong passwords of the last hours",
    "identity.DevicePin": "counts on one device with one key",
}
"""Tables that mean something on the running machine only, each with its reason."""


@cache
def privacy_classes() -> dict[str, dict[str, str]]:
    """Of each table, each field's class, as `privacy.yaml` says."""
    said: dict[str, dict[str, list[str]]] = yaml.load(
        settings.PRIVACY_CLASSES.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return {
        label: {name: kind for kind, names in classes.items() for name in names}
        for label, classes in said.items()
    }


def class_of(field: "models.Field[Any, Any]") -> str:
    """The privacy class of a field; one that nobody classified is treated as a secret."""
    return privacy_classes().get(field.model._meta.label, {}).get(field.name, SECRET)


def own_models() -> list[type[models.Model]]:
    """Every table of ours that outlives the machine, by label."""
    found = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    return sorted(
        (model for model in found if model._meta.label not in OF_A_MOMENT), key=lambda each: each._meta.label
    )


def is_apart(model: type[models.Model]) -> bool:
    """Whether the table is kept apart from every copy of a record (psychotherapy notes)."""
    return APART in privacy_classes().get(model._meta.label, {}).values()


@dataclass(frozen=True)
class Column:
    """One exported column."""

    field: "models.Field[Any, Any]"

    @property
    def name(self) -> str:
        return str(self.field.attname)

    @property
    def is_secret(self) -> bool:
        """Whether it leaves sealed to a recipient or not at all: a secret, or the words of a psychotherapy note."""
        kind = class_of(self.field)
        return kind == SECRET or (kind == APART and isinstance(self.field, models.TextField))

    def described(self) -> dict[str, Any]:
        """The column as the manifest documents it."""
        points_to = self.field.related_model._meta.label_lower if self.field.is_relation else ""  # type: ignore[union-attr]
        said: dict[str, Any] = {
            "name": self.name,
            "type": type_of(self.field),
            "privacy": class_of(self.field),
        }
        if points_to:
            said["points_to"] = points_to
        if self.field.choices:
            said["values"] = {str(value): str(words) for value, words in self.field.flatchoices}
        return said


def columns_of(model: type[models.Model]) -> list[Column]:
    return [Column(field) for field in model._meta.concrete_fields]


TYPES: dict[type, str] = {
    models.BooleanField: "true or false",
    models.IntegerField: "whole number",
    models.DecimalField: "decimal number, as text",
    models.FloatField: "number",
    models.DateTimeField: "moment, ISO 8601, UTC",
    models.DateField: "day, ISO 8601",
    models.TimeField: "time of day, ISO 8601",
    models.JSONField: "JSON",
    models.BinaryField: "bytes, base64",
    models.UUIDField: "UUID",
}


def type_of(field: "models.Field[Any, Any]") -> str:
    """What stands in the column, in words for whoever reads the file."""
    if field.is_relation:
        return "number of the row it points to"
    return next((words for kind, words in TYPES.items() if isinstance(field, kind)), "text")


def plain_value(value: Any) -> Any:
    """A value as JSON holds it; the same on every database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | memoryview):
        return b64encode(bytes(value)).decode()
    return str(value) if isinstance(value, UUID) else value


def read_value(field: "models.Field[Any, Any]", value: Any) -> Any:
    """The value of a column as the model holds it."""
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BinaryField):
        return b64decode(value)
    target = field.target_field if field.is_relation else field  # type: ignore[attr-defined]
    return target.to_python(value)
