"""What the program asks of its database before it starts."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error

from mooring.audit import guards


def triggers_in_place(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[CheckMessage]:
    """A table without its guards is an error, by name."""
    return [
        Error(
            f"The table {table} has lost its guard against {act}.",
            hint="Run `mooring migrate`, which puts it back, then `mooring audit verify`.",
            id="audit.E001",
        )
        for using in databases or []
        for table, act in guards.missing(using)
    ]
