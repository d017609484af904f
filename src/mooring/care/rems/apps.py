"""Django's name for this room."""

from django.apps import AppConfig


class CareRemsConfig(AppConfig):
    name = "mooring.care.rems"
    label = "care_rems"
