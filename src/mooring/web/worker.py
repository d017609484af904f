"""What a worker process of `mooring serve` runs: the application, until its server is gone."""

import importlib
import os
import threading

from mooring.web.parent import when_parent_is_gone
from mooring.web.wsgi import application

__all__ = ["application"]

SLOW_TO_READ_IN = "statsmodels.stats.meta_analysis"  # three seconds, for the first page with a pooled plot
SETTLED_S = 30.0

when_parent_is_gone(os.getppid(), lambda: os._exit(1))

_later = threading.Timer(SETTLED_S, importlib.import_module, [SLOW_TO_READ_IN])
_later.daemon = True  # nobody waits for it when the server stops
_later.start()
