"""`mooring demo`: a clinic of made-up people, in a database of its own, on this machine only."""

import argparse
import threading
from pathlib import Path

from mooring.demonstration import live_hour, loading
from mooring.web import serving
from mooring.web.parent import when_parent_is_gone
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation

ONLY_THIS_MACHINE = "127.0.0.1"


def run(given: argparse.Namespace, database: Path) -> int:
    """Load the clinic where it is missing or not of today, then serve it on this machine only."""
    listen = serving.Listen(host=ONLY_THIS_MACHINE, port=given.port)
    if not given.only_load:
        serving.require_free_port(listen)
    of_today = loading.is_of_today(database, patients=given.patients)
    if given.fresh or not of_today:
        loading.build(database, patients=given.patients or loading.USUAL_PATIENTS)
    if given.only_load:
        print(f"The demonstration lies in {database}.")
        return 0
    print(loading.welcome(listen.address), flush=True)
    return serving.serve(listen, demonstration=True)


def run_live_hour(*, parent: int | None) -> int:
    """Let the demonstration's sessions go on until the parent (a process id) is gone."""
    if not Installation.objects.filter(demonstration=True).exists():
        raise Mistake("This database is no demonstration; only people write into its sessions.")
    stopping = threading.Event()
    if parent is not None:
        when_parent_is_gone(parent, stopping.set)
    live_hour.go_on(stopping)
    return 0
