"""Django's name for this room."""

from django.apps import AppConfig


class CarePapersConfig(AppConfig):
    name = "mooring.care.papers"
    label = "care_papers"
