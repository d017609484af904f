"""Django's name for this room."""

from django.apps import AppConfig


class AcademyChecksConfig(AppConfig):
    name = "mooring.academy.checks"
    label = "academy_checks"
