"""Django's name for this room."""

from django.apps import AppConfig


class AcademyRegistersConfig(AppConfig):
    name = "mooring.academy.registers"
    label = "academy_registers"
