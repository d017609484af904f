"""Django's name for this room."""

from django.apps import AppConfig


class AcademyEventsConfig(AppConfig):
    name = "mooring.academy.events"
    label = "academy_events"
