"""Django's name for this room."""

from django.apps import AppConfig


class CareObservationsConfig(AppConfig):
    name = "mooring.care.observations"
    label = "care_observations"
