"""Whether what an installation keeps is readable by its owner alone."""

import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from mooring.web.secret import BEFORE
from mooring.work.restoring import Examined

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private_files() -> Iterator[Examined]:
    """Files of the installation that others on this machine could read: the folder 0700, each file 0600."""
    open_to_others = [str(path) for path in files_of_home() if path.stat().st_mode & OTHERS]
    yield Examined(
        "files for their owner alone",
        f"others may read {open_to_others[0]} (chmod go= {' '.join(open_to_others)})"
        if open_to_others
        else "",
    )


def files_of_home() -> list[Path]:
    """The folder, the secret key and the database with its companions, where they exist."""
    found = [settings.HOME, *(settings.HOME / name for name in ("secret-key", BEFORE, "copies"))]
    if connection.vendor == "sqlite":
        name = str(settings.DATABASES["default"]["NAME"])
        found += [Path(name + ending) for ending in ("", "-wal", "-shm")]
    return [path for path in found if path.exists()]
