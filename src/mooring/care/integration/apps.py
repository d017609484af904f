"""Django's name for this room."""

from django.apps import AppConfig


class CareIntegrationConfig(AppConfig):
    name = "mooring.care.integration"
    label = "care_integration"
