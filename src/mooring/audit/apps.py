"""Django's name for this floor; it puts the append-only triggers back after every migration."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate

from mooring.audit import append_only, checks


def protect_tables(using: str, **_: Any) -> None:
    append_only.install(using)


class AuditConfig(AppConfig):
    name = "mooring.audit"
    label = "audit"

    def ready(self) -> None:
        post_migrate.connect(protect_tables, dispatch_uid="audit.append_only")
        register(checks.triggers_in_place, Tags.database)
