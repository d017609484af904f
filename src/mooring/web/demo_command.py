"""`mooring demo`: a clinic of made-up people, in a database of its own, on this machine only."""

import argparse
from pathlib import Path

from mooring.demonstration import loading
from mooring.web import serving

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
