"""Django's name for this room."""

from django.apps import AppConfig


class LabConfig(AppConfig):
    name = "mooring.lab"
    label = "lab"
