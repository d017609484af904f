"""Django's name for this room."""

from django.apps import AppConfig


class AcademyReportsConfig(AppConfig):
    name = "mooring.academy.reports"
    label = "academy_reports"
