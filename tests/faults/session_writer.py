"""Ten clients that write into one session's log at once, and say of each entry that it is stored; made to be killed.

`python -m tests.faults.session_writer` expects a database under MOORING_HOME with the cast and a started session. For
each line that it reads it forks a server of its own.
"""

import os
import sys
import threading
from uuid import uuid4

from tests.faults.killing import fork_for_each_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
CLIENTS = 10


def main() -> None:
    """Load what a server has loaded, and fork."""
    import django

    django.setup()
    from django.db import connections
    from django.utils import timezone

    from mooring.care.sessions.models import Session
    from mooring.care.sessions.queries import chart_of

    chart_of(Session.objects.select_related("patient__site", "pack", "order", "cycle").get(), timezone.now())
    connections.close_all()
    fork_for_each_line(write_all)


def write_all() -> None:
    """Until it is killed."""
    from django.utils import timezone

    from mooring.care.sessions.actions import write_entry
    from mooring.care.sessions.models import Session
    from mooring.rules.session_entry import EntryKind

    session = Session.objects.select_related("patient__site", "pack", "order", "cycle").get()
    lock = threading.Lock()

    def write() -> None:
        while True:
            key = uuid4()
            now = timezone.now()
            write_entry(
                session=session,
                kind=EntryKind.SYMPTOM,
                facts={"code": "nausea", "severity": 1},
                happened_at=now,
                key=key,
                by=session.opened_by,
                at=now,
            )
            with lock:
                sys.stdout.write(f"{key.hex}\n")
                sys.stdout.flush()

    clients = [threading.Thread(target=write, daemon=True) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


if __name__ == "__main__":
    main()
