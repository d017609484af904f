"""What a worker process of `mooring serve` runs: the application, until its server is gone."""

import importlib
import os
import threading

from mooring.web.memory import search_seldom
from mooring.web.parent import when_parent_is_gone
from mooring.web.wsgi import application

__all__ = ["application"]

SETTLED_S = 30.0


def _read_ahead() -> None:
    importlib.import_module("mooring.web.reading_ahead").read_ahead()  # its tables exist now


search_seldom()
when_parent_is_gone(os.getppid(), lambda: os._exit(1))

_later = threading.Timer(SETTLED_S, _read_ahead)
_later.daemon = True  # nobody waits for it when the server stops
_later.start()
