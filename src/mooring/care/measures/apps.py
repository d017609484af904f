"""Django's name for this room."""

from django.apps import AppConfig


class CareMeasuresConfig(AppConfig):
    name = "mooring.care.measures"
    label = "care_measures"
