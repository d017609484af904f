"""Django's name for this room."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "mooring.identity"
    label = "identity"
