"""Django's name for this room."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "mooring.work"
    label = "work"
