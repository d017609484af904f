"""Django's name for this floor; it puts the append-only triggers back after every migration."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate

from mooring.audit import checks, guards


def protect_tables(using: str, **_: Any) -> None:
    guards.install(using)


def step_aside(using: str, **_: Any) -> None:
    guards.step_aside(using)


class AuditConfig(AppConfig):
    name = "mooring.audit"
    label = "audit"

    def ready(self) -> None:
        pre_migrate.connect(step_aside, sender=self, dispatch_uid="audit.step_aside")
        post_migrate.connect(protect_tables, sender=self, dispatch_uid="audit.append_only")
        register(checks.triggers_in_place, Tags.database)
