"""Django's name for this room."""

from django.apps import AppConfig


class CareSafetyConfig(AppConfig):
    name = "mooring.care.safety"
    label = "care_safety"
