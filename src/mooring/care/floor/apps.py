"""Django's name for this room."""

from django.apps import AppConfig


class CareFloorConfig(AppConfig):
    name = "mooring.care.floor"
    label = "care_floor"
