"""Django's name for this room."""

from django.apps import AppConfig


class CareDisclosuresConfig(AppConfig):
    name = "mooring.care.disclosures"
    label = "care_disclosures"
