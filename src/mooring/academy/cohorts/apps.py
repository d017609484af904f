"""Django's name for this room."""

from django.apps import AppConfig


class AcademyCohortsConfig(AppConfig):
    name = "mooring.academy.cohorts"
    label = "academy_cohorts"
