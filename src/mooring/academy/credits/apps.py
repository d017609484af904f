"""Django's name for this room."""

from django.apps import AppConfig


class AcademyCreditsConfig(AppConfig):
    name = "mooring.academy.credits"
    label = "academy_credits"
