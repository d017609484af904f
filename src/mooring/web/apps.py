"""Django's name for the shell."""

from importlib import import_module

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "mooring.web"
    label = "web"

    def ready(self) -> None:
        import_module("mooring.web.second_steps")  # its receivers record who signs in
