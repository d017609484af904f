"""Django's name for this room."""

from django.apps import AppConfig


class CareStockConfig(AppConfig):
    name = "mooring.care.stock"
    label = "care_stock"
