"""What a worker process of `mooring serve` runs: the application, until its server is gone."""

import os

from mooring.web.parent import when_parent_is_gone
from mooring.web.wsgi import application

__all__ = ["application"]

when_parent_is_gone(os.getppid(), lambda: os._exit(1))
