"""A process that has read in the whole program and forks for each program that it is asked to run.

`python -m tests.web.forks` reads what to do as JSON, one a line: to run a module or a text, to which it answers with the
new process's id, or to wait for one, to which it answers with its exit status. Reading everything in takes two to three
seconds of processor, more than most commands take. A forked process reads the settings from its own environment, as a
started one does.
"""

import importlib
import json
import os
import pkgutil
import runpy
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
    """In the forked process: run it, and answer the status with which a started one would end."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    _point(0, asked["hears"], os.O_RDONLY)
    _point(1, asked["says"], os.O_WRONLY)
    if asked["complains"] == asked["says"]:
        os.dup2(1, 2)
    elif asked["complains"]:
        _point(2, asked["complains"], os.O_WRONLY)
    sys.argv = ["-c", *asked["arguments"]]
    forget_settings()
    try:
        if asked["text"]:
            exec(compile(asked["text"], "<text>", "exec"), {"__name__": "__main__"})
        else:
            runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _point(descriptor: int, name: str, how: int) -> None:
    opened = os.open(name, how)
    os.dup2(opened, descriptor)
    os.close(opened)


def serve() -> None:
    """Until nobody asks any more."""
    read_in()
    while line := sys.stdin.readline():
        asked = json.loads(line)
        if "wait_for" in asked:
            _, ended = os.waitpid(asked["wait_for"], 0)
            print(os.waitstatus_to_exitcode(ended), flush=True)
            continue
        process = os.fork()
        if process == 0:
            status = run(asked)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        print(process, flush=True)


if __name__ == "__main__":
    serve()
