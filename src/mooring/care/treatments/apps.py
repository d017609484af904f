"""Django's name for this room."""

from django.apps import AppConfig


class CareTreatmentsConfig(AppConfig):
    name = "mooring.care.treatments"
    label = "care_treatments"
