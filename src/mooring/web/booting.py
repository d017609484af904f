"""Raise the framework for a command, and let a bad setting say its name."""

import os

from mooring.work.mistakes import Mistake


def boot() -> None:
    """Read the settings and raise the framework; a bad setting is named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mooring.web.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except (ImproperlyConfigured, OSError) as error:
        raise Mistake(f"Cannot start: {error}") from error
