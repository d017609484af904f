"""Django's name for this room."""

from django.apps import AppConfig


class CareConsentsConfig(AppConfig):
    name = "mooring.care.consents"
    label = "care_consents"
