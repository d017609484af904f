"""A process that has read in the whole program and forks for each command that it is given.

`python -m tests.web.forks` reads one command a line, as JSON, and answers with its exit status. Reading everything in takes
two to three seconds of processor, more than most commands take. A forked process reads the settings from its own
environment, as a started one does.
"""

import importlib
import json
import os
import pkgutil
import sys
import traceback
from typing import Any

import django
from django.conf import settings
from django.core.cache import caches
from django.core.files.storage import storages
from django.db import connections
from django.template import engines
from django.utils.functional import empty

SETTINGS = "mooring.web.settings"
LEFT_OUT = frozenset({"mooring.web.wsgi", "mooring.web.worker"})
"""Servers, which begin to serve when they are imported."""


def read_in() -> None:
    """Import every module that a command may ask for."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()
    import mooring.web

    for module in pkgutil.iter_modules(mooring.web.__path__, "mooring.web."):
        if module.name not in LEFT_OUT:
            importlib.import_module(module.name)
    connections.close_all()


def forget_settings() -> None:
    """As a process is that has imported everything and not yet asked for a setting."""
    sys.modules.pop(SETTINGS, None)
    settings._wrapped = empty  # type: ignore[assignment]
    for made_from_settings in (connections, caches, storages, engines):
        made_from_settings.__dict__.clear()
        made_from_settings.__init__()  # type: ignore[misc]


def run(asked: dict[str, Any]) -> int:
    """In the forked process: run the command, and answer the status with which a started one would end."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    for descriptor, name, how in (
        (0, os.devnull, os.O_RDONLY),
        (1, asked["said"], os.O_WRONLY),
        (2, asked["complained"], os.O_WRONLY),
    ):
        opened = os.open(name, how)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.argv = ["mooring", *asked["arguments"]]
    forget_settings()
    from mooring.web.command_line import main

    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def serve() -> None:
    """Until nobody asks any more."""
    read_in()
    while line := sys.stdin.readline():
        asked = json.loads(line)
        process = os.fork()
        if process == 0:
            status = run(asked)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        _, ended = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(ended), flush=True)


if __name__ == "__main__":
    serve()
