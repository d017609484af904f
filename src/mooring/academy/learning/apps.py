"""Django's name for this room."""

from django.apps import AppConfig


class AcademyLearningConfig(AppConfig):
    name = "mooring.academy.learning"
    label = "academy_learning"
