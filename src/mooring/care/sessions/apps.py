"""Django's name for this room."""

from django.apps import AppConfig


class CareSessionsConfig(AppConfig):
    name = "mooring.care.sessions"
    label = "care_sessions"
