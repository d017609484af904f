"""Django's name for this room."""

from django.apps import AppConfig


class AcademyCoursesConfig(AppConfig):
    name = "mooring.academy.courses"
    label = "academy_courses"
