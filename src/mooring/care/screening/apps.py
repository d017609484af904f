"""Django's name for this room."""

from django.apps import AppConfig


class CareScreeningConfig(AppConfig):
    name = "mooring.care.screening"
    label = "care_screening"
