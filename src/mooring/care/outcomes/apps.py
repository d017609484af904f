"""Django's name for this room."""

from django.apps import AppConfig


class CareOutcomesConfig(AppConfig):
    name = "mooring.care.outcomes"
    label = "care_outcomes"
