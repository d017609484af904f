"""Django's name for this room."""

from django.apps import AppConfig


class AcademyOrdersConfig(AppConfig):
    name = "mooring.academy.orders"
    label = "academy_orders"
