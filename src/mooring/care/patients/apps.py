"""Django's name for this room."""

from django.apps import AppConfig


class CarePatientsConfig(AppConfig):
    name = "mooring.care.patients"
    label = "care_patients"
