"""What a worker process of `mooring serve` runs: the application, until its server is gone."""

import importlib
import os
import signal
import sys
import threading

from mooring.web.memory import search_seldom
from mooring.web.parent import when_parent_is_gone
from mooring.web.wsgi import application

__all__ = ["application"]

SETTLED_S = 30.0
SWITCH_S = 0.0001
"""How long one thread of a worker may go on while the other wants to.

It is waited for after each statement of an act, which holds the session, or the database's only writer. With Python's
own 5 ms the live hour's taps stand behind each other for seconds (docs/performance.md).
"""


def _read_ahead() -> None:
    importlib.import_module("mooring.web.reading_ahead").read_ahead()  # its tables exist now
    search_seldom()  # what was read in stays, and need not be searched either


search_seldom()
sys.setswitchinterval(SWITCH_S)
# Ctrl-C reaches every process at a terminal, and then the server stops its workers; one told twice at once never ends.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
when_parent_is_gone(os.getppid(), lambda: os._exit(1))

_later = threading.Timer(SETTLED_S, _read_ahead)
_later.daemon = True  # nobody waits for it when the server stops
_later.start()
